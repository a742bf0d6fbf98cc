package gateway

import (
	"net/http"
	"strings"
)

// parameter is a required parameter.
type parameter struct {
	place place
	name  string
}

// place is where a parameter is; the order is that of the message.
type place int

const (
	inHeader place = iota
	inPath
	inQuery
)

// checkParameters wants every required parameter present and not blank. API
// Gateway checks neither type, format nor pattern.
func (op *operation) checkParameters(x *exchange) *failure {
	var missing []string
	for _, p := range op.required {
		var value string
		switch p.place {
		case inHeader:
			value = headerValue(x.r, p.name)
		case inPath:
			value = x.parameters[p.name]
		case inQuery:
			value = x.query.last[p.name]
		}
		if strings.TrimSpace(value) == "" {
			missing = append(missing, p.name)
		}
	}
	if missing == nil {
		return nil
	}
	f := &failure{builtin: badParameters}
	f.message += "[" + strings.Join(missing, ", ") + "]"
	return f
}

// headerValue is the last value of a header, which is the one that the event's
// single-value map keeps.
func headerValue(r *http.Request, name string) string {
	if strings.EqualFold(name, "Host") {
		return r.Host
	}
	values := r.Header.Values(name)
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
