package mutate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/meridian-api/meridian/infra/terraform"
)

// Mutant is one change of one file.
type Mutant struct {
	// File is the file, below infra/terraform, and Line its first line that changes.
	File string
	Line int
	// Item is the part of the module that changes, as evaluate.Change has it.
	Item string

	path       string // absolute, not a link
	source     []byte
	start, end int
	text       string // in place of source[start:end]
}

// Text returns the file with the change.
func (m Mutant) Text() []byte {
	return slices.Concat(m.source[:m.start], []byte(m.text), m.source[m.end:])
}

// Change returns the lines that change, before and after, without spaces around them. It
// does not depend on the number of the line.
func (m Mutant) Change() string {
	from := bytes.LastIndexByte(m.source[:m.start], '\n') + 1
	to := len(m.source)
	if i := bytes.IndexByte(m.source[m.end:], '\n'); i >= 0 {
		to = m.end + i
	}
	before := string(m.source[from:to])
	after := string(m.source[from:m.start]) + m.text + string(m.source[m.end:to])
	return fold(before) + " → " + fold(after)
}

// name returns the name of the mutant in equivalent.json.
func (m Mutant) name() string { return m.File + ": " + m.Change() }

func (m Mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Change()) }

// fold returns text in one line, and "(nothing)" for none.
func fold(text string) string {
	if text = strings.Join(strings.Fields(text), " "); text == "" {
		return "(nothing)"
	}
	return text
}

// find returns the mutants of the Terraform below root, in order of files and positions.
func find(root string) ([]Mutant, error) {
	folder := filepath.Join(root, filepath.FromSlash(terraform.Folder))
	dirs, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return nil, err
	}
	inner, err := filepath.Glob(filepath.Join(folder, "modules", "*"))
	if err != nil {
		return nil, err
	}
	kinds := map[string]map[string][]string{} // by file
	for _, dir := range append(dirs, inner...) {
		if err := findKinds(dir, kinds); err != nil {
			return nil, err
		}
	}
	var all []Mutant
	for path, names := range kinds {
		text, body, err := parse(path)
		if err != nil {
			return nil, err
		}
		f := &finder{path: path, text: text, kinds: names}
		f.file(body)
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return nil, err
		}
		for i := range f.found {
			f.found[i].File = filepath.ToSlash(name)
		}
		all = append(all, f.found...)
	}
	slices.SortFunc(all, func(a, b Mutant) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	return all, nil
}

// findKinds adds each file of a module, with the names of the module's resources by type.
// Only resources with the same repetition can stand in for each other.
func findKinds(dir string, kinds map[string]map[string][]string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return err
	}
	names := map[string][]string{}
	for _, name := range files {
		_, body, err := parse(name)
		if err != nil {
			return err
		}
		for _, b := range body.Blocks {
			if b.Type == "resource" {
				names[b.Labels[0]] = append(names[b.Labels[0]], b.Labels[1])
			}
		}
		path, err := filepath.EvalSymlinks(name)
		if err != nil {
			return err
		}
		kinds[path] = names
	}
	return nil
}

func parse(name string) ([]byte, *hclsyntax.Body, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, err
	}
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, nil, diags
	}
	return text, file.Body.(*hclsyntax.Body), nil
}
