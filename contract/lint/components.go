package lint

import (
	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// components checks the components together.
func (l *linter) components(v *visit) {
	if schemas := v.member("schemas"); schemas != nil && schemas.node.Kind == tree.Object {
		l.models(schemas)
	}
	if schemes := v.member("securitySchemes"); schemes != nil {
		l.authorizers(schemes)
	}
	if l.mode == Import {
		l.dropped(v, "examples", "links", "callbacks")
	}
}

func (l *linter) authorizers(schemes *visit) {
	n := 0
	for _, m := range schemes.node.Members {
		if m.Value.Get(apigateway.AuthorizerExtension) != nil {
			n++
		}
	}
	if n > apigateway.MaxAuthorizers {
		l.report(schemes, tooManyAuthorizers, "the document has %d authorizers, more than the %d of an API",
			n, apigateway.MaxAuthorizers)
	}
}

func (l *linter) models(v *visit) {
	names := map[string]string{}
	for i := range v.node.Members {
		m := &v.node.Members[i]
		if l.mode == Import {
			if !apigateway.IsModelName(m.Name) {
				l.report(v.of(m), modelName, "the model's name %q has other characters than letters and digits", m.Name)
			}
			continue
		}
		reduced := apigateway.ModelName(m.Name)
		if other, taken := names[reduced]; taken || reduced == "" {
			l.report(v.of(m), modelCollision, "the model %q becomes %q, as does %q", m.Name, reduced, other)
		}
		names[reduced] = m.Name
	}
	if size := v.node.Size(); l.mode == Import && size > apigateway.MaxModelBytes {
		l.report(v, tooLargeModels, "the models have %d bytes, more than the %d of an API", size, apigateway.MaxModelBytes)
	}
}

// version returns the shape of the document, or nil if the other rules do not apply to
// its version.
func (l *linter) version(v *visit) *shape {
	if s := v.member("swagger"); s != nil {
		return l.swaggerVersion(s)
	}
	o := v.member("openapi")
	switch {
	case o == nil:
		l.report(v, wrongVersion, "the document has no member openapi or swagger: it is not an OpenAPI document")
	case o.node.Kind == tree.String && apigateway.IsOpenAPIVersion(o.node.Text):
		return documentShape
	case o.node.Kind != tree.String:
		l.report(o, wrongVersion, "the version of OpenAPI is %s, not a string", article(o.node.Kind))
	default:
		l.report(o, wrongVersion, "API Gateway imports OpenAPI 2.0 and 3.0.x, not %q", o.node.Text)
	}
	return nil
}

// document checks the root.
func (l *linter) document(v *visit) {
	if all := v.member("security"); all != nil && all.node.Kind == tree.Array {
		l.requirements(all)
	}
	if l.mode != Import {
		return
	}
	l.dropped(v, "externalDocs")
	// Recorded in testdata/recorded/servers-several.txtar.
	if servers := v.member("servers"); servers != nil && len(servers.node.Items) > 1 {
		l.report(servers.item(1), serversSeveral, "API Gateway ignores all servers but the first")
	}
	if r := v.member(apigateway.RequestValidatorExtension); r != nil {
		l.validator(r)
	}
}
