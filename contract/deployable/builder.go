package deployable

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// object is a JSON object under construction.
type object = map[string]any

// builder holds a document under construction.
type builder struct {
	doc       *openapi3.T
	opts      Options
	functions *functionIndex
	stripped  []Stripped
	problems  []string

	models   map[string]object // by name, those that are referred to
	inline   map[string][]byte // what models of inline schemas were made from, as canonical JSON
	expanded map[string]object // components as members of an allOf
	waiting  []string          // models that are referred to and not yet made
}

func (b *builder) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

func (b *builder) strip(place, keyword, why string) {
	b.stripped = append(b.stripped, Stripped{Place: place, Keyword: keyword, Why: why})
}

// stripIf is for the many members that are left out when they are there.
func (b *builder) stripIf(present bool, place, keyword, why string) {
	if present {
		b.strip(place, keyword, why)
	}
}

// The names that the document gives to its own parts.
const (
	validatorName = "all"
	schemeName    = "cognito"
)

// document writes the root. Documentation stays in the public specification:
// API Gateway would make a documentation part of each text.
func (b *builder) document() object {
	paths := b.paths()
	b.makeModels()
	info := object{"title": "", "version": ""}
	if b.doc.Info != nil {
		info["title"], info["version"] = b.doc.Info.Title, b.doc.Info.Version
		b.stripIf(b.doc.Info.Description != "", "/info", "description", documentation)
	}
	b.stripIf(len(b.doc.Servers) > 0, "", "servers", "an API answers under the domains that Terraform gives it")
	b.stripIf(len(b.doc.Tags) > 0, "", "tags", documentation)
	b.stripIf(b.doc.ExternalDocs != nil, "", "externalDocs", documentation)
	schemas := object{}
	for name, model := range b.models {
		schemas[name] = model
	}
	return object{
		"openapi": "3.0.1",
		"info":    info,
		"paths":   paths,
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{schemeName: b.securityScheme()},
		},
		apigateway.RequestValidatorsExtension: object{
			validatorName: object{apigateway.ValidateBody: true, apigateway.ValidateParameters: true},
		},
		apigateway.RequestValidatorExtension: validatorName,
		apigateway.GatewayResponsesExtension: b.gatewayResponses(),
	}
}

const documentation = "documentation is served from the public specification"

func (b *builder) paths() object {
	paths := object{}
	for _, path := range b.doc.Paths.Keys() {
		item := b.doc.Paths.Value(path)
		if item == nil {
			continue
		}
		place := pointer("paths", path)
		b.stripIf(item.Summary != "", place, "summary", documentation)
		b.stripIf(item.Description != "", place, "description", documentation)
		b.stripIf(len(item.Servers) > 0, place, "servers", "an API answers under the domains that Terraform gives it")
		operations := item.Operations()
		out := object{}
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			out[strings.ToLower(method)] = b.operation(path, method, item, operations[method])
		}
		if get, ok := out["get"].(object); ok && out["head"] == nil {
			out["head"] = headOf(get)
		}
		if out["options"] == nil && len(out) > 0 {
			out["options"] = b.preflight(path, item)
		}
		paths[path] = out
	}
	return paths
}

// securityScheme is the authorizer: the user pools of Cognito, asked with the
// token in Authorization.
func (b *builder) securityScheme() object {
	return object{
		"type": "apiKey", "name": "Authorization", "in": "header",
		apigateway.AuthTypeExtension: apigateway.CognitoAuthorizer,
		apigateway.AuthorizerExtension: object{
			"type":         apigateway.CognitoAuthorizer,
			"providerARNs": PoolARNsPlaceholder,
		},
	}
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointer is a JSON Pointer (RFC 6901) of the given tokens.
func pointer(tokens ...string) string { return below("", tokens...) }

// below extends a JSON Pointer.
func below(place string, tokens ...string) string {
	for _, t := range tokens {
		place += "/" + pointerEscapes.Replace(t)
	}
	return place
}

func index(i int) string { return strconv.Itoa(i) }
