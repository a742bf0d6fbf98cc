package fieldlist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/internal/fieldlist"
)

func TestElements(t *testing.T) {
	for _, test := range []struct {
		value string
		want  []string
	}{
		{"", []string{}},
		{"a", []string{"a"}},
		{"a, b ,\tc", []string{"a", "b", "c"}},
		{"a,,b,", []string{"a", "b"}},
		{" , \t,", []string{}},
		{`"a,b"`, []string{`"a,b"`}},
		{`"a\",b",c`, []string{`"a\",b"`, "c"}},
		{`W/"1,2", "3"`, []string{`W/"1,2"`, `"3"`}},
		{`a;q="x, y",b`, []string{`a;q="x, y"`, "b"}},
		{`"a,b`, []string{`"a,b`}},
		{`"a\`, []string{`"a\`}},
		{"a b", []string{"a b"}},
	} {
		t.Run(test.value, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fieldlist.Elements(test.value)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnquote(t *testing.T) {
	for element, want := range map[string]string{
		`a`: `a`, `"a,b"`: `a,b`, `""`: ``, `"`: `"`, `"a\"b\\"`: `a"b\`, `"a"b"`: `"a"b"`, `"a\"`: `"a\"`, `W/"a"`: `W/"a"`,
	} {
		if got := fieldlist.Unquote(element); got != want {
			t.Errorf("Unquote(%s) is %s, want %s", element, got, want)
		}
	}
}

// TestQuotedElementsComeBack writes any texts as quoted strings, in any number of
// empty elements and spaces.
func TestQuotedElementsComeBack(t *testing.T) {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.StringOf(rapid.SampledFrom([]rune(`a",\ é`)))).Draw(t, "texts")
		var value strings.Builder
		for _, text := range want {
			value.WriteString(rapid.SampledFrom([]string{"", " ", ",\t,"}).Draw(t, "before"))
			value.WriteString(`"` + quote.Replace(text) + `",`)
		}
		got := []string{}
		for _, element := range fieldlist.Elements(value.String()) {
			got = append(got, fieldlist.Unquote(element))
		}
		if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value.String(), diff)
		}
	})
}
