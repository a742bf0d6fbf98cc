package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/compat"
)

// runDiff compares two documents. It fails if a change breaks clients.
func runDiff(args []string, _ string, stdout, stderr io.Writer) int {
	var format string
	files, parsed := parseFlags("diff", args, stderr, func(set *flag.FlagSet) { set.StringVar(&format, "format", "text", "") })
	write := diffFormats[format]
	switch {
	case !parsed:
		return unreadable
	case write == nil:
		fmt.Fprintf(stderr, "contract diff: unknown format %q\n%s", format, usage)
		return unreadable
	case len(files) != 2:
		fmt.Fprintf(stderr, "contract diff: %d files, want the earlier and the later document\n%s", len(files), usage)
		return unreadable
	}
	var documents [2]compat.Document
	for i, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintln(stderr, err)
			return unreadable
		}
		documents[i] = compat.Document{Name: name, Data: data}
	}
	changes, err := compat.Documents(documents[0], documents[1])
	if err == nil {
		err = write(stdout, changes)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return unreadable
	}
	if slices.ContainsFunc(changes, func(c compat.Change) bool { return c.Level == compat.Breaking }) {
		return checkFailed
	}
	return ok
}

var diffFormats = map[string]func(io.Writer, []compat.Change) error{
	"text": compat.PrintChanges, "json": writeChangesJSON, "github": writeChangesGitHub,
}

func writeChangesJSON(w io.Writer, changes []compat.Change) error {
	data, err := canonical.JSON(changes)
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// writeChangesGitHub writes the changes that affect programs as workflow commands, which
// GitHub shows in the checks of a pull request.
func writeChangesGitHub(w io.Writer, changes []compat.Change) error {
	escape := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	for _, c := range changes {
		command := map[compat.Level]string{compat.Breaking: "error", compat.Compatible: "notice"}[c.Level]
		if command == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "::%s title=%s::%s\n", command, c.ID, escape.Replace(c.Location+": "+c.String())); err != nil {
			return err
		}
	}
	return nil
}
