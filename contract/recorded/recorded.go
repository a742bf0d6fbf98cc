// Package recorded reads recordings of AWS: what a request to the real service
// was seen to produce, with the public source and the date. Tests replay them,
// so that an emulator or a check is compared with AWS and not with itself.
//
// A recording is a text file in the txtar format. It starts with a sentence that
// says what it shows, an empty line and fields, one a line:
//
//	date: 2024-07-18
//	strength: recorded
//	source: https://github.com/owner/repository/blob/commit/path (name of the test)
//
// Sections follow, each under a line "-- name --". Which sections there are is a
// matter of the test that replays them; a README beside the files says it.
// Nothing writes these files: they have no update flag.
package recorded

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Case is one recording.
type Case struct {
	// Name is the file's path below the folder, without its extension.
	Name string
	// Shows is the sentence at the top.
	Shows string
	// Fields are the lines "name: value", in order. A name may occur repeatedly.
	Fields []Field
	// Differs has an entry for each part in which the code under test does not
	// behave as recorded: the part's name and what is done instead, and why. It
	// comes from lines "differs: PART: TEXT".
	Differs  map[string]string
	sections map[string]string
}

// Field is a line "name: value".
type Field struct{ Name, Value string }

// Strengths are the values of the field strength, strongest first.
//
//   - recorded: the response of AWS itself, as a public test suite or a capture has it;
//   - documented: an example or a rule on an AWS page;
//   - seen: reported in an issue or an article, by people who saw it.
var Strengths = []string{"recorded", "documented", "seen"}

var (
	datePattern = regexp.MustCompile(`^(\d{4}-\d{2}(-\d{2})?|undated)$`)
	linkPattern = regexp.MustCompile(`^https://\S+( \(.+\))?$`)
)

// Load reads all files with the extension .txtar below dir, sorted by name. It
// fails if dir has no such file, or if a file lacks its date, strength or source.
func Load(dir string) ([]Case, error) {
	var cases []Case
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, strings.TrimSuffix(path, ".txtar"))
		if err != nil {
			return err
		}
		c, err := parse(filepath.ToSlash(name), archive)
		if err != nil {
			return fmt.Errorf("recorded: %s: %w", path, err)
		}
		cases = append(cases, c)
		return nil
	})
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("recorded: %s has no file *.txtar", dir)
	}
	return cases, err
}

func parse(name string, archive *txtar.Archive) (Case, error) {
	c := Case{Name: name, Differs: make(map[string]string), sections: make(map[string]string)}
	head, fields, _ := strings.Cut(string(archive.Comment), "\n\n")
	c.Shows = strings.Join(strings.Fields(head), " ")
	for line := range strings.Lines(fields) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			return c, fmt.Errorf("line %q is not \"name: value\"", line)
		}
		if key == "differs" {
			part, text, ok := strings.Cut(value, ": ")
			if !ok {
				return c, fmt.Errorf("line %q is not \"differs: PART: TEXT\"", line)
			}
			c.Differs[part] = text
		}
		c.Fields = append(c.Fields, Field{key, value})
	}
	for _, file := range archive.Files {
		if _, ok := c.sections[file.Name]; ok {
			return c, fmt.Errorf("two sections %q", file.Name)
		}
		c.sections[file.Name] = string(file.Data)
	}
	return c, c.check()
}

func (c Case) check() error {
	var errs []error
	if c.Shows == "" {
		errs = append(errs, errors.New("no sentence at the top"))
	}
	if date := c.Field("date"); !datePattern.MatchString(date) {
		errs = append(errs, fmt.Errorf("date %q is neither a date nor \"undated\"", date))
	}
	if strength := c.Field("strength"); !slices.Contains(Strengths, strength) {
		errs = append(errs, fmt.Errorf("strength %q is not one of %q", strength, Strengths))
	}
	sources := c.All("source")
	if len(sources) == 0 {
		errs = append(errs, errors.New("no source"))
	}
	for _, source := range sources {
		if !linkPattern.MatchString(source) {
			errs = append(errs, fmt.Errorf("source %q does not start with an https link", source))
		}
	}
	return errors.Join(errs...)
}

// Field returns the first value of a field, or "".
func (c Case) Field(name string) string {
	if all := c.All(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// All returns all values of a field.
func (c Case) All(name string) []string {
	var values []string
	for _, field := range c.Fields {
		if field.Name == name {
			values = append(values, field.Value)
		}
	}
	return values
}

// Section returns the text of a section and reports whether the file has it.
func (c Case) Section(name string) (string, bool) {
	text, ok := c.sections[name]
	return text, ok
}

// Sections returns the names of the sections, sorted.
func (c Case) Sections() []string {
	names := make([]string, 0, len(c.sections))
	for name := range c.sections {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
