package gateway

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	validatorsKey = extension + "request-validators"
	validatorKey  = extension + "request-validator"
)

// validator says which parts of a request are checked before the integration.
type validator struct {
	ValidateRequestBody       bool
	ValidateRequestParameters bool
}

func (l *loader) requestValidators() map[string]validator {
	var all map[string]validator
	if value, ok := l.doc.Extensions[validatorsKey]; ok {
		l.decode(pointer("").child(validatorsKey), value, &all)
	}
	if name, ok := l.doc.Extensions[validatorKey]; ok {
		l.validatorNamed(pointer("").child(validatorKey), all, name)
	}
	return all
}

func (l *loader) validatorNamed(at pointer, all map[string]validator, name any) validator {
	text, _ := name.(string)
	v, ok := all[text]
	if !ok {
		l.add(at, "%v is not in %s", name, validatorsKey)
	}
	return v
}

// validation prepares the checks of one operation. The operation's validator
// wins over the document's; without either, nothing is checked.
func (l *loader) validation(at pointer, op *operation, doc *openapi3.Operation) {
	var v validator
	if name, ok := doc.Extensions[validatorKey]; ok {
		v = l.validatorNamed(at.child(validatorKey), l.validators, name)
	} else if name, ok := l.doc.Extensions[validatorKey].(string); ok {
		v = l.validators[name]
	}
	required := l.parameters(at.child("parameters"), doc.Parameters)
	if v.ValidateRequestParameters {
		op.required = required
	}
	if body := doc.RequestBody; body != nil && body.Value != nil && v.ValidateRequestBody {
		op.models = l.models(at.child("requestBody", "content"), body.Value.Content)
	}
}

// parameters lists the required ones in the order in which AWS reports them:
// headers, path, query, and within these as the document has them.
func (l *loader) parameters(at pointer, docs openapi3.Parameters) []parameter {
	var required []parameter
	names := make(map[string]bool)
	for i, ref := range docs {
		if ref == nil || ref.Value == nil {
			continue // a finding of its own
		}
		p := ref.Value
		place, ok := map[string]place{"header": inHeader, "path": inPath, "query": inQuery}[p.In]
		if !ok {
			l.add(at.index(i).child("in"), "API Gateway has no parameters in %q", p.In)
		}
		if names[p.Name] {
			l.add(at.index(i).child("name"), "%q is not unique: API Gateway wants it to be across header, path and query", p.Name)
		}
		names[p.Name] = true
		if p.Required {
			required = append(required, parameter{place: place, name: p.Name})
		}
	}
	slices.SortStableFunc(required, func(a, b parameter) int { return cmp.Compare(a.place, b.place) })
	return required
}

// pathParameters wants those that the path has and no others.
func (l *loader) pathParameters(at pointer, path string, docs openapi3.Parameters) {
	names := make(map[string]bool)
	for segment := range strings.SplitSeq(path, "/") {
		if m := variableSegment.FindStringSubmatch(segment); m != nil {
			names[m[1]] = true
		}
	}
	for i, ref := range docs {
		if ref == nil || ref.Value == nil || ref.Value.In != "path" {
			continue
		}
		p := ref.Value
		if !names[p.Name] {
			l.add(at.index(i), "the path has no {%s}", p.Name)
		}
		delete(names, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		l.add(at, "{%s} of the path is not declared", name)
	}
}

func (l *loader) models(at pointer, content openapi3.Content) models {
	all := make(models, len(content))
	for _, key := range slices.Sorted(maps.Keys(content)) {
		media := content[key]
		if media == nil || media.Schema == nil || media.Schema.Value == nil {
			continue
		}
		name := mediaType(key)
		at := at.child(key)
		switch {
		case name != jsonType && !strings.HasSuffix(name, "+json"):
			l.add(at, "a model of a type that is not JSON is not emulated")
		case l.g.binary.match(name):
			l.add(at, "a model of a binary media type is not emulated")
		}
		all[name] = media.Schema.Value
	}
	return all
}

// binaryTypes reads the media types whose bodies travel to the function in base64.
func (l *loader) binaryTypes() binaryTypes {
	key := extension + "binary-media-types"
	value, ok := l.doc.Extensions[key]
	if !ok {
		return nil
	}
	var names []string
	at := pointer("").child(key)
	l.decode(at, value, &names)
	types := make(binaryTypes, len(names))
	for i, name := range names {
		if name != anyType && strings.Contains(name, "*") {
			l.add(at.index(i), "%q: only whole media types and */* are emulated", name)
		}
		types[strings.ToLower(name)] = true
	}
	return types
}
