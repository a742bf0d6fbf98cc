package check

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	action    = regexp.MustCompile(`(?m)^\s*-? *uses: *(\S+)(.*)$`)
	pinned    = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	versioned = regexp.MustCompile(`^ # v\d+\.\d+\.\d+$`)
	// scripts are a run: with one line, or with a block that is indented further.
	scripts    = regexp.MustCompile(`(?m)^ +(- )?run: (\|\n( {10,}.*\n)+|.*\n)`)
	topLevelOf = regexp.MustCompile(`(?m)^permissions: \{\}$`)
)

// TestWorkflows checks that workflows run fixed code with the least rights: actions are
// pinned by commit, a job lists its permissions, and no credentials stay in the folder of
// the checkout, where the code that runs afterwards could read them.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("found %v, error %v, want at least three workflows", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := string(data)
			checkouts := 0
			for _, match := range action.FindAllStringSubmatch(text, -1) {
				if !pinned.MatchString(match[1]) || !versioned.MatchString(match[2]) {
					t.Errorf("%s%s: pin the action by commit, with its version in a comment", match[1], match[2])
				}
				if strings.HasPrefix(match[1], "actions/checkout@") {
					checkouts++
				}
			}
			if n := strings.Count(text, "persist-credentials: false"); n != checkouts {
				t.Errorf("%d of %d checkouts have persist-credentials: false", n, checkouts)
			}
			if !topLevelOf.MatchString(text) {
				t.Error("no 'permissions: {}' at the top: each job lists its own")
			}
			for _, script := range scripts.FindAllString(text, -1) {
				if strings.Contains(script, "${{") {
					t.Errorf("an expression in a script can inject code, so pass it as a variable:\n%s", script)
				}
			}
		})
	}
}

// TestToolsAreFixed checks that what .ci/run installs is fixed by hashes.
func TestToolsAreFixed(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.Contains(line, "npm install"), strings.Contains(line, "npx "):
			t.Errorf("%s: use npm ci with a package-lock.json", line)
		case strings.Contains(line, "pip\" install") && !strings.Contains(line, "--require-hashes"):
			t.Errorf("%s: use --require-hashes", line)
		case strings.Contains(line, "@latest"):
			t.Errorf("%s: name a version", line)
		}
	}
}
