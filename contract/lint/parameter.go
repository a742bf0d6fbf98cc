package lint

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

func (l *linter) parameter(v *visit) {
	if v.within(callbackShape) != nil {
		return
	}
	if name := v.member("name"); name != nil && name.node.Kind == tree.String && !apigateway.IsParameterName(name.node.Text) {
		l.report(name, parameterName, "%q is no name of a parameter for API Gateway", name.node.Text)
	}
	in := v.at("in")
	switch location := in.node.Str(); {
	case location == "header":
		if name := v.at("name"); apigateway.DropsRequestHeader(name.node.Str()) {
			l.report(name, parameterHeader, "API Gateway keeps the header %s to itself", name.node.Text)
		}
	case apigateway.IsParameterLocation(location), in == v:
	case location == "cookie":
		l.report(in, parameterPlace, "the parameter is a cookie")
	default:
		l.report(in, parameterPlace, "%q is no place for a parameter", in.node.Text)
	}
	if l.mode == Import {
		l.lostKeywords(v)
	}
}

// lostKeywords reports what an import does not keep of a parameter.
func (l *linter) lostKeywords(v *visit) {
	for i := range v.node.Members {
		if m := &v.node.Members[i]; !apigateway.IsParameterMember(m.Name) && !strings.HasPrefix(m.Name, "x-") {
			l.report(v.of(m), parameterKeyword, "API Gateway drops a parameter's %s", m.Name)
		}
	}
	s := v.member("schema")
	if s == nil || s.node.Kind != tree.Object || s.node.Get("$ref") != nil {
		return
	}
	for i := range s.node.Members {
		if m := &s.node.Members[i]; !apigateway.IsParameterSchemaMember(m.Name) && !strings.HasPrefix(m.Name, "x-") {
			l.report(s.of(m), parameterKeyword, "API Gateway does not check a parameter's %s", m.Name)
		}
	}
}
