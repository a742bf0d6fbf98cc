package portal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// backToJSON reads YAML and brings it into JSON's kinds of values.
func backToJSON(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return decode(t, text)
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestYAMLOfTheSample(t *testing.T) {
	data, err := toYAML(sample)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(backToJSON(t, data), decode(t, sample)) {
		t.Error("it reads back as something else")
	}
	var top []string
	for _, m := range regexp.MustCompile(`(?m)^(\w+):`).FindAllStringSubmatch(string(data), -1) {
		top = append(top, m[1])
	}
	if got := strings.Join(top, " "); got != "components info openapi paths tags" {
		t.Errorf("the keys are in the order %s", got)
	}
	again, err := toYAML(sample)
	if err != nil || !bytes.Equal(data, again) {
		t.Error("it is not the same each time")
	}
}

// Strings that YAML, in one version or another, has a mind of its own on.
var treacherous = []string{
	"", " ", "~", "null", "Null", "true", "no", "NO", "off", "y", "n", "yes", "on", "1", "1.0", "0x1f", "0o17", "017", "1_000", "1e3", "1:30", ".inf", ".nan", "-", "--- ",
	"...", "? a", ": b", "a: b", "a:", "a #b", "#b", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]", "a,b", "'a'", `"a"`, `\n`, "<<", "=",
	"2026-03-04", "2026-03-04T19:15:17Z", " a", "a ", "\ta", "a\n", "\na", "a\nb", "a\n\n b\n", "a\r\nb", "\u0001", "\u0085", "\u2028", "\ufeff", "é", "日本", "😀", "a\u0000b",
}

func TestYAMLOfTreacherousStrings(t *testing.T) {
	v := map[string]any{"list": treacherous}
	for _, s := range treacherous {
		v["key "+s] = s
		v[s+"key"] = map[string]any{s: []string{s}}
	}
	in, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := toYAML(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := backToJSON(t, out), decode(t, in); !reflect.DeepEqual(got, want) {
		t.Errorf("it reads back as something else:\n%s", out)
	}
	// Readers of YAML 1.1 must take them for strings, too: none stands bare.
	for _, word := range []string{"no", "off", "y", "1:30", "0o17", "017", "1_000", "2026-03-04", "~", "="} {
		if regexp.MustCompile(`(?m)(: |- )` + regexp.QuoteMeta(word) + `$`).Match(out) {
			t.Errorf("%s stands without quotes", word)
		}
	}
}

func TestYAMLOfNumbersAndEmptyValues(t *testing.T) {
	in := `{"a":0,"b":-1,"c":1.50,"d":1e3,"e":9007199254740993,"f":123456789012345678901234567890,"g":null,"h":true,"i":{},"j":[],"k":[[],{}],"l":1E-7}`
	out, err := toYAML([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"a: 0", "c: 1.50", "d: 1e3", "e: 9007199254740993", "f: 123456789012345678901234567890", "g: null", "h: true", "i: {}", "j: []"} {
		if !strings.Contains("\n"+string(out), "\n"+line+"\n") {
			t.Errorf("no line %q in\n%s", line, out)
		}
	}
	if !reflect.DeepEqual(backToJSON(t, out), decode(t, []byte(in))) {
		t.Errorf("it reads back as something else:\n%s", out)
	}
	if _, err := toYAML([]byte("{")); err == nil {
		t.Error("what is no JSON should be refused")
	}
}

func FuzzYAML(f *testing.F) {
	for _, s := range treacherous {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		in, err := json.Marshal(map[string]any{key: value, "in a list": []any{value, map[string]any{value: key}}})
		if err != nil {
			t.Fatal(err)
		}
		out, err := toYAML(in)
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if !reflect.DeepEqual(backToJSON(t, out), decode(t, in)) {
			t.Errorf("%s reads back otherwise:\n%s", in, out)
		}
	})
}
