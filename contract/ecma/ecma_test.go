package ecma_test

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/ecma"
)

func TestCheckAccepts(t *testing.T) {
	for _, pattern := range []string{
		``, `^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`, `^\d+$`, `^(?:a|b)?$`, `^\w+@\w+\.example$`, `^[\w.+-]+$`, `^a\\p$`,
		`^[ -~]{1,255}$`, `\$\{\}`, `^a{2,}?b+?$`, `\x41\t`, `[\]\[^$]`, `a/b`, `\/`, `^[A-Z0-9]{8}$`, `[\-a]`, `a|^b`, `\ba`,
		`^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`, `^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]+)?([/?#]|$)`,
	} {
		if err := ecma.Check(pattern); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	const differs = "is not the same in Go and in ECMA-262"
	for pattern, want := range map[string]string{
		`(`: "missing closing )", `a**`: "invalid nested repetition", `(?=a)`: "invalid or unsupported",
		`\u0041`: "invalid escape",
		`a.b`:    differs, `^[^/]+$`: differs, `\s`: differs, `\S+`: differs, `\D`: differs, `[\D]`: differs, `\B`: differs,
		`(?i)^abc$`: differs, `(?P<x>a)`: differs, `(?<x>a)`: differs, `(?s:a)`: differs,
		`\pL`: differs, `\p{Greek}`: differs, `\A\d+\z`: differs, `[[:alpha:]]`: differs, `[]a]`: differs,
		`a{,2}`: differs, `a{`: differs, `a{x}`: differs, `a}`: differs, `a]`: differs, `[a]]`: differs,
		`\x{41}`: differs, `\xe9`: differs, `é`: differs, `[é]`: differs, `😀`: differs, `\Qa\E`: differs, `\07`: differs,
		`\a`: differs, `\"`: differs, `\-`: differs, `[\d-x]`: differs, `[a-\d]`: "invalid escape", `[a[]`: differs,
		`^*`: differs, `$+`: differs, `\b?`: differs, `^{2}`: differs,
	} {
		if err := ecma.Check(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", pattern, err, want)
		}
	}
}

func TestCompile(t *testing.T) {
	compiled, err := ecma.Compile(`^[^\u0000-\u001F\u202e]$`)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"a": true, "\u202f": true, "\x1f": false, "\u202e": false} {
		if got := compiled.MatchString(text); got != want {
			t.Errorf("%q: match is %t, want %t", text, got, want)
		}
	}
	if _, err := ecma.Compile(`(`); err == nil {
		t.Error("an invalid pattern was compiled")
	}
}
