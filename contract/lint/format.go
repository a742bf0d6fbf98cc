package lint

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A Format writes findings in one form.
type Format func(w io.Writer, findings []Finding) error

// Formats contains the formats of a report by name.
var Formats = map[string]Format{"text": WriteText, "json": WriteJSON, "github": WriteGitHub}

// WriteText writes findings for people: a line that editors can jump to, and below
// it the Go source and the fix.
func WriteText(w io.Writer, findings []Finding) error {
	for _, f := range findings {
		var b strings.Builder
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", f.File, f.Line, f.Column, f.Severity, f.Message, f.Rule)
		fmt.Fprintf(&b, "    at %s\n", f.Pointer)
		if from := f.origin(); from != "" {
			fmt.Fprintf(&b, "    from %s\n", from)
		}
		fmt.Fprintf(&b, "    fix: %s\n", f.Fix)
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// origin returns the Go type and field, as far as the finding has them.
func (f Finding) origin() string {
	switch {
	case f.GoType == "" || f.GoField == "":
		return f.GoType + f.GoField
	}
	return f.GoField + " (" + f.GoType + ")"
}

// WriteJSON writes findings as one JSON array.
func WriteJSON(w io.Writer, findings []Finding) error {
	if findings == nil {
		findings = []Finding{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(findings)
}

// A workflow command of GitHub ends with the line, and a property at a comma.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// WriteGitHub writes findings as workflow commands, which GitHub shows beside
// the lines of a change.
func WriteGitHub(w io.Writer, findings []Finding) error {
	for _, f := range findings {
		text := f.Message
		if from := f.origin(); from != "" {
			text += " (" + from + ")"
		}
		if _, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", f.Severity,
			commandProperty.Replace(f.File), f.Line, f.Column, commandProperty.Replace(f.Rule),
			commandText.Replace(text+". Fix: "+f.Fix)); err != nil {
			return err
		}
	}
	return nil
}
