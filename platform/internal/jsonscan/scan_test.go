package jsonscan_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/internal/jsonscan"
)

// decode decodes the next value, for comparison with encoding/json.
func decode(s *jsonscan.Scanner) any {
	switch c := s.Peek(); c {
	case '{':
		m := map[string]any{}
		s.Open('{')
		for first := true; ; first = false {
			name, ok := s.Key(first)
			if !ok {
				return m
			}
			key := string(name)
			m[key] = decode(s)
		}
	case '[':
		list := []any{}
		s.Open('[')
		for s.Element(len(list) == 0) {
			list = append(list, decode(s))
		}
		return list
	case '"':
		return string(s.String())
	case 't', 'f':
		return s.Bool()
	case 'n':
		s.Null()
		return nil
	default:
		return json.Number(s.Number())
	}
}

// reference decodes a text with encoding/json.
func reference(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

var texts = []string{
	`{}`, `[]`, `""`, `null`, `true`, `false`, `0`, `9`, `-1.5e+3`, `-1.5E-39`, `[1,2,3,4]`,
	`{"a":1,"b":[true,null,{"c":"d"}],"a":2}`,
	" {\n\t\"a\" : [ 1 , 2 ] }\r\n",
	`"a b"`, `"\"\\\/\b\f\n\r\t"`, `"a\n b\\"`, `"\u00e9\u20ac"`, `"\u09afAF0\uFA90"`, `"é€😀"`,
	`"\ud83d\ude00"`, `"\ud83d\ude00x"`, `"\ud800"`, `"\ud800x"`, `"\ud800\u0041"`, `"\ud800\n"`,
	`"\ud800\ud83d\ude00"`, `"\udc00x"`,
	`{"\u0061":"x\ny"}`,
}

func TestScannerAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts {
		t.Run(text, func(t *testing.T) {
			want, err := reference(text)
			if err != nil {
				t.Fatal(err)
			}
			s := jsonscan.New([]byte(text))
			got := decode(&s)
			if s.Err() != nil {
				t.Fatal(s.Err())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if s.Peek() != 0 || s.Pos() != len(text) {
				t.Errorf("stopped at byte %d of %d", s.Pos(), len(text))
			}
		})
	}
}

func TestDecodeFails(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{name: "empty", text: ``, want: `expected a number at byte 0`},
		{name: "unknown value", text: `a`, want: `expected a number at byte 0`},
		{name: "byte before the digits", text: `/`, want: `expected a number at byte 0`},
		{name: "byte after the digits", text: `:`, want: `expected a number at byte 0`},
		{name: "closing brace", text: `}`, want: `expected a number at byte 0`},
		{name: "null", text: `nul`, want: `unknown word at byte 0`},
		{name: "true", text: `tru`, want: `unknown word at byte 0`},
		{name: "false", text: `falsy`, want: `unknown word at byte 0`},

		{name: "unfinished object", text: `{`, want: `expected a string at byte 1`},
		{name: "name without a colon", text: `{"a"}`, want: `expected ':' at byte 4`},
		{name: "name at the end", text: `{"a"`, want: `expected ':' at byte 4`},
		{name: "member without a value", text: `{"a":}`, want: `expected a number at byte 5`},
		{name: "unfinished member", text: `{"a":1`, want: `expected ',' or '}' at byte 6`},
		{name: "comma before the brace", text: `{"a":1,}`, want: `nothing after ',' at byte 7`},
		{name: "comma after the brace", text: `{,"a":1}`, want: `expected a string at byte 1`},
		{name: "members without a comma", text: `{"a":1 "b":2}`, want: `expected ',' or '}' at byte 7`},
		{name: "name without quotes", text: `{a:1}`, want: `expected a string at byte 1`},
		{name: "bracket for a brace", text: `{"a":1]`, want: `expected ',' or '}' at byte 6`},

		{name: "unfinished array", text: `[`, want: `expected a number at byte 1`},
		{name: "unfinished element", text: `[1`, want: `expected ',' or ']' at byte 2`},
		{name: "comma before the bracket", text: `[1,]`, want: `nothing after ',' at byte 3`},
		{name: "comma after the bracket", text: `[,1]`, want: `expected a number at byte 1`},
		{name: "elements without a comma", text: `[1 2]`, want: `expected ',' or ']' at byte 3`},

		{name: "unfinished string", text: `"ab`, want: `unfinished string at byte 3`},
		{name: "unfinished string with an escape", text: `"\nab`, want: `unfinished string at byte 5`},
		{name: "backslash at the end", text: `"\`, want: `unfinished string at byte 2`},
		{name: "line end in a string", text: "\"a\nb\"", want: `control character in a string at byte 2`},
		{name: "last control character", text: "\"a\x1fb\"", want: `control character in a string at byte 2`},
		{name: "line end after an escape", text: "\"\\n\nb\"", want: `control character in a string at byte 3`},
		{name: "control after an escape", text: "\"\\n\x1fb\"", want: `control character in a string at byte 3`},
		{name: "unknown escape", text: `"\x"`, want: `unknown escape in a string at byte 3`},
		{name: "three digits", text: `"\u123`, want: `unfinished escape in a string at byte 3`},
		{name: "four digits", text: `"\u1234`, want: `unfinished string at byte 7`},
		{name: "quote for a digit", text: `"\u123"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "before 0", text: `"\u123/"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "after 9", text: `"\u123:"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "before a", text: "\"\\u123`\"", want: `bad hexadecimal digit in a string at byte 3`},
		{name: "after f", text: `"\u123g"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "before A", text: `"\u123@"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "after F", text: `"\u123G"`, want: `bad hexadecimal digit in a string at byte 3`},
		{name: "second half of a pair", text: `"\ud800\u12"`, want: `unfinished escape in a string at byte 9`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := jsonscan.New([]byte(test.text))
			decode(&s)
			checkError(t, &s, test.want)
		})
	}
}

// checkError checks the error of s, and that s does nothing after it.
func checkError(t *testing.T, s *jsonscan.Scanner, want string) {
	t.Helper()
	if !errors.Is(s.Err(), jsonscan.ErrSyntax) || s.Err().Error() != "invalid JSON: "+want {
		t.Errorf("got error %v, want %s", s.Err(), want)
		return
	}
	first, pos := s.Err(), s.Pos()
	s.Skip()
	if s.Peek() != 0 || s.Open('[') || s.Element(true) || s.Null() || s.Bool() ||
		s.String() != nil || s.Number() != nil {
		t.Error("a call after the error succeeded")
	}
	if s.Err() != first || s.Pos() != pos {
		t.Errorf("a call after the error changed it: %v at byte %d", s.Err(), s.Pos())
	}
}

func TestWrongKind(t *testing.T) {
	for _, test := range []struct {
		name string
		text string
		read func(*jsonscan.Scanner)
		want string
	}{
		{name: "open", text: ` [`, read: func(s *jsonscan.Scanner) { s.Open('{') }, want: "expected '{' at byte 1"},
		{
			name: "boolean", text: `1`, read: func(s *jsonscan.Scanner) { s.Bool() },
			want: "expected a boolean at byte 0",
		},
		{
			name: "string", text: `1`, read: func(s *jsonscan.Scanner) { s.String() },
			want: "expected a string at byte 0",
		},
		{
			name: "number", text: `""`, read: func(s *jsonscan.Scanner) { s.Number() },
			want: "expected a number at byte 0",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := jsonscan.New([]byte(test.text))
			test.read(&s)
			checkError(t, &s, test.want)
		})
	}
	s := jsonscan.New([]byte(`1`))
	if s.Null() || s.Err() != nil || s.Pos() != 0 {
		t.Errorf("Null read a number: error %v at byte %d", s.Err(), s.Pos())
	}
}

func TestRaw(t *testing.T) {
	s := jsonscan.New([]byte(`[{"a":1},2]`))
	s.Open('[')
	s.Element(true)
	start := s.Pos()
	s.Skip()
	if got := string(s.Raw(start)); got != `{"a":1}` {
		t.Errorf("got %s", got)
	}
}

func TestSkipStopsAfterTheValue(t *testing.T) {
	for _, text := range append(texts, strings.Repeat("[", 1_000_000)+strings.Repeat("]", 1_000_000)) {
		t.Run(text[:min(len(text), 40)], func(t *testing.T) {
			s := jsonscan.New([]byte(text + `,"next"`))
			s.Skip()
			if s.Err() != nil || s.Peek() != ',' || s.Pos() != len(text) {
				t.Errorf("stopped at byte %d of %d with error %v", s.Pos(), len(text), s.Err())
			}
		})
	}
}

func TestSkipFails(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{name: "empty", text: ` `, want: "unexpected end at byte 1"},
		{name: "unfinished array", text: `[1,[2]`, want: "unexpected end at byte 6"},
		{name: "closing bracket", text: ` ]`, want: "expected a value at byte 1"},
		{name: "closing brace", text: `}`, want: "expected a value at byte 0"},
		{name: "comma", text: `,1`, want: "expected a value at byte 0"},
		{name: "colon", text: `:1`, want: "expected a value at byte 0"},
		{name: "word", text: `[trouble]`, want: "unknown word at byte 1"},
		{name: "unknown value", text: `[1,a]`, want: "expected a number at byte 3"},
		{name: "unfinished string", text: `["ab`, want: "unfinished string at byte 4"},
		{name: "escaped quote", text: `"ab\"`, want: "unfinished string at byte 5"},
		{name: "backslash at the end", text: `"ab\`, want: "unfinished string at byte 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := jsonscan.New([]byte(test.text))
			s.Skip()
			checkError(t, &s, test.want)
		})
	}
}

func TestStringWithoutEscapesDoesNotAllocate(t *testing.T) {
	data := []byte(`{"key":"value"}`)
	allocs := testing.AllocsPerRun(100, func() {
		s := jsonscan.New(data)
		s.Open('{')
		s.Key(true)
		s.String()
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// FuzzScanner compares the Scanner with encoding/json. It must decode every text
// that encoding/json decodes, to the same value, and must not panic.
func FuzzScanner(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Add(`{"a":`)
	f.Fuzz(func(t *testing.T, text string) {
		s := jsonscan.New([]byte(text))
		s.Skip()
		// encoding/json replaces invalid UTF-8. The Scanner leaves that to its caller.
		if !json.Valid([]byte(text)) || strings.ToValidUTF8(text, "") != text {
			return
		}
		want, err := reference(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.Err() != nil {
			t.Fatalf("%q: skip: %v", text, s.Err())
		}
		s = jsonscan.New([]byte(text))
		if got := decode(&s); s.Err() != nil || !cmp.Equal(got, want) {
			t.Fatalf("%q: got %#v, %v; want %#v", text, got, s.Err(), want)
		}
	})
}
