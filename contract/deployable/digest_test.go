package deployable

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestDigestFollowsFromTheDocument(t *testing.T) {
	document := withDigest([]byte(sampleWithDigest("getAccount")))
	digest, err := Digest(document)
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(digest) {
		t.Fatalf("digest %q, %v", digest, err)
	}
	if !bytes.Equal(document, withDigest([]byte(sampleWithDigest("getAccount")))) {
		t.Error("the same document has two digests")
	}
	other, err := Digest(withDigest([]byte(sampleWithDigest("getProfile"))))
	if err != nil || other == digest {
		t.Errorf("another document has the digest %q, %v", other, err)
	}
}

func TestDigestIsMissing(t *testing.T) {
	for name, document := range map[string]string{"no header": "{}", "not JSON": "{"} {
		t.Run(name, func(t *testing.T) {
			if digest, err := Digest([]byte(document)); err == nil {
				t.Errorf("digest %q", digest)
			}
		})
	}
}

func sampleWithDigest(operation string) string {
	return strings.ReplaceAll(`{"operationId": "OPERATION", "x-amazon-apigateway-gateway-responses": {
		"MISSING_AUTHENTICATION_TOKEN": {"responseParameters": {
			"gatewayresponse.header.X-Document": "'PLACEHOLDER_DOCUMENT_DIGEST'"}}}}`, "OPERATION", operation)
}
