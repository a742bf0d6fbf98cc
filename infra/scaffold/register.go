package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// changes are the contents that files had before, by name.
type changes map[string][]byte

// edit replaces the content of a file. It does nothing if the file does not exist.
func (c changes) edit(name string, edit func(old string) (string, error)) error {
	old, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := edit(string(old))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if text == string(old) {
		return nil
	}
	if _, changed := c[name]; !changed {
		c[name] = old
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// undo restores all files.
func (c changes) undo() error {
	var errs []error
	for name, old := range c {
		errs = append(errs, os.WriteFile(name, old, 0o644))
	}
	return errors.Join(errs...)
}

// list returns the changed files, a line each.
func (c changes) list(root string) string {
	var lines []string
	for name := range c {
		if relative, err := filepath.Rel(root, name); err == nil {
			name = relative
		}
		lines = append(lines, "changed "+filepath.ToSlash(name)+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// register adds a context to go.work, and to the lists of modules under .github and in
// the README that have the other contexts.
func register(root, name string, others []string, c changes) error {
	work := filepath.Join(root, "go.work")
	if err := c.edit(work, func(old string) (string, error) { return useModule(work, old, name) }); err != nil {
		return err
	}
	for file, edit := range map[string]func(string, string, []string) string{
		".github/CODEOWNERS":             addOwner,
		".github/dependabot.yml":         addToLists,
		".github/ISSUE_TEMPLATE/bug.yml": addToLists,
		"README.md":                      addToTable,
	} {
		err := c.edit(filepath.Join(root, filepath.FromSlash(file)), func(old string) (string, error) {
			return edit(old, name, others), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// useModule adds a use directive to a go.work.
func useModule(file, old, name string) (string, error) {
	work, err := modfile.ParseWork(file, []byte(old), nil)
	if err != nil {
		return "", err
	}
	if err := work.AddUse("./"+name, ""); err != nil {
		return "", err
	}
	work.SortBlocks()
	work.Cleanup()
	return string(modfile.Format(work.Syntax)), nil
}

var ownerLine = regexp.MustCompile(`(?m)^/([a-z0-9]+)/( +)(@[\w-]+/team-)([a-z0-9]+)$`)

// addOwner adds the line of a context to a CODEOWNERS after the last line of a context.
func addOwner(old, name string, _ []string) string {
	all := ownerLine.FindAllStringSubmatchIndex(old, -1)
	if len(all) == 0 {
		return old
	}
	last := all[len(all)-1]
	line := fmt.Sprintf("\n/%s/%s%s%s", name, old[last[4]:last[5]], old[last[6]:last[7]], name)
	return old[:last[1]] + line + old[last[1]:]
}

var inlineList = regexp.MustCompile(`\[[^\[\]\n]*\]`)

// addToLists adds a context to every list in brackets that has all the other contexts,
// and sorts the list.
func addToLists(old, name string, others []string) string {
	return inlineList.ReplaceAllStringFunc(old, func(list string) string {
		entries := strings.Split(strings.Trim(list, "[]"), ", ")
		for _, prefix := range []string{"", "/"} {
			if len(others) > 0 && !slices.ContainsFunc(others, func(o string) bool { return !slices.Contains(entries, prefix+o) }) {
				entries = append(entries, prefix+name)
				slices.Sort(entries)
				return "[" + strings.Join(slices.Compact(entries), ", ") + "]"
			}
		}
		return list
	})
}

var contextRow = regexp.MustCompile("(?m)^\\| \\[`([a-z0-9]+)`\\]\\([a-z0-9]+\\) \\| bounded context:.*$")

// addToTable adds a row for a context after the last row of a context.
func addToTable(old, name string, _ []string) string {
	all := contextRow.FindAllStringIndex(old, -1)
	if len(all) == 0 {
		return old
	}
	end := all[len(all)-1][1]
	return old[:end] + fmt.Sprintf("\n| [`%s`](%s) | bounded context: %s |", name, name, name) + old[end:]
}
