package foreign

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/ecma"
)

// TestPatternsMeanTheSameInJavaScript draws patterns and texts. A pattern that ecma.Check
// accepts must match the same texts in Go as in ajv, which compiles it with the flag u.
func TestPatternsMeanTheSameInJavaScript(t *testing.T) {
	const patterns = 2000
	tokens := rapid.SampledFrom([]string{
		"a", "b", "1", "-", "_", "é", "😀", " ", ".", "^", "$", "|", "(", "(?:", "(?i)", ")", "*", "+", "?", "??", "{2}",
		"{1,2}", "{", "}", "[", "]", "[ab]", "[a-c1]", "[^a]", "[]", "[^",
		`\d`, `\w`, `\s`, `\b`, `\B`, `\D`, `\.`, `\-`, `\"`,
		`\/`, `\x61`, `\x{61}`, `\pL`, `\A`, `\z`, `\t`, "[:alpha:]", `[\d-x]`, `[\w-]`,
	})
	drawn := rapid.SliceOfN(tokens, 1, 5)
	bodies := []body{}
	compiled := map[string]*regexp.Regexp{}
	for i := range patterns {
		pattern := strings.Join(drawn.Example(i), "")
		if ecma.Check(pattern) != nil {
			continue
		}
		name := fmt.Sprintf("p%d", i)
		schema := openapi3.NewStringSchema()
		schema.Pattern = pattern
		bodies = append(bodies, body{name: name, schema: schema.NewRef()})
		compiled[name] = regexp.MustCompile(pattern)
	}
	if len(bodies) < patterns/20 {
		t.Fatalf("only %d of %d patterns are accepted: the test proves little", len(bodies), patterns)
	}
	ajv := Validators()[0].start(t, &openapi3.T{Components: &openapi3.Components{}}, bodies)
	texts := rapid.StringOfN(rapid.SampledFrom([]rune("abc1-_. /x\té😀\u00a0\u2028\n")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		for _, b := range bodies {
			inGo := compiled[b.name].MatchString(text)
			if reason := ajv.validate(t, b.name, encode(t, text)); (reason == "") != inGo {
				t.Fatalf("%s matches %q in Go: %t, in JavaScript: %t", compiled[b.name], text, inGo, reason == "")
			}
		}
	})
}
