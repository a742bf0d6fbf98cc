// Package prose checks the repository's English against a list of words that
// make readers stop, and its function comments against the form that the
// standard library uses. It sees what a machine can see; the rest is for the
// reviewer.
//
// Vale, the prose linter, reads comments and Markdown as well, but not the
// strings of Go programs, and error messages are most of what users read.
package prose

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed words.txt
var wordList string

// word is a pattern that the list rejects.
type word struct {
	pattern *regexp.Regexp
	advice  string
}

var list = parseWords(wordList)

func parseWords(lines string) []word {
	var parsed []word
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, advice, ok := strings.Cut(line, "\t")
		if !ok {
			panic("words.txt: no tab in " + line)
		}
		parsed = append(parsed, word{regexp.MustCompile(`(?:^|[^\pL\pN_])((?i:` + pattern + `))(?:$|[^\pL\pN_])`), advice})
	}
	return parsed
}

// Check reads the files below the folders in root, or all of root if folders is
// empty, and returns an error with one line for each finding: file, line, text
// and advice. It skips testdata, dist and folders whose names begin with a dot,
// .github excepted.
func Check(root string, folders ...string) error {
	if len(folders) == 0 {
		folders = []string{"."}
	}
	var errs []error
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir():
				return skipFolder(path, root, d.Name())
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			found, err := checkFile(path, filepath.ToSlash(name))
			errs = append(errs, found...)
			return err
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func skipFolder(path, root, name string) error {
	if slices.Contains([]string{"testdata", "dist", "node_modules"}, name) ||
		path != root && strings.HasPrefix(name, ".") && name != ".github" {
		return filepath.SkipDir
	}
	return nil
}

func checkFile(path, name string) ([]error, error) {
	var split func(string, []byte) ([]text, error)
	switch filepath.Ext(name) {
	case ".go":
		split = goTexts
	case ".md":
		split = markdownTexts
	case ".tf", ".hcl":
		split = terraformTexts
	default:
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(filepath.Base(name), "whole") {
		return []error{fmt.Errorf("%s: name the file after what it contains", name)}, nil
	}
	texts, err := split(name, data)
	if err != nil {
		return nil, err
	}
	var found []error
	for _, t := range texts {
		for _, finding := range t.findings() {
			found = append(found, fmt.Errorf("%s:%d: %s", name, t.line, finding))
		}
	}
	return found, nil
}

// text is a piece of prose with the line on which it begins.
type text struct {
	line int
	body string
	// form is a finding about the form of the text, or empty.
	form string
}

func (t text) findings() []string {
	var found []string
	if t.form != "" {
		found = append(found, t.form)
	}
	for _, w := range list {
		if m := w.pattern.FindStringSubmatch(t.body); m != nil {
			found = append(found, fmt.Sprintf("%q: %s", m[1], w.advice))
		}
	}
	return found
}
