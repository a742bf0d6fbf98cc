package deploy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// diagnostic is an error or a warning of Terraform, as its -json option prints it.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	// Address is the resource that it is about; empty if it is about none.
	Address string `json:"address"`
}

// String returns the diagnostic as people read it.
func (d diagnostic) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Error: %s\n", d.Summary)
	if d.Address != "" {
		fmt.Fprintf(&text, "  of %s\n", d.Address)
	}
	if d.Detail != "" {
		fmt.Fprintf(&text, "  %s\n", strings.ReplaceAll(strings.TrimSpace(d.Detail), "\n", "\n  "))
	}
	return text.String()
}

// existsAlready matches what AWS's services say about a name that is taken: most say
// "already exists" ("already exist" for functions), some only in the error's code.
var existsAlready = regexp.MustCompile(`(?i)already ?exists?|already been (created|associated)|already associated|` +
	`DuplicateItem|DuplicateRecord|AlreadyOwnedByYou`)

// exists reports whether a resource could not be created because it exists.
func (d diagnostic) exists() bool {
	return d.Address != "" && existsAlready.MatchString(d.Summary+" "+d.Detail)
}

// jsonOutput is what a command with -json has printed.
type jsonOutput struct {
	// Text is the output as the command prints it without -json.
	Text string
	// Errors are the diagnostics that are errors.
	Errors []diagnostic
}

// readJSONOutput reads the output of a command with -json. Lines that are not JSON, such
// as the lines of a program that panics, are kept as text.
func readJSONOutput(output []byte) jsonOutput {
	var o jsonOutput
	var text strings.Builder
	for line := range bytes.Lines(output) {
		var event struct {
			Message    string      `json:"@message"`
			Diagnostic *diagnostic `json:"diagnostic"`
		}
		switch err := json.Unmarshal(line, &event); {
		case err != nil:
			text.Write(line)
		case event.Diagnostic != nil && event.Diagnostic.Severity == "error":
			o.Errors = append(o.Errors, *event.Diagnostic)
			text.WriteString(event.Diagnostic.String())
		default:
			fmt.Fprintln(&text, event.Message)
		}
	}
	o.Text = text.String()
	return o
}

// failure returns what an error repeats of the output: its errors, or else its end.
func (o jsonOutput) failure() string {
	if len(o.Errors) == 0 {
		return o.Text[max(0, len(o.Text)-maxFailure):]
	}
	var text strings.Builder
	for _, d := range o.Errors {
		text.WriteString(d.String())
	}
	return text.String()
}

// terraformErrors returns the errors at the end of what a command without -json has
// printed. A plan that fails prints first what it would have done.
func terraformErrors(output []byte) string {
	text := string(output)
	if at := strings.Index("\n"+text, "\nError: "); at >= 0 {
		return text[at:]
	}
	return text[max(0, len(text)-maxFailure):]
}

// maxFailure is how much of an output without diagnostics an error repeats, in bytes.
const maxFailure = 4 << 10

// writeText writes the output as text, for people, beside the file with JSON.
func (o jsonOutput) writeText(path string) error { return os.WriteFile(path, []byte(o.Text), 0o600) }
