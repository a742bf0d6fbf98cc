package canonical_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/canonical"
)

// unruly encodes itself in an order and with escapes of its own.
type unruly struct{}

func (unruly) MarshalJSON() ([]byte, error) {
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
	got, err := canonical.JSON(unruly{})
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	again, err := canonical.JSON(json.RawMessage(got))
	if err != nil || string(again) != want {
		t.Errorf("the canonical form of the canonical form is another: %v\n%s", err, again)
	}
}

func TestJSONFails(t *testing.T) {
	if _, err := canonical.JSON(map[string]any{"a": math.Inf(1)}); err == nil || !strings.Contains(err.Error(), "Inf") {
		t.Errorf("infinity: %v", err)
	}
}
