package provision

import (
	"slices"
	"testing"
)

func TestParseKey(t *testing.T) {
	waves := Waves(Environment{Regions: []string{"us-east-1", "us-west-2"}}, []string{"accounts", "profiles"})
	for _, s := range slices.Concat(waves...) {
		if got, ok := ParseKey(s.Key()); !ok || got != s {
			t.Errorf("%s is parsed as %+v, %v", s.Key(), got, ok)
		}
	}
	for _, key := range []string{"", "bootstrap", "api", "data/a/b", "functions/a", "unknown/a", "global/a"} {
		if got, ok := ParseKey(key); ok {
			t.Errorf("%q is parsed as %+v", key, got)
		}
	}
}
