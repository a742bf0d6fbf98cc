package gateway

import (
	"strconv"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// contextVariables are the variables of $context that a template may use. As on AWS,
// values are inserted as they are, with two exceptions. messageString has quotes.
// validationErrorString, which contains quoted names, is escaped, because templates
// put it between quotes.
var contextVariables = map[string]func(x *exchange, f *failure) string{
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
	"protocol":                    func(x *exchange, _ *failure) string { return protocol(x.r) },
	"requestId":                   func(x *exchange, _ *failure) string { return x.requestID },
	"requestTime":                 func(x *exchange, _ *failure) string { return x.received.Format(requestTime) },
	"requestTimeEpoch":            func(x *exchange, _ *failure) string { return strconv.FormatInt(x.received.UnixMilli(), 10) },
	"resourceId":                  func(x *exchange, _ *failure) string { return x.operation.id() },
	"resourcePath":                func(x *exchange, _ *failure) string { return x.operation.resource() },
	"stage":                       func(x *exchange, _ *failure) string { return x.g.stage },
}

func isContextVariable(name string) bool { return contextVariables[name] != nil }

// quoted returns $context.error.messageString.
func (f *failure) quoted() string {
	if f.null {
		return "null"
	}
	return quoteJSON(f.message)
}

// escaped returns the validation's text in the form for the inside of a JSON string.
func (f *failure) escaped() string {
	quoted := quoteJSON(f.validation)
	return quoted[1 : len(quoted)-1]
}

func render(t document.Template, x *exchange, f *failure) []byte {
	var b []byte
	for _, part := range t {
		if part.Variable != "" {
			b = append(b, contextVariables[part.Variable](x, f)...)
		} else {
			b = append(b, part.Text...)
		}
	}
	return b
}
