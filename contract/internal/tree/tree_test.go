package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

const limit = 1 << 20

// plain is a tree as encoding/json would have it.
func plain(n *Node) any {
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
			list = append(list, plain(item))
		}
		return list
	case Object:
		m := map[string]any{}
		for _, member := range n.Members {
			m[member.Name] = plain(member.Value)
		}
		return m
	}
	return nil
}

func TestReadValues(t *testing.T) {
	object := map[string]any{"a": 1.0, "b": []any{"x", nil, true, false, -2.5e3}, "c": map[string]any{}}
	tests := map[string]struct {
		name, text string
		want       any
	}{
		"JSON":                   {"d.json", `{"a":1, "b":["x",null,true,false,-2.5e3], "c":{}}`, object},
		"JSON by content":        {"d", "\ufeff \n{\"a\\u0062\\n\":\"\\ud83d\\ude00\"}", map[string]any{"ab\n": "😀"}},
		"JSON of one value":      {"d.json", ` "x" `, "x"},
		"YAML":                   {"d.yaml", "a: 1\nb: [x, null, true, false, -2.5e3]\nc: {}\n", object},
		"YAML by content":        {"d", "a: 1\n", map[string]any{"a": 1.0}},
		"JSON in a YAML file":    {"d.yml", `{"a": 1}`, map[string]any{"a": 1.0}},
		"names that are no text": {"d.yaml", "200: ok\ntrue: yes\n", map[string]any{"200": "ok", "true": "yes"}},
		"dates are texts":        {"d.yaml", "a: 2026-03-04\n", map[string]any{"a": "2026-03-04"}},
		"quoted numbers":         {"d.yaml", `a: "1"`, map[string]any{"a": "1"}},
		"aliases":                {"d.yaml", "a: &x {b: 1}\nc: *x\n", map[string]any{"a": map[string]any{"b": 1.0}, "c": map[string]any{"b": 1.0}}},
		"merge key": {"d.yaml", "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\n", map[string]any{
			"x": map[string]any{"a": 1.0, "b": 1.0}, "y": map[string]any{"b": 2.0, "c": 2.0}, "z": map[string]any{"a": 0.0, "b": 1.0, "c": 2.0}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n, err := Read(test.name, []byte(test.text), limit)
			if err != nil {
				t.Fatal(err)
			}
			if got := plain(n); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

func TestReadPlaces(t *testing.T) {
	for name, text := range map[string]string{
		"d.json": "{\n  \"a\": {\"b\": [1,\n    true]}}",
		"d.yaml": "# a comment\n  \na: {b: [1,\n    true]}\n",
	} {
		n, err := Read(name, []byte(text), limit)
		if err != nil {
			t.Fatal(err)
		}
		member := n.Members[0]
		item := n.Get("a").Get("b").Items[1]
		got := fmt.Sprint(member.Line, member.Column, item.Line, item.Column)
		want := map[string]string{"d.json": "2 3 3 5", "d.yaml": "3 1 4 5"}[name]
		if got != want {
			t.Errorf("%s: places %s, want %s", name, got, want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	tests := map[string]struct{ name, text, want string }{
		"empty":               {"d.json", "", "d.json: the document is empty"},
		"white space":         {"d.yaml", " \n\t\n", "d.yaml: the document is empty"},
		"a comment":           {"d.yaml", "# nothing\n", "d.yaml: the document is empty"},
		"too large":           {"d.json", `"` + strings.Repeat("x", limit) + `"`, "d.json: the document has 1048578 bytes, and 1048576 is the most"},
		"not UTF-8":           {"d.json", "{\n \"\xff\": 1}", "d.json:2:3: this is not UTF-8"},
		"cut":                 {"d.json", `{"a":`, "d.json:1:6: the document ends where a value belongs"},
		"cut in a text":       {"d.json", `{"a": "b`, "d.json:1:7: the string does not end"},
		"trailing comma":      {"d.json", "{\"a\": 1,\n}", "d.json:2:1: a member's name in double quotes belongs here"},
		"comma in an array":   {"d.json", `[1,]`, "d.json:1:4: a value belongs after the comma"},
		"no comma":            {"d.json", `[1 2]`, "d.json:1:4: a comma or the array's end belongs here"},
		"no comma in object":  {"d.json", `{"a":1 "b":2}`, "d.json:1:8: a comma or the object's end belongs here"},
		"no colon":            {"d.json", `{"a" 1}`, `d.json:1:6: a colon belongs after "a"`},
		"name without quotes": {"d.json", `{a: 1}`, "d.json:1:2: a member's name in double quotes belongs here"},
		"comment in JSON":     {"d.json", "{\n// no\n}", "d.json:2:1: a member's name in double quotes belongs here"},
		"no value":            {"d.json", `nul`, `d.json:1:1: 'n' begins no value`},
		"no number":           {"d.json", `[01]`, `d.json:1:2: "01" is not a number`},
		"bad escape":          {"d.json", `["\x"]`, "d.json:1:2: the string has an escape that JSON does not know"},
		"line end in a text":  {"d.json", "[\"a\nb\"]", "d.json:1:4: a string cannot hold a raw control character"},
		"something after":     {"d.json", "{}\n{}", "d.json:2:1: there is something after the end of the document"},
		"deep":                {"d.json", strings.Repeat("[", 100_000), "d.json:1:201: values nest deeper than 200"},
		"deep YAML":           {"d.yaml", strings.Repeat("[", 500) + strings.Repeat("]", 500), "d.yaml:1:202: values nest deeper than 200"},
		"deeper YAML":         {"d.yaml", strings.Repeat("[", 100_000), "d.yaml:1:10001: "},
		"bad YAML":            {"d.yaml", "a: 1\n b: 2\n", "d.yaml:2:3: "},
		"two documents":       {"d.yaml", "a: 1\n---\nb: 2\n", "d.yaml:2:1: the file has a second document"},
		"bomb of aliases":     {"d.yaml", bomb, "the aliases stand for more than 100000 values"},
		"alias of itself":     {"d.yaml", "a: &a [*a]\n", "d.yaml:1:8: the alias *a leads to itself"},
		"merge of itself":     {"d.yaml", "a: &a\n  <<: *a\n", "d.yaml:2:7: the alias *a leads to itself"},
		"unknown alias":       {"d.yaml", "a: *b\n", "d.yaml:1"},
		"list as a name":      {"d.yaml", "[a]: 1\n", "d.yaml:1:1: a member's name must be plain text"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(test.name, []byte(test.text), limit)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error: %v, want %s", err, test.want)
			}
			var e *Error
			if !errors.As(err, &e) || strings.Contains(err.Error(), "\n") {
				t.Errorf("not one *Error of one line: %v", err)
			}
		})
	}
}

// Depth is how deep values nest, not how many there are.
func TestManySiblings(t *testing.T) {
	for _, name := range []string{"d.json", "d.yaml"} {
		if _, err := Read(name, []byte("["+strings.Repeat("{}, ", 1000)+"[]]"), limit); err != nil {
			t.Error(err)
		}
	}
}

func TestGetFindsTheFirst(t *testing.T) {
	for _, members := range []int{2, 40} {
		text := `{"a":1`
		for i := range members {
			text += fmt.Sprintf(`,"m%d":%d`, i, i)
		}
		n, err := Read("d.json", []byte(text+`,"a":2}`), limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Get("a").Text; got != "1" {
			t.Errorf("with %d members: a is %s, want the first", members, got)
		}
		if n.Get("z") != nil || n.Get("a").Get("b") != nil || (*Node)(nil).Get("a") != nil {
			t.Error("found what is not there")
		}
	}
}

func TestSize(t *testing.T) {
	for _, text := range []string{`null`, `[]`, `{}`, `[1,"ab",true,[false]]`, `{"a":1,"bc":{"d":[]},"e":null}`} {
		n, err := Read("d.json", []byte(text), limit)
		if err != nil {
			t.Fatal(err)
		}
		if n.Size() != len(text) {
			t.Errorf("%s: size %d, want %d", text, n.Size(), len(text))
		}
	}
}

// FuzzRead holds the reader of JSON against encoding/json, and the reader of
// YAML to its limits.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e3,"x\n\u00e9",true,null],"a":{}}`, `[1,]`, `{"a":1}}`, "a: &x [1]\nb: *x\n", "<<: {a: 1}\n", "- 1\n- - 2\n", "\"\\ud800\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Read("d.json", data, limit)
		var want any
		wantErr := json.Unmarshal(data, &want)
		if err == nil && wantErr == nil && !reflect.DeepEqual(plain(n), want) {
			t.Errorf("%q: %#v, want %#v", data, plain(n), want)
		}
		if (err == nil) != (wantErr == nil) && !excused(err, wantErr) {
			t.Errorf("%q: error %v, encoding/json says %v", data, err, wantErr)
		}
		if n, err := Read("d.yaml", data, limit); err == nil {
			n.Size()
		}
	})
}

// excused are the differences that are meant: encoding/json takes what is not
// UTF-8 and nests deeper, we take a byte order mark, and numbers of any size.
func excused(err, wantErr error) bool {
	if err != nil {
		return strings.Contains(err.Error(), "UTF-8") || strings.Contains(err.Error(), "nest deeper")
	}
	return strings.Contains(wantErr.Error(), "cannot unmarshal number") || strings.Contains(wantErr.Error(), "'ï'")
}
