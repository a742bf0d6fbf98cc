package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// unknownOperation returns the failure of a request whose path or method the API does
// not have. API Gateway then expects a caller of AWS: without an Authorization header
// it misses a token, and in any other header it looks for a signature.
//
// FACTS.md has the sources. It is unverified which bytes the hash in a message is of,
// how the message about missing parameters ends, and what a signature that can be
// parsed gets; and only one report says which gateway response customizes these.
func (x *exchange) unknownOperation() *failure {
	header := headerValue(x.r, "Authorization")
	if header == "" {
		return &failure{builtin: missingToken}
	}
	// A token without a scheme counts as an algorithm without parameters.
	algorithm, parameters, signed := strings.Cut(header, " ")
	given := make(map[string]bool)
	for pair := range strings.SplitSeq(parameters, ",") {
		if !signed {
			break
		}
		name, _, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			f := &failure{builtin: incompleteSignature}
			f.message = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" +
				hashed(parameters) + "'."
			return f
		}
		given[name] = true
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if !given[name] {
			missing = append(missing, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if x.r.Header.Get("X-Amz-Date") == "" && x.r.Header.Get("Date") == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if missing == nil && strings.HasPrefix(algorithm, "AWS4-") {
		return &failure{builtin: unknownSigner}
	}
	f := &failure{builtin: incompleteSignature}
	f.message = strings.Join(missing, " ") + " (Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(header)
	return f
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

var (
	// incompleteSignature has no message of its own.
	incompleteSignature = builtin{
		kind: missingToken.kind, status: http.StatusForbidden, errorType: "IncompleteSignatureException",
	}
	unknownSigner = builtin{
		kind: missingToken.kind, status: http.StatusForbidden,
		message: "The security token included in the request is invalid.", errorType: "UnrecognizedClientException",
	}
)
