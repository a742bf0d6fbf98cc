// Package canonical writes JSON in one fixed form, so that generated files can
// be compared byte by byte in checks and read as diffs in reviews.
//
// It does not write RFC 8785 (JCS), as the canonicalization libraries do: that
// form has no line breaks and rounds numbers to float64.
package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSON encodes v with sorted keys, an indent of two spaces, no HTML escapes and
// a final newline. It returns the errors of json.Marshal.
//
// A type with its own MarshalJSON, such as *openapi3.T, chooses the order of
// its keys and its escapes. JSON therefore encodes v, decodes the result into
// plain maps and encodes those. Numbers keep their digits, apart from the bounds of
// 64-bit integers, which JSON restores; see restoreBounds.
func JSON(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, fmt.Errorf("decode the JSON of %T: %w", v, err)
	}
	restoreBounds(plain)
	return Decoded(plain)
}

// Decoded encodes a value that encoding/json has decoded into maps, slices and json.Number
// in the form of JSON, in a third of the time. It does not restore bounds.
func Decoded(plain any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(plain); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// roundedBounds are the bounds of 64-bit integers as kin-openapi writes them, which
// keeps minimum and maximum as float64, and their exact values.
var roundedBounds = map[string]map[json.Number]json.Number{
	"minimum": {"-9223372036854776000": "-9223372036854775808"},
	"maximum": {"9223372036854776000": "9223372036854775807", "18446744073709552000": "18446744073709551615"},
}

// restoreBounds replaces the bounds of 64-bit integers in all schemas of a decoded
// document by their exact values: a reader with exact numbers would accept integers
// that no 64 bits have.
func restoreBounds(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if n, ok := member.(json.Number); ok {
				if exact, rounded := roundedBounds[name][n]; rounded {
					v[name] = exact
				}
				continue
			}
			restoreBounds(member)
		}
	case []any:
		for _, element := range v {
			restoreBounds(element)
		}
	}
}
