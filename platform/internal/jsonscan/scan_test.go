package jsonscan

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// tree builds the whole value with a Scanner, for comparison with encoding/json.
func tree(s *Scanner) any {
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
			m[key] = tree(s)
		}
	case '[':
		list := []any{}
		s.Open('[')
		for s.Element(len(list) == 0) {
			list = append(list, tree(s))
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

func read(text string) (any, error) {
	s := New([]byte(text))
	v := tree(&s)
	if s.Err() == nil && s.Peek() != 0 {
		s.fail("something after the end")
	}
	return v, s.Err()
}

func reference(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

var texts = []string{
	`{}`, `[]`, `""`, `null`, `true`, `false`, `0`, `-1.5e+3`,
	`{"a":1,"b":[true,null,{"c":"d"}],"a":2}`,
	" {\n\t\"a\" : [ 1 , 2 ] }\r\n",
	`"\"\\\/\b\f\n\r\t"`, `"\u00e9\u20ac"`, `"\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00x"`, `"é€😀"`,
	`{"\u0061":"x\ny"}`,
}

func TestReadsWhatEncodingJSONReads(t *testing.T) {
	for _, text := range texts {
		want, err := reference(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got, err := read(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestRefusesMalformed(t *testing.T) {
	for _, text := range []string{
		``, `{`, `[`, `"`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,1]`, `{,"a":1}`, `{"a":1 "b":2}`, `[1 2]`,
		`nul`, `tru`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\`, "\"a\nb\"", "\"\\n\nb\"", `{a:1}`, `}`, `1 2`,
	} {
		if v, err := read(text); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: got %#v, %v; want a syntax error", text, v, err)
		}
	}
}

func TestSkipStopsWhereTheValueEnds(t *testing.T) {
	for _, text := range texts {
		s := New([]byte(text + `,"next"`))
		s.Skip()
		if s.Err() != nil || s.Peek() != ',' {
			t.Errorf("%s: stopped at byte %d with %v", text, s.Pos(), s.Err())
		}
	}
	deep := strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000)
	s := New([]byte(deep))
	s.Skip()
	if s.Err() != nil || s.Pos() != len(deep) {
		t.Errorf("deep nesting: stopped at byte %d with %v", s.Pos(), s.Err())
	}
}

func TestStringWithoutEscapesIsNotCopied(t *testing.T) {
	data := []byte(`{"key":"value"}`)
	allocs := testing.AllocsPerRun(100, func() {
		s := New(data)
		s.Open('{')
		s.Key(true)
		s.String()
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// FuzzScanner holds the Scanner against encoding/json: it must read whatever
// that reads, to the same value, and never panic.
func FuzzScanner(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Add(`{"a":`)
	f.Fuzz(func(t *testing.T, text string) {
		s := New([]byte(text))
		s.Skip()
		// encoding/json replaces invalid UTF-8, the Scanner leaves it to its caller.
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
		s = New([]byte(text))
		if got := tree(&s); s.Err() != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, %v; want %#v", text, got, s.Err(), want)
		}
	})
}
