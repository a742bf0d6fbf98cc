package gateway

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// template is a mapping template of which only plain $context references are
// emulated: text and values in turn.
type template []part

type part struct {
	text  string
	value func(x *exchange, f *failure) string // nil for text
}

// contextValues are the references a template may use. As in AWS, values are
// inserted as they are, but messageString comes quoted, and validationErrorString,
// which tells names in quotes, comes escaped: templates put it between quotes.
var contextValues = map[string]func(x *exchange, f *failure) string{
	"accountId":                   func(x *exchange, _ *failure) string { return x.g.account },
	"apiId":                       func(x *exchange, _ *failure) string { return x.g.apiID },
	"domainName":                  func(x *exchange, _ *failure) string { return x.g.domain },
	"error.message":               func(_ *exchange, f *failure) string { return f.message },
	"error.messageString":         func(_ *exchange, f *failure) string { return f.quoted() },
	"error.responseType":          func(_ *exchange, f *failure) string { return f.kind },
	"error.validationErrorString": func(_ *exchange, f *failure) string { return f.escaped() },
	"extendedRequestId":           func(x *exchange, _ *failure) string { return x.extendedID },
	"httpMethod":                  func(x *exchange, _ *failure) string { return x.r.Method },
	"identity.sourceIp":           func(x *exchange, _ *failure) string { return x.sourceIP },
	"identity.userAgent":          func(x *exchange, _ *failure) string { return x.r.UserAgent() },
	"path":                        func(x *exchange, _ *failure) string { return x.url },
	"protocol":                    func(x *exchange, _ *failure) string { return x.r.Proto },
	"requestId":                   func(x *exchange, _ *failure) string { return x.requestID },
	"requestTime":                 func(x *exchange, _ *failure) string { return x.received.Format(requestTime) },
	"requestTimeEpoch":            func(x *exchange, _ *failure) string { return strconv.FormatInt(x.received.UnixMilli(), 10) },
	"resourceId":                  func(x *exchange, _ *failure) string { return x.operation.id() },
	"resourcePath":                func(x *exchange, _ *failure) string { return x.operation.resource() },
	"stage":                       func(x *exchange, _ *failure) string { return x.g.stage },
}

func (f *failure) quoted() string {
	if f.null {
		return "null"
	}
	return quoteJSON(f.message)
}

// escaped is the validation's text fit for the inside of a JSON string.
func (f *failure) escaped() string {
	quoted := quoteJSON(f.validation)
	return quoted[1 : len(quoted)-1]
}

var (
	reference = regexp.MustCompile(`\$context((?:\.[A-Za-z][A-Za-z0-9_-]*)+)`)
	// directive is what Velocity would act on; # before another word is text.
	directive = regexp.MustCompile(`#(?:#|\*|\[\[|\{?(?:set|if|elseif|else|end|foreach|include|parse|stop|break|evaluate|define|macro)\b)`)
)

// parseTemplate refuses whatever needs more of the Velocity language than
// references to $context.
func parseTemplate(text string) (template, error) {
	if found := directive.FindString(text); found != "" {
		return nil, fmt.Errorf("the template uses %q: Velocity directives are not emulated", found)
	}
	var t template
	rest := 0
	literal := func(s string) error {
		if i := strings.IndexByte(s, '$'); i >= 0 {
			return fmt.Errorf("the template has %q: only plain $context references are emulated", s[i:min(len(s), i+24)])
		}
		t = append(t, part{text: s})
		return nil
	}
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		if err := literal(text[rest:m[0]]); err != nil {
			return nil, err
		}
		name := text[m[2]+1 : m[3]]
		value, ok := contextValues[name]
		if !ok {
			return nil, fmt.Errorf("the template refers to $context.%s, which is not emulated", name)
		}
		t = append(t, part{value: value})
		rest = m[1]
	}
	if err := literal(text[rest:]); err != nil {
		return nil, err
	}
	return t, nil
}

// mustTemplate parses a template of this package.
func mustTemplate(text string) template {
	t, err := parseTemplate(text)
	if err != nil {
		panic(err)
	}
	return t
}

func (t template) render(x *exchange, f *failure) []byte {
	var b []byte
	for _, p := range t {
		if p.value != nil {
			b = append(b, p.value(x, f)...)
		} else {
			b = append(b, p.text...)
		}
	}
	return b
}
