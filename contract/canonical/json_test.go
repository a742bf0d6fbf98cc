package canonical_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

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

func TestJSONReturnsEncodingErrors(t *testing.T) {
	_, err := canonical.JSON(map[string]any{"a": math.Inf(1)})
	if err == nil || !strings.Contains(err.Error(), "Inf") {
		t.Errorf("infinity: error %v, want one that names the value", err)
	}
}
