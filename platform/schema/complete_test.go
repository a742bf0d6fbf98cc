package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComplete(t *testing.T) {
	type leaf struct {
		List   []string          `json:"list"`
		Map    map[string]int    `json:"map"`
		Maybe  *[]string         `json:"maybe"`
		Any    any               `json:"any"`
		Raw    json.RawMessage   `json:"raw"`
		Nested [][]int           `json:"nested"`
		Values map[string][]bool `json:"values"`
		Text   string            `json:"text"`
	}
	type root struct {
		Leaf *leaf  `json:"leaf"`
		List []leaf `json:"list"`
	}
	empty := `{"list":[],"map":{},"maybe":null,"any":null,"raw":null,"nested":[],"values":{},"text":""}`
	for _, test := range []struct {
		name  string
		value root
		want  string
	}{
		{name: "nil", value: root{}, want: `{"leaf":null,"list":[]}`},
		{
			name: "zero structs", value: root{Leaf: &leaf{}, List: []leaf{{}}},
			want: `{"leaf":` + empty + `,"list":[` + empty + `]}`,
		},
		{
			name: "elements",
			value: root{Leaf: &leaf{
				List: []string{"null"}, Map: map[string]int{"null": 1}, Any: []any{nil}, Nested: [][]int{nil, {1}},
				Values: map[string][]bool{"a": nil, "b": {true}}, Text: "null",
			}},
			want: `{"leaf":{"list":["null"],"map":{"null":1},"maybe":null,"any":[null],"raw":null,"nested":[[],[1]],` +
				`"values":{"a":[],"b":[true]},"text":"null"},"list":[]}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			data, err := json.Marshal(test.value)
			if err != nil {
				t.Fatal(err)
			}
			n := compile[root](t)
			got := n.Complete(data)
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, errs := n.Validate(got); errs != nil {
				t.Errorf("the completed text is invalid: %v", errs)
			}
		})
	}
	t.Run("null alone", func(t *testing.T) {
		if got := string(compile[[]int](t).Complete([]byte("null"))); got != "[]" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("not JSON", func(t *testing.T) {
		if got := string(compile[[]int](t).Complete([]byte("[null"))); got != "[null" {
			t.Errorf("got %s", got)
		}
	})
}
