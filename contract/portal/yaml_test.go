package portal

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// decodeYAML parses YAML and returns the value as encoding/json decodes it.
func decodeYAML(t *testing.T, data []byte) any {
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

// convert returns the YAML of a JSON text. It checks that both have the same value
// and that a second conversion returns the same text.
func convert(t *testing.T, data []byte) string {
	t.Helper()
	out, err := toYAML(data)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	if diff := cmp.Diff(decode(t, data), decodeYAML(t, out)); diff != "" {
		t.Errorf("the YAML has another value (-want +got):\n%s\n%s", diff, out)
	}
	again, err := toYAML(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(out), string(again)); diff != "" {
		t.Errorf("a second conversion (-first +second):\n%s", diff)
	}
	return string(out)
}

func TestYAMLHasSortedKeys(t *testing.T) {
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^(\w+):`).FindAllStringSubmatch(convert(t, sample), -1) {
		keys = append(keys, m[1])
	}
	if diff := cmp.Diff([]string{"components", "info", "openapi", "paths", "tags"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	const want = "a10: 1\na2: 1\n"
	if got := convert(t, []byte(`{"a2":1,"a10":1}`)); got != want {
		t.Errorf("keys with numbers: got %q, want %q", got, want)
	}
}

// ambiguous are strings that a version of YAML can parse as something else.
var ambiguous = []string{
	"", " ", "~", "null", "Null", "true", "no", "NO", "off", "y", "n", "yes", "on", "1", "1.0", "0x1f", "0o17", "017",
	"1_000", "1e3", "1:30", ".inf", ".nan", "-", "--- ", "...", "? a", ": b", "a: b", "a:", "a #b", "#b", "&a", "*a",
	"!a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]", "a,b", "'a'", `"a"`, `\n`, "<<", "=", "2026-03-04",
	"2026-03-04T19:15:17Z", " a", "a ", "\ta", "a\n", "\na", "a\nb", "a\n\n b\n", "a\r\nb", "\u0001", "\u0085",
	"\u2028", "\ufeff", "é", "日本", "😀", "a\u0000b",
}

func TestYAMLOfAmbiguousStrings(t *testing.T) {
	v := map[string]any{"list": ambiguous}
	for _, s := range ambiguous {
		v["key "+s] = s
		v[s+"key"] = map[string]any{s: []string{s}}
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out := convert(t, data)
	// YAML 1.1 parsers must also read these as strings, so they need quotes.
	for _, s := range []string{"no", "off", "y", "1:30", "0o17", "017", "1_000", "2026-03-04", "~", "="} {
		t.Run(s, func(t *testing.T) {
			if regexp.MustCompile(`(?m)(: |- )` + regexp.QuoteMeta(s) + `$`).MatchString(out) {
				t.Error("is written without quotes")
			}
		})
	}
}

func TestYAMLOfNumbersAndEmptyValues(t *testing.T) {
	out := convert(t, []byte(`{"a":0,"b":-1,"c":1.50,"d":1e3,"e":9007199254740993,`+
		`"f":123456789012345678901234567890,"g":null,"h":true,"i":{},"j":[],"k":[[],{}],"l":1E-7}`))
	for _, line := range []string{
		"a: 0", "c: 1.50", "d: 1e3", "e: 9007199254740993", "f: 123456789012345678901234567890",
		"g: null", "h: true", "i: {}", "j: []",
	} {
		t.Run(line, func(t *testing.T) {
			if !strings.Contains("\n"+out, "\n"+line+"\n") {
				t.Errorf("not a line of\n%s", out)
			}
		})
	}
}

func TestYAMLRefusesInvalidJSON(t *testing.T) {
	if out, err := toYAML([]byte("{")); err == nil {
		t.Errorf("no error, but %s", out)
	}
}

func FuzzYAML(f *testing.F) {
	for _, s := range ambiguous {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		data, err := json.Marshal(map[string]any{key: value, "in a list": []any{value, map[string]any{value: key}}})
		if err != nil {
			t.Fatal(err)
		}
		convert(t, data)
	})
}
