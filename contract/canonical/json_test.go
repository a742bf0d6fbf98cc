package canonical_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/canonical"
)

// selfEncoded has a MarshalJSON that returns unsorted keys, spaces and escapes.
type selfEncoded struct{}

func (selfEncoded) MarshalJSON() ([]byte, error) {
	return []byte(`{"z": {"b": [], "a": {}},"y":"\u003c\u0026>","a":1.50,"n":9007199254740993 ,"é":null}`), nil
}

func TestJSON(t *testing.T) {
	const want = `{
  "a": 1.50,
  "n": 9007199254740993,
  "y": "<&>",
  "z": {
    "a": {},
    "b": []
  },
  "é": null
}
`
	for name, v := range map[string]any{
		"a value that encodes itself": selfEncoded{},
		"canonical JSON":              json.RawMessage(want),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := canonical.JSON(v)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBoundsOfIntegersAreExact writes bounds that kin-openapi has read as float64.
func TestBoundsOfIntegersAreExact(t *testing.T) {
	const text = `{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807,` +
		`"items":{"maximum":18446744073709551615,"minimum":1},"allOf":[{"maximum":9007199254740992}]}`
	var s openapi3.Schema
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	data, err := canonical.JSON(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, []byte(text)), decode(t, data)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// decode decodes JSON with all digits of its numbers.
func decode(t *testing.T, data []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJSONReturnsEncodingErrors(t *testing.T) {
	_, err := canonical.JSON(map[string]any{"a": math.Inf(1)})
	if err == nil || !strings.Contains(err.Error(), "Inf") {
		t.Errorf("infinity: error %v, want one that names the value", err)
	}
}
