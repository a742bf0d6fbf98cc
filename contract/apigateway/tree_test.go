package apigateway

import (
	"strings"
	"testing"
)

func TestTreeAdd(t *testing.T) {
	tests := map[string]struct {
		paths []string
		clash string // part of the clash's text; empty without one
	}{
		"static and variable":           {paths: []string{"/a/me", "/a/{x}", "/a/{x}/b"}},
		"one path twice":                {paths: []string{"/a/{x}", "/a/{x}"}},
		"one name under other parents":  {paths: []string{"/a/{x}", "/b/{y}"}},
		"greedy beside static":          {paths: []string{"/a/{p+}", "/a/b", "/a/b/c"}},
		"the root and a trailing slash": {paths: []string{"/", "/a/", "/a"}},
		"two variables": {
			paths: []string{"/a/{x}", "/a/{y}"},
			clash: "/a can have one variable child only, not both {x} and {y}",
		},
		"two variables, one deeper": {
			paths: []string{"/a/{x}", "/a/{y}/b"},
			clash: "/a/{y}/b (2) beside /a/{x} (1)",
		},
		"two variables below the root": {
			paths: []string{"/{x}", "/{y}"},
			clash: "/ can have one variable child only",
		},
		"greedy beside variable": {
			paths: []string{"/a/{p+}", "/a/{x}"},
			clash: "not both {p+} and {x}",
		},
		"below greedy": {
			paths: []string{"/a/{p+}", "/a/{p+}/b"},
			clash: "/a/{p+}/b (2) beside /a/{p+} (1): nothing can be below a greedy parameter",
		},
		"below greedy by another name": {
			paths: []string{"/a/{p+}", "/a/{x}/b"},
			clash: "not both",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var tree Tree
			var got []string
			for i, path := range test.paths {
				if clash, ok := tree.Add(path, string(rune('1'+i))); ok {
					got = append(got, clash.String())
					if clash.BelowGreedy != strings.Contains(test.clash, "nothing can be below") {
						t.Errorf("BelowGreedy is %t: %s", clash.BelowGreedy, clash)
					}
				}
			}
			text := strings.Join(got, "\n")
			if (text == "") != (test.clash == "") || !strings.Contains(text, test.clash) {
				t.Errorf("clashes:\n%s\nwant: %s", text, test.clash)
			}
		})
	}
}

func TestTreeLen(t *testing.T) {
	var tree Tree
	for _, path := range []string{"/", "/a", "/a/{x}", "/a/{x}/b/c", "/a/{x}/b"} {
		tree.Add(path, "")
	}
	if got := tree.Len(); got != 5 { // the root, a, {x}, b, c
		t.Errorf("Len() = %d, want 5", got)
	}
}

// A path of very many segments must not take the square of that in memory.
func TestTreeAddsLongPath(t *testing.T) {
	var tree Tree
	path := strings.Repeat("/a", 100_000)
	tree.Add(path, "")
	if clash, ok := tree.Add(path+"/{x}", ""); ok {
		t.Errorf("clash: %.100s", clash)
	}
	if got := tree.Len(); got != 100_002 {
		t.Errorf("Len() = %d, want 100,002", got)
	}
}
