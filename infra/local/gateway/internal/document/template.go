package document

import (
	"fmt"
	"regexp"
	"strings"
)

// Template is the body of a gateway response: a mapping template of which only
// text and plain references to $context are supported.
type Template []TemplatePart

// TemplatePart is either text or a variable.
type TemplatePart struct {
	Text string
	// Variable is the name after $context, such as "requestId".
	Variable string
}

var (
	contextReference = regexp.MustCompile(`\$context((?:\.[A-Za-z][A-Za-z0-9_-]*)+)`)
	// directive matches what Velocity would act on; # before another word is text.
	directive = regexp.MustCompile(
		`#(?:#|\*|\[\[|\{?(?:set|if|elseif|else|end|foreach|include|parse|stop|break|evaluate|define|macro)\b)`)
)

// parseTemplate refuses everything of the Velocity language but references to
// $context.
func (l *loader) parseTemplate(text string) (Template, error) {
	if found := directive.FindString(text); found != "" {
		return nil, fmt.Errorf("the template uses %q: Velocity directives are not supported", found)
	}
	t := Template{}
	end := 0
	appendText := func(s string) error {
		if i := strings.IndexByte(s, '$'); i >= 0 {
			return fmt.Errorf("the template has %q: only plain $context references are supported", s[i:min(len(s), i+24)])
		}
		t = append(t, TemplatePart{Text: s})
		return nil
	}
	for _, m := range contextReference.FindAllStringSubmatchIndex(text, -1) {
		if err := appendText(text[end:m[0]]); err != nil {
			return nil, err
		}
		name := text[m[2]+1 : m[3]]
		if !l.opts.IsContextVariable(name) {
			return nil, fmt.Errorf("the template refers to $context.%s, which is not supported", name)
		}
		t = append(t, TemplatePart{Variable: name})
		end = m[1]
	}
	if err := appendText(text[end:]); err != nil {
		return nil, err
	}
	return t, nil
}
