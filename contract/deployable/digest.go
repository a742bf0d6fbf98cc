package deployable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// DigestHeader is the header with which a gateway names the document that it
// serves. It comes with the refusal of an unknown path, which reaches no function
// and needs no token, so a roll-out can ask any Region what it serves.
const DigestHeader = "X-Document"

const (
	digestPlaceholder = "PLACEHOLDER_DOCUMENT_DIGEST"
	digestResponse    = "MISSING_AUTHENTICATION_TOKEN"
)

// withDigest returns a document with the first 12 hexadecimal digits of its own
// SHA-256, with the placeholder in their place, filled in.
func withDigest(document []byte) []byte {
	sum := sha256.Sum256(document)
	return bytes.ReplaceAll(document, []byte(digestPlaceholder), []byte(hex.EncodeToString(sum[:])[:12]))
}

// Digest returns the value of DigestHeader that a deployable document makes its
// gateway send.
func Digest(document []byte) (string, error) {
	var doc struct {
		Responses map[string]struct {
			ResponseParameters map[string]string
		} `json:"x-amazon-apigateway-gateway-responses"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return "", fmt.Errorf("the deployable document: %w", err)
	}
	value := doc.Responses[digestResponse].ResponseParameters[apigateway.ToGatewayHeader+DigestHeader]
	if value == "" {
		return "", fmt.Errorf("the deployable document has no header %s for unknown paths: write it again with 'go tool mage contract:merge'", DigestHeader)
	}
	return strings.Trim(value, "'"), nil
}
