package jsonwrite

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestString(t *testing.T) {
	for _, s := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "é€😀\u2028", "a\xffb\xc3"} {
		var got string
		if err := json.Unmarshal(String(nil, s), &got); err != nil || got != strings.ToValidUTF8(s, "\ufffd") {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
}

func FuzzString(f *testing.F) {
	f.Add("a\xffb\"")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(String(nil, []byte(s)), &got); err != nil || got != strings.ToValidUTF8(s, "\ufffd") && len(s) == len(strings.ToValidUTF8(s, "\ufffd")) {
			t.Fatalf("%q: got %q, %v", s, got, err)
		}
	})
}
