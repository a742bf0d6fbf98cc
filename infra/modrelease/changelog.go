package modrelease

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Changelog is a CHANGELOG.md in the form of keepachangelog.com.
type Changelog struct {
	before, unreleased, after string
}

// unreleasedHeading is the heading of the changes that are not released.
const unreleasedHeading = "## [Unreleased]"

var (
	unreleasedLine = regexp.MustCompile(`(?mi)^## \[?Unreleased\]?[ \t]*\n`)
	versionLine    = regexp.MustCompile(`(?m)^## `)
)

// ParseChangelog reads a changelog. It must have the heading of unreleased changes.
func ParseChangelog(text string) (Changelog, error) {
	start := unreleasedLine.FindStringIndex(text)
	if start == nil {
		return Changelog{}, errors.New("no heading " + unreleasedHeading + ": add it above the last version")
	}
	c := Changelog{before: text[:start[0]]}
	rest := text[start[1]:]
	end := len(rest)
	if next := versionLine.FindStringIndex(rest); next != nil {
		end = next[0]
	}
	c.unreleased, c.after = strings.TrimSpace(rest[:end]), rest[end:]
	return c, nil
}

// Unreleased returns the text of the unreleased changes.
func (c Changelog) Unreleased() string { return c.unreleased }

// Release returns the changelog in which the unreleased changes became a version with
// the text notes.
func (c Changelog) Release(version string, day time.Time, notes string) string {
	heading := fmt.Sprintf("## [%s] - %s", strings.TrimPrefix(version, "v"), day.Format(time.DateOnly))
	text := c.before + unreleasedHeading + "\n\n" + heading + "\n\n" + strings.TrimSpace(notes) + "\n"
	if c.after != "" {
		text += "\n" + c.after
	}
	return text
}

// sections are the headings of changes, in the order of the changelog. Breaking is
// first and not of keepachangelog.com, so that readers do not overlook it.
var sections = []string{"Breaking", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

// verbs maps the first word of a commit's subject to a section.
var verbs = map[string]string{
	"add": "Added", "allow": "Added", "support": "Added", "accept": "Added",
	"fix": "Fixed", "mend": "Fixed", "correct": "Fixed", "deprecate": "Deprecated",
	"remove": "Removed", "drop": "Removed", "withdraw": "Removed", "delete": "Removed",
}

// Propose returns the text of a version's changes from the subjects of commits that
// touch the module, oldest first. The subjects of releases and bumps are left out.
func Propose(module string, subjects []string) string {
	entries := map[string][]string{}
	for _, subject := range subjects {
		text := strings.TrimSpace(strings.TrimPrefix(subject, module+":"))
		verb, _, _ := strings.Cut(strings.ToLower(text), " ")
		if text == "" || strings.HasPrefix(text, releaseVerb) || strings.HasPrefix(text, bumpVerb) {
			continue
		}
		section := verbs[verb]
		if section == "" {
			section = "Changed"
		}
		first, size := utf8.DecodeRuneInString(text)
		entry := "- " + string(unicode.ToUpper(first)) + text[size:] + "."
		if !slices.Contains(entries[section], entry) {
			entries[section] = append(entries[section], entry)
		}
	}
	return format(entries)
}

// Notes returns the text of a version's changes: those that the changelog has or, if it
// has no entry, the proposed ones, with each breaking change named.
func Notes(c Changelog, proposed string, changes []Change) string {
	text := c.unreleased
	if !strings.Contains(text, "- ") {
		text = proposed
	}
	var named []string
	for _, change := range breaking(changes) {
		named = append(named, fmt.Sprintf("- %s: %s", change.Of, change.Text))
	}
	if named == nil {
		return text
	}
	return strings.TrimSpace(format(map[string][]string{"Breaking": named}) + "\n" + text)
}

func format(entries map[string][]string) string {
	var parts []string
	for _, section := range sections {
		if list := entries[section]; len(list) > 0 {
			parts = append(parts, "### "+section+"\n\n"+strings.Join(list, "\n")+"\n")
		}
	}
	return strings.Join(parts, "\n")
}
