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
		l.report(name, parameterName, "API Gateway refuses the parameter name %q", name.node.Text)
	}
	in := v.at("in")
	switch location := in.node.Str(); {
	case location == "header":
		if name := v.at("name"); apigateway.DropsRequestHeader(name.node.Str()) {
			l.report(name, parameterHeader, "API Gateway does not pass the header %s to functions", name.node.Text)
		}
	case apigateway.IsParameterLocation(location), in == v, l.isBody(v):
	default:
		l.report(in, parameterPlace, "API Gateway reads no parameters in %q", in.node.Text)
	}
	if l.mode == Import {
		l.lostKeywords(v)
	}
}

// lostKeywords reports the members of a parameter that an import drops.
func (l *linter) lostKeywords(v *visit) {
	for i := range v.node.Members {
		// In OpenAPI 2.0 the members of the schema are the parameter's own.
		m := &v.node.Members[i]
		if l.swagger && apigateway.IsParameterSchemaMember(m.Name) {
			continue
		}
		if !apigateway.IsParameterMember(m.Name) && !strings.HasPrefix(m.Name, "x-") {
			l.report(v.of(m), parameterKeyword, "API Gateway drops the member %s of a parameter", m.Name)
		}
	}
	s := v.member("schema")
	if s == nil || l.isBody(v) || s.node.Kind != tree.Object || s.node.Get("$ref") != nil {
		return
	}
	for i := range s.node.Members {
		if m := &s.node.Members[i]; !apigateway.IsParameterSchemaMember(m.Name) && !strings.HasPrefix(m.Name, "x-") {
			l.report(s.of(m), parameterKeyword, "API Gateway does not check the %s of a parameter", m.Name)
		}
	}
}
