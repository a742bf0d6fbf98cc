// Package canonical writes JSON of which there is one form only: generated
// files are compared byte by byte, in checks and in reviews.
package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSON is v as JSON with sorted keys, an indent of two spaces, no escapes for
// HTML and a newline at the end. It fails as json.Marshal does.
//
// Values with a MarshalJSON of their own, such as *openapi3.T, come out in any
// order and with escapes; so v is encoded, read back as plain maps, and encoded
// again. Numbers keep their digits.
func JSON(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, fmt.Errorf("read back what %T encodes to: %w", v, err)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(plain); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
