package lint

import (
	"regexp"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// Quotas of a REST API.
const (
	maxModelBytes  = 400 << 10
	maxAuthorizers = 10
)

var alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// versionForm is a version of OpenAPI that API Gateway imports.
var versionForm = regexp.MustCompile(`^3\.0\.[0-9]+$`)

// notAlphanumeric is what package deployable leaves out of a model's name.
var notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]+`)

// components checks what the components are together.
func (l *linter) components(v *visit) {
	if schemas := v.member("schemas"); schemas != nil && schemas.node.Kind == tree.Object {
		l.models(schemas)
	}
	if schemes := v.member("securitySchemes"); schemes != nil {
		n := 0
		for _, m := range schemes.node.Members {
			if m.Value.Get(authorizerExtension) != nil {
				n++
			}
		}
		if n > maxAuthorizers {
			l.report(schemes, tooManyAuthorizers, "there are %d authorizers, and an API has %d at most", n, maxAuthorizers)
		}
	}
	if l.mode == Import {
		l.dropped(v, "examples", "links", "callbacks")
	}
}

func (l *linter) models(v *visit) {
	names := map[string]string{}
	for i := range v.node.Members {
		m := &v.node.Members[i]
		if l.mode == Import {
			if !alphanumeric.MatchString(m.Name) {
				l.report(v.of(m), modelName, "the model's name %q holds other characters than letters and digits", m.Name)
			}
			continue
		}
		reduced := notAlphanumeric.ReplaceAllString(m.Name, "")
		if other, taken := names[reduced]; taken || reduced == "" {
			l.report(v.of(m), modelCollision, "the model's name %q comes down to %q, as does %q", m.Name, reduced, other)
		}
		names[reduced] = m.Name
	}
	if size := v.node.Size(); l.mode == Import && size > maxModelBytes {
		l.report(v, tooLargeModels, "the models have %d bytes, and an API's have %d at most", size, maxModelBytes)
	}
}

// version reports whether the document is one that the other rules know.
func (l *linter) version(v *visit) bool {
	if s := v.member("swagger"); s != nil {
		l.report(s, wrongVersion, "the document is in OpenAPI 2.0, which is checked nowhere here")
		return false
	}
	o := v.member("openapi")
	switch {
	case o == nil:
		l.report(v, wrongVersion, "the document has no member openapi, so it is no OpenAPI document")
	case o.node.Kind == tree.String && versionForm.MatchString(o.node.Text):
		return true
	case o.node.Kind != tree.String:
		l.report(o, wrongVersion, "the version of OpenAPI is %s, not a text", article(o.node.Kind))
	default:
		l.report(o, wrongVersion, "API Gateway imports OpenAPI 3.0.x, not %q", o.node.Text)
	}
	return false
}

// document checks what stands at the root.
func (l *linter) document(v *visit) {
	if all := v.member("security"); all != nil && all.node.Kind == tree.Array {
		l.requirements(all)
	}
	if l.mode != Import {
		return
	}
	l.dropped(v, "externalDocs")
	if r := v.member(validatorExtension); r != nil {
		l.validator(r)
	}
}
