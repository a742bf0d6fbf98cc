package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// signer signs requests to DynamoDB with Signature Version 4.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
type signer struct{ region, id, secret, token string }

func newSigner(getenv func(string) string) signer {
	return signer{getenv("AWS_REGION"), getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN")}
}

// sign sets the header of a GetItem with the body.
func (s signer) sign(r *http.Request, body string) {
	const target, signed = "DynamoDB_20120810.GetItem", "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
	now := time.Now().UTC().Format("20060102T150405Z")
	scope := now[:8] + "/" + s.region + "/dynamodb/aws4_request"
	canonical := "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:" + r.URL.Host + "\nx-amz-date:" + now +
		"\nx-amz-security-token:" + s.token + "\nx-amz-target:" + target + "\n\n" + signed + "\n" + digest(body)
	key := []byte("AWS4" + s.secret)
	for _, part := range []string{now[:8], s.region, "dynamodb", "aws4_request"} {
		key = mac(key, part)
	}
	signature := hex.EncodeToString(mac(key, "AWS4-HMAC-SHA256\n"+now+"\n"+scope+"\n"+digest(canonical)))
	r.Header = http.Header{
		"Content-Type":         {"application/x-amz-json-1.0"},
		"X-Amz-Date":           {now},
		"X-Amz-Security-Token": {s.token},
		"X-Amz-Target":         {target},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=" + s.id + "/" + scope + ", SignedHeaders=" + signed +
			", Signature=" + signature},
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
