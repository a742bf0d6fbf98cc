package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const limit = 1 << 20

// decoded returns n as encoding/json decodes it into an any.
func decoded(n *Node) any {
	switch n.Kind {
	case Bool:
		return n.Text == "true"
	case Number:
		f, _ := strconv.ParseFloat(n.Text, 64)
		return f
	case String:
		return n.Text
	case Array:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, decoded(item))
		}
		return list
	case Object:
		m := map[string]any{}
		for _, member := range n.Members {
			m[member.Name] = decoded(member.Value)
		}
		return m
	}
	return nil
}

func parse(t *testing.T, name, text string) *Node {
	t.Helper()
	n, err := Read(name, []byte(text), limit)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReadReturnsValues(t *testing.T) {
	type object = map[string]any
	everyKind := object{"a": 1.0, "b": []any{"x", nil, true, false, -2.5e3}, "c": object{}}
	tests := map[string]struct {
		file, text string
		want       any
	}{
		"JSON": {file: "d.json", text: `{"a":1, "b":["x",null,true,false,-2.5e3], "c":{}}`, want: everyKind},
		"JSON by its first character": {
			file: "d", text: "\ufeff \n{\"a\\u0062\\n\":\"\\ud83d\\ude00\"}", want: object{"ab\n": "😀"},
		},
		"a JSON string": {file: "d.json", text: ` "x" `, want: "x"},
		"YAML": {
			file: "d.yaml", text: "a: 1\nb: [x, null, true, false, -2.5e3]\nc: {}\n", want: everyKind,
		},
		"YAML by its content": {file: "d", text: "a: 1\n", want: object{"a": 1.0}},
		"JSON in a YAML file": {file: "d.yml", text: `{"a": 1}`, want: object{"a": 1.0}},
		"names that are not text": {
			file: "d.yaml", text: "200: ok\ntrue: yes\n", want: object{"200": "ok", "true": "yes"},
		},
		"a date is a string": {file: "d.yaml", text: "a: 2026-03-04\n", want: object{"a": "2026-03-04"}},
		"a quoted number":    {file: "d.yaml", text: `a: "1"`, want: object{"a": "1"}},
		"an alias": {
			file: "d.yaml", text: "a: &x {b: 1}\nc: *x\n", want: object{"a": object{"b": 1.0}, "c": object{"b": 1.0}},
		},
		"a merge key": {
			file: "d.yaml", text: "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\n",
			want: object{
				"x": object{"a": 1.0, "b": 1.0},
				"y": object{"b": 2.0, "c": 2.0},
				"z": object{"a": 0.0, "b": 1.0, "c": 2.0},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, decoded(parse(t, test.file, test.text))); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadReturnsPositions(t *testing.T) {
	tests := map[string]struct {
		file, text string
		want       string // line and column of the name a and of the value true
	}{
		"JSON": {file: "d.json", text: "{\n  \"a\": {\"b\": [1,\n    true]}}", want: "2:3 3:5"},
		"YAML": {file: "d.yaml", text: "# a comment\n  \na: {b: [1,\n    true]}\n", want: "3:1 4:5"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := parse(t, test.file, test.text)
			member, item := n.Members[0], n.Get("a").Get("b").Items[1]
			got := fmt.Sprintf("%d:%d %d:%d", member.Line, member.Column, item.Line, item.Column)
			if got != test.want {
				t.Errorf("positions %s, want %s", got, test.want)
			}
		})
	}
}

// aliasBomb returns a YAML document whose aliases expand to 10^10 values.
func aliasBomb() string {
	var b strings.Builder
	b.WriteString("a: &a [x, x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'j'; c++ {
		alias := fmt.Sprintf("*%c", c-1)
		fmt.Fprintf(&b, "%c: &%c [%s]\n", c, c, strings.Join(slices.Repeat([]string{alias}, 10), ", "))
	}
	return b.String()
}

func TestReadReturnsErrorsWithPosition(t *testing.T) {
	tests := map[string]struct{ file, text, want string }{
		"empty":          {file: "d.json", text: "", want: "d.json: the document is empty"},
		"white space":    {file: "d.yaml", text: " \n\t\n", want: "d.yaml: the document is empty"},
		"only a comment": {file: "d.yaml", text: "# nothing\n", want: "d.yaml: the document is empty"},
		"too large": {
			file: "d.json", text: `"` + strings.Repeat("x", limit) + `"`,
			want: "d.json: the document has 1048578 bytes, the limit is 1048576",
		},
		"invalid UTF-8": {
			file: "d.json", text: "{\n \"\xff\": 1}", want: "d.json:2:3: the document is not valid UTF-8",
		},
		"cut before a value": {
			file: "d.json", text: `{"a":`, want: "d.json:1:6: unexpected end of the document, expected a value",
		},
		"cut in a string":  {file: "d.json", text: `{"a": "b`, want: "d.json:1:7: the string has no closing quote"},
		"cut in an escape": {file: "d.json", text: `{"a": "b\`, want: "d.json:1:7: the string has no closing quote"},
		"trailing comma": {
			file: "d.json", text: "{\"a\": 1,\n}", want: "d.json:2:1: expected a member name in double quotes",
		},
		"comma in an array": {file: "d.json", text: `[1,]`, want: "d.json:1:4: expected a value after the comma"},
		"no comma in array": {
			file: "d.json", text: `[1 2]`, want: "d.json:1:4: expected a comma or the end of the array",
		},
		"no comma in object": {
			file: "d.json", text: `{"a":1 "b":2}`,
			want: "d.json:1:8: expected a comma or the end of the object",
		},
		"no colon": {file: "d.json", text: `{"a" 1}`, want: `d.json:1:6: expected a colon after "a"`},
		"unquoted name": {
			file: "d.json", text: `{a: 1}`, want: "d.json:1:2: expected a member name in double quotes",
		},
		"comment in JSON": {
			file: "d.json", text: "{\n// no\n}", want: "d.json:2:1: expected a member name in double quotes",
		},
		"incomplete null": {file: "d.json", text: `nul`, want: `d.json:1:1: unexpected 'n', expected a value`},
		"invalid number":  {file: "d.json", text: `[01]`, want: `d.json:1:2: "01" is not a valid number`},
		"invalid escape": {
			file: "d.json", text: `["\x"]`, want: "d.json:1:2: the string has an invalid escape sequence",
		},
		"newline in string": {
			file: "d.json", text: "[\"a\nb\"]", want: "d.json:1:4: unescaped control character in a string",
		},
		"data after the end": {
			file: "d.json", text: "{}\n{}", want: "d.json:2:1: unexpected data after the end of the document",
		},
		"deep JSON": {
			file: "d.json", text: strings.Repeat("[", 100_000),
			want: "d.json:1:201: nesting exceeds 200 levels",
		},
		"deep YAML": {
			file: "d.yaml", text: strings.Repeat("[", 500) + strings.Repeat("]", 500),
			want: "d.yaml:1:202: nesting exceeds 200 levels",
		},
		"deep YAML mappings": {
			file: "d.yaml", text: strings.Repeat("{a: ", 300) + "1" + strings.Repeat("}", 300),
			want: "nesting exceeds 200 levels",
		},
		"YAML deeper than the parser allows": {
			file: "d.yaml", text: strings.Repeat("[", 100_000), want: "d.yaml:1:10001: ",
		},
		"invalid YAML": {file: "d.yaml", text: "a: 1\n b: 2\n", want: "d.yaml:2:3: "},
		"two documents": {
			file: "d.yaml", text: "a: 1\n---\nb: 2\n", want: "d.yaml:2:1: the file contains a second document",
		},
		"alias bomb": {
			file: "d.yaml", text: aliasBomb(), want: "the aliases expand to more than 100000 values",
		},
		"alias of itself": {
			file: "d.yaml", text: "a: &a [*a]\n", want: "d.yaml:1:8: the alias *a contains itself",
		},
		"merge of itself": {
			file: "d.yaml", text: "a: &a\n  <<: *a\n", want: "d.yaml:2:7: the alias *a contains itself",
		},
		"unknown alias": {file: "d.yaml", text: "a: *b\n", want: "d.yaml:1"},
		"list as a name": {
			file: "d.yaml", text: "[a]: 1\n", want: "d.yaml:1:1: a member name must be a scalar",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(test.file, []byte(test.text), limit)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want an *Error", err)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one line with %q", err, test.want)
			}
		})
	}
}

// TestReadLimitsNestingOnly checks that siblings do not count as nesting.
func TestReadLimitsNestingOnly(t *testing.T) {
	for _, file := range []string{"d.json", "d.yaml"} {
		t.Run(file, func(t *testing.T) {
			parse(t, file, "["+strings.Repeat("{}, ", 1000)+"[]]")
			parse(t, file, strings.Repeat("[", MaxDepth)+strings.Repeat("]", MaxDepth))
		})
	}
}

// TestReadLimitsOnlyAliasedValues checks that the limit counts what aliases expand
// to, whether or not they nest, and nothing else.
func TestReadLimitsOnlyAliasedValues(t *testing.T) {
	values := "[" + strings.Repeat("x, ", 60_000) + "x]"
	parse(t, "d.yaml", "a: "+values+"\nb: "+values+"\n")
	_, err := Read("d.yaml", []byte("a: &a "+values+"\nb: *a\nc: *a\n"), limit)
	if err == nil || !strings.Contains(err.Error(), "the aliases expand to more than 100000 values") {
		t.Errorf("error %v, want one about the aliases", err)
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]struct {
		kind Kind
		str  string
		yes  bool
	}{
		"null": {kind: Null}, "true": {kind: Bool, yes: true}, "false": {kind: Bool}, "1": {kind: Number},
		`"true"`: {kind: String, str: "true"}, "[]": {kind: Array}, "{}": {kind: Object},
	} {
		t.Run(text, func(t *testing.T) {
			n := parse(t, "d.json", text)
			for kind := Null; kind <= Object; kind++ {
				if got := n.Is(kind); got != (kind == want.kind) {
					t.Errorf("Is(%s) = %t", kind, got)
				}
			}
			if n.Str() != want.str || n.True() != want.yes {
				t.Errorf("Str() = %q, True() = %t; want %q, %t", n.Str(), n.True(), want.str, want.yes)
			}
		})
	}
	if n := (*Node)(nil); n.Is(Null) || n.Str() != "" || n.True() {
		t.Error("a nil node has a kind or a value")
	}
}

func TestGet(t *testing.T) {
	for _, members := range []int{2, 40} {
		t.Run(fmt.Sprint(members, " members"), func(t *testing.T) {
			text := `{"a":1`
			for i := range members {
				text += fmt.Sprintf(`,"m%d":%d`, i, i)
			}
			n := parse(t, "d.json", text+`,"a":2}`)
			if got := n.Get("a").Text; got != "1" {
				t.Errorf("the value of the duplicate name a is %s, want the first", got)
			}
			if n.Get("z") != nil || n.Get("a").Get("b") != nil || (*Node)(nil).Get("a") != nil {
				t.Error("Get returned a member that does not exist")
			}
		})
	}
}

func TestSize(t *testing.T) {
	for _, text := range []string{
		`null`, `[]`, `{}`, `[1,"ab",true,[false]]`, `{"a":1,"bc":{"d":[]},"e":null}`,
	} {
		t.Run(text, func(t *testing.T) {
			if got := parse(t, "d.json", text).Size(); got != len(text) {
				t.Errorf("size %d, want %d", got, len(text))
			}
		})
	}
}

// FuzzRead compares the JSON reader with encoding/json and checks that the YAML
// reader terminates without a panic.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e3,"x\n\u00e9",true,null],"a":{}}`, `[1,]`, `{"a":1}}`, "a: &x [1]\nb: *x\n", "<<: {a: 1}\n",
		"- 1\n- - 2\n", "\"\\ud800\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Read("d.json", data, limit)
		var want any
		wantErr := json.Unmarshal(data, &want)
		if err == nil && wantErr == nil && !reflect.DeepEqual(decoded(n), want) {
			t.Errorf("%q: %#v, want %#v", data, decoded(n), want)
		}
		if (err == nil) != (wantErr == nil) && !intendedDifference(err, wantErr) {
			t.Errorf("%q: error %v, encoding/json returns %v", data, err, wantErr)
		}
		if n, err := Read("d.yaml", data, limit); err == nil {
			n.Size()
		}
	})
}

// intendedDifference reports whether Read differs from encoding/json on purpose:
// it refuses invalid UTF-8 and deep nesting, and accepts a byte order mark and
// numbers of any size.
func intendedDifference(err, wantErr error) bool {
	if err != nil {
		return strings.Contains(err.Error(), "UTF-8") || strings.Contains(err.Error(), "nesting exceeds")
	}
	return strings.Contains(wantErr.Error(), "cannot unmarshal number") || strings.Contains(wantErr.Error(), "'ï'")
}
