package document

import (
	"cmp"
	"maps"
	"slices"
	"strings"

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
	if value := l.doc.RequestValidators; value != nil {
		l.decode(pointer("").child(apigateway.RequestValidatorsExtension), value, &all)
	}
	return all
}

// validator returns an operation's validator. The operation's own wins over the
// document's; without either, nothing is checked.
func (l *loader) validator(doc *operation) validator {
	if doc.Validator != nil {
		return l.validators[*doc.Validator]
	}
	return l.validators[l.doc.RequestValidator]
}

func (l *loader) validation(at pointer, op *Operation, doc *operation) {
	v := l.validator(doc)
	if v.ValidateRequestParameters {
		op.Required = requiredParameters(doc.Parameters)
	}
	if doc.RequestBody != nil && v.ValidateRequestBody {
		op.Models = l.models(at.child("requestBody", "content"), doc)
	}
}

func requiredParameters(docs []parameter) []Parameter {
	locations := map[string]Location{"header": InHeader, "path": InPath, "query": InQuery}
	var required []Parameter
	for _, p := range docs {
		if p.Required {
			required = append(required, Parameter{In: locations[p.In], Name: p.Name})
		}
	}
	slices.SortStableFunc(required, func(a, b Parameter) int { return cmp.Compare(a.In, b.In) })
	return required
}

// pathParameters requires each path parameter to be declared. An import accepts
// documents that do not declare them; what API Gateway then checks is unverified.
func (l *loader) pathParameters(at pointer, path string, docs []parameter) {
	for _, v := range apigateway.Variables(path) {
		declared := slices.ContainsFunc(docs, func(p parameter) bool { return p.In == "path" && p.Name == v.Name })
		if !declared {
			l.refuse(at, "{%s} of the path is not declared", v.Name)
		}
	}
}

func (l *loader) models(at pointer, doc *operation) map[string]*Model {
	content := doc.RequestBody.Content
	all := make(map[string]*Model, len(content))
	for _, key := range slices.Sorted(maps.Keys(content)) {
		media := content[key]
		if media == nil || null(media.Schema) {
			continue
		}
		name := MediaType(key)
		switch {
		case name != JSONType && !strings.HasSuffix(name, "+json"):
			l.refuse(at.child(key), "a model of a type that is not JSON is not supported")
		case l.api.BinaryTypes.Match(name):
			l.refuse(at.child(key), "a model of a binary media type is not supported")
		}
		all[name] = l.doc.models.get(l.expanded(media.Schema))
	}
	return all
}
