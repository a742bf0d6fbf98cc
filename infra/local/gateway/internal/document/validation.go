package document

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// Location is where a parameter is. The values are in the order in which AWS
// reports missing parameters.
type Location int

// The locations that API Gateway reads.
const (
	InHeader Location = iota
	InPath
	InQuery
)

// Parameter is a required parameter.
type Parameter struct {
	In   Location
	Name string
}

// validator says which parts of a request are checked before the integration.
type validator struct {
	ValidateRequestBody       bool
	ValidateRequestParameters bool
}

func (l *loader) requestValidators() map[string]validator {
	var all map[string]validator
	if value, ok := l.doc.Extensions[apigateway.RequestValidatorsExtension]; ok {
		l.decode(pointer("").child(apigateway.RequestValidatorsExtension), value, &all)
	}
	return all
}

// validator returns an operation's validator. The operation's own wins over the
// document's; without either, nothing is checked.
func (l *loader) validator(doc *openapi3.Operation) validator {
	name, ok := doc.Extensions[apigateway.RequestValidatorExtension].(string)
	if !ok {
		name, _ = l.doc.Extensions[apigateway.RequestValidatorExtension].(string)
	}
	return l.validators[name]
}

func (l *loader) validation(at pointer, op *Operation, doc *openapi3.Operation) {
	v := l.validator(doc)
	if v.ValidateRequestParameters {
		op.Required = requiredParameters(doc.Parameters)
	}
	if body := doc.RequestBody; body != nil && body.Value != nil && v.ValidateRequestBody {
		op.Models = l.models(at.child("requestBody", "content"), body.Value.Content)
	}
}

func requiredParameters(docs openapi3.Parameters) []Parameter {
	locations := map[string]Location{"header": InHeader, "path": InPath, "query": InQuery}
	var required []Parameter
	for _, ref := range docs {
		if p := ref.Value; p.Required {
			required = append(required, Parameter{In: locations[p.In], Name: p.Name})
		}
	}
	slices.SortStableFunc(required, func(a, b Parameter) int { return cmp.Compare(a.In, b.In) })
	return required
}

// pathParameters requires each path parameter to be declared. An import accepts
// documents that do not declare them; what API Gateway then checks is unverified.
func (l *loader) pathParameters(at pointer, path string, docs openapi3.Parameters) {
	for _, v := range apigateway.Variables(path) {
		declared := slices.ContainsFunc(docs, func(ref *openapi3.ParameterRef) bool {
			return ref.Value.In == "path" && ref.Value.Name == v.Name
		})
		if !declared {
			l.refuse(at, "{%s} of the path is not declared", v.Name)
		}
	}
}

func (l *loader) models(at pointer, content openapi3.Content) map[string]*openapi3.Schema {
	all := make(map[string]*openapi3.Schema, len(content))
	for _, key := range slices.Sorted(maps.Keys(content)) {
		media := content[key]
		if media == nil || media.Schema == nil || media.Schema.Value == nil {
			continue
		}
		name := MediaType(key)
		switch {
		case name != JSONType && !strings.HasSuffix(name, "+json"):
			l.refuse(at.child(key), "a model of a type that is not JSON is not supported")
		case l.api.BinaryTypes.Match(name):
			l.refuse(at.child(key), "a model of a binary media type is not supported")
		}
		all[name] = media.Schema.Value
	}
	return all
}
