package gateway

import (
	"net/http"
	"strings"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// checkParameters checks that every required parameter is present and not blank. API
// Gateway does not check types, formats and patterns.
func (op *operation) checkParameters(x *exchange) *failure {
	var missing []string
	for _, p := range op.Required {
		var value string
		switch p.In {
		case document.InHeader:
			value = headerValue(x.r, p.Name)
		case document.InPath:
			value = x.parameters[p.Name]
		case document.InQuery:
			value = x.query.last[p.Name]
		}
		if strings.TrimSpace(value) == "" {
			missing = append(missing, p.Name)
		}
	}
	if missing == nil {
		return nil
	}
	f := &failure{builtin: badParameters}
	f.message += "[" + strings.Join(missing, ", ") + "]"
	return f
}

// headerValue returns the last value of a header, which the event's single-value map
// keeps.
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
