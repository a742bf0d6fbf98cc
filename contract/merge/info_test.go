package merge

import (
	"testing"

	"golang.org/x/mod/semver"
)

func TestMergedVersion(t *testing.T) {
	for name, test := range map[string]struct {
		versions map[string]string
		want     string
	}{
		"highest first":     {map[string]string{"a": "0.9.0", "b": "0.10.0"}, "0.10.0+a.0.9.0.b.0.10.0"},
		"one context":       {map[string]string{"a": "1.2.3"}, "1.2.3+a.1.2.3"},
		"prerelease":        {map[string]string{"a": "1.0.0-rc.1"}, "1.0.0-rc.1+a.1.0.0-rc.1"},
		"name with hyphen":  {map[string]string{"a-b": "1.0.0"}, "1.0.0+a-b.1.0.0"},
		"no version":        {map[string]string{"a": ""}, "0.0.0+a.0"},
		"another document":  {map[string]string{"a": "2024_01 beta"}, "0.0.0+a.2024-01-beta"},
		"build of a source": {map[string]string{"a": "1.0.0+b"}, "1.0.0+a.1.0.0-b"},
	} {
		t.Run(name, func(t *testing.T) {
			got := mergedVersion(test.versions)
			if got != test.want || !semver.IsValid("v"+got) {
				t.Errorf("mergedVersion(%v) = %q, valid: %t; want %q", test.versions, got, semver.IsValid("v"+got), test.want)
			}
		})
	}
}
