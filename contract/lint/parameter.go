package lint

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// parameterForm is what API Gateway takes as a parameter's name; it refuses filter[a].
var parameterForm = regexp.MustCompile(`^[A-Za-z0-9:._$-]+$`)

// lost are the headers that API Gateway does not pass on to a function.
var lost = map[string]bool{
	"Connection": true, "Content-Md5": true, "Expect": true, "Max-Forwards": true, "Proxy-Authenticate": true,
	"Server": true, "Te": true, "Trailer": true, "Upgrade": true, "Www-Authenticate": true,
}

func (l *linter) parameter(v *visit) {
	if v.within(callbackShape) != nil {
		return
	}
	if name := v.member("name"); name != nil && name.node.Kind == tree.String && !parameterForm.MatchString(name.node.Text) {
		l.report(name, parameterName, "%q is no name of a parameter for API Gateway", name.node.Text)
	}
	in := v.at("in")
	switch in.node.Str() {
	case "path", "query":
	case "header":
		name := v.at("name")
		if lost[http.CanonicalHeaderKey(name.node.Str())] {
			l.report(name, parameterHeader, "API Gateway keeps the header %s to itself", name.node.Text)
		}
	case "cookie":
		l.report(in, parameterPlace, "the parameter is a cookie")
	default:
		if in != v {
			l.report(in, parameterPlace, "%q is no place for a parameter", in.node.Text)
		}
	}
	if l.mode == Import {
		l.lostKeywords(v)
	}
}

// lostKeywords reports what an import does not keep of a parameter.
func (l *linter) lostKeywords(v *visit) {
	for i := range v.node.Members {
		switch m := &v.node.Members[i]; m.Name {
		case "name", "in", "required", "description", "schema":
		default:
			if !strings.HasPrefix(m.Name, "x-") {
				l.report(v.of(m), parameterKeyword, "API Gateway drops a parameter's %s", m.Name)
			}
		}
	}
	s := v.member("schema")
	if s == nil || s.node.Kind != tree.Object || s.node.Get("$ref") != nil {
		return
	}
	for i := range s.node.Members {
		switch m := &s.node.Members[i]; m.Name {
		case "type", "items":
		default:
			if !strings.HasPrefix(m.Name, "x-") {
				l.report(s.of(m), parameterKeyword, "API Gateway does not check a parameter's %s", m.Name)
			}
		}
	}
}
