package tree

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSON(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{name: "order and digits", file: "a.json", text: `{"b": [1.50, -2e3, true, null], "a": {}}`,
			want: `{"b":[1.50,-2e3,true,null],"a":{}}`},
		{name: "strings", file: "a.json", text: `{"<&>\u2028\"": "\n\u0000é"}`, want: `{"<&>\u2028\"":"\n\u0000é"}`},
		{name: "YAML", file: "a.yaml", text: "a: &x\n  - 200\n  - yes\nb: *x\n404: |\n  text\n",
			want: `{"a":[200,"yes"],"b":[200,"yes"],"404":"text\n"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			n, err := Read(test.file, []byte(test.text), 1000)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(n.JSON())); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"a":[1,"b",{"c":null}],"d":false}`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Read("a.json", []byte(text), 1000)
		if err != nil {
			return
		}
		decode := func(text string) (v any) {
			decoder := json.NewDecoder(strings.NewReader(text))
			decoder.UseNumber()
			if err := decoder.Decode(&v); err != nil {
				t.Fatalf("%v: %q", err, text)
			}
			return v
		}
		if diff := cmp.Diff(decode(text), decode(string(n.JSON()))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	})
}
