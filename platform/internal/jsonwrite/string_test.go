package jsonwrite

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestString(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{name: "empty", text: "", want: `""`},
		{name: "printable ASCII", text: " az~\x7f/", want: "\" az~\x7f/\""},
		{name: "quote and backslash", text: `a"b\c`, want: `"a\"b\\c"`},
		{name: "line end", text: "a\nb\n", want: `"a\nb\n"`},
		{name: "other controls", text: "\x00\x1f\t\r", want: `"\u0000\u001f\u0009\u000d"`},
		{name: "beyond ASCII", text: "\u0080é€😀\u2028", want: "\"\u0080é€😀\u2028\""},
		{name: "replacement character", text: "a\ufffdb", want: "\"a\ufffdb\""},
		{name: "invalid UTF-8", text: "a\x80\xffb\xc3", want: "\"a\ufffd\ufffdb\ufffd\""},
		{name: "surrogate in UTF-8", text: "\xed\xa0\x80", want: "\"\ufffd\ufffd\ufffd\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(String([]byte("x"), test.text)); got != "x"+test.want {
				t.Errorf("got %q, want %q", got, "x"+test.want)
			}
			if got := string(String(nil, []byte(test.text))); got != test.want {
				t.Errorf("bytes: got %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzString(f *testing.F) {
	f.Add("a\xffb\"")
	f.Fuzz(func(t *testing.T, s string) {
		out := String(nil, []byte(s))
		var got string
		if err := json.Unmarshal(out, &got); err != nil || got != string([]rune(s)) || !utf8.Valid(out) {
			t.Fatalf("%q: got %q, %v", s, got, err)
		}
	})
}
