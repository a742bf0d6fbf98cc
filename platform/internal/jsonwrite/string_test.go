package jsonwrite

import (
	"encoding/json"
	"testing"
)

func TestString(t *testing.T) {
	for _, s := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "é€😀\u2028", "a\xffb\xc3"} {
		var got string
		if err := json.Unmarshal(String(nil, s), &got); err != nil || got != string([]rune(s)) {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
}

func FuzzString(f *testing.F) {
	f.Add("a\xffb\"")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(String(nil, []byte(s)), &got); err != nil || got != string([]rune(s)) {
			t.Fatalf("%q: got %q, %v", s, got, err)
		}
	})
}
