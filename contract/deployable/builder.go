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

// builder builds a document.
type builder struct {
	doc       *openapi3.T
	opts      Options
	functions *functionIndex
	stripped  []Stripped
	problems  []string

	models   map[string]object // models that have references to them, by name
	inline   map[string][]byte // inline schemas as canonical JSON, by the name of their model
	expanded map[string]object // components as members of an allOf
	waiting  []string          // components with references whose models are not built yet
}

func (b *builder) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

func (b *builder) strip(at, keyword, why string) {
	b.stripped = append(b.stripped, Stripped{Pointer: at, Keyword: keyword, Why: why})
}

// stripIf records a member that is left out, if it is present.
func (b *builder) stripIf(present bool, at, keyword, why string) {
	if present {
		b.strip(at, keyword, why)
	}
}

// The names of the document's own parts.
const (
	validatorName = "all"
	schemeName    = "cognito"
)

// document builds the root. Documentation is left out because API Gateway would
// create a documentation part for each text.
func (b *builder) document() object {
	paths := b.paths()
	b.buildModels()
	// An import makes the title the API's name, which distinguishes environments, and
	// the description the API's.
	info := object{"title": NamePlaceholder, "version": ""}
	if b.doc.Info != nil {
		info["description"], info["version"] = b.doc.Info.Title, b.doc.Info.Version
		b.stripIf(b.doc.Info.Description != "", "/info", "description", documentation)
	}
	b.stripIf(len(b.doc.Servers) > 0, "", "servers", servedDomains)
	b.stripIf(len(b.doc.Tags) > 0, "", "tags", documentation)
	b.stripIf(b.doc.ExternalDocs != nil, "", "externalDocs", documentation)
	schemas := object{}
	for name, model := range b.models {
		schemas[name] = model
	}
	return object{
		"openapi": "3.0.1",
		"info":    info,
		"servers": defaultEndpoint,
		"paths":   paths,
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{schemeName: b.securityScheme()},
		},
		apigateway.RequestValidatorsExtension: object{
			validatorName: object{apigateway.ValidateBody: true, apigateway.ValidateParameters: true},
		},
		apigateway.RequestValidatorExtension:       validatorName,
		apigateway.GatewayResponsesExtension:       b.gatewayResponses(),
		apigateway.MinimumCompressionSizeExtension: b.opts.CompressFromBytes,
	}
}

// defaultEndpoint disables the execute-api endpoint. Clients use the custom domain,
// where the environment controls the TLS version, the name and the failover. An
// OpenAPI 3 document has the extension in a server; the URL is the one that OpenAPI
// assumes for a document without servers.
var defaultEndpoint = []any{object{
	"url": "/",
	apigateway.EndpointConfigurationExtension: object{apigateway.DisableExecuteAPIEndpoint: true},
}}

// Reasons for leaving out members.
const (
	documentation = "documentation is served from the public specification"
	servedDomains = "Terraform configures the domains of the API"
)

func (b *builder) paths() object {
	paths := object{}
	for _, path := range b.doc.Paths.Keys() {
		item := b.doc.Paths.Value(path)
		if item == nil {
			continue
		}
		at := pointer("paths", path)
		b.stripIf(item.Summary != "", at, "summary", documentation)
		b.stripIf(item.Description != "", at, "description", documentation)
		b.stripIf(len(item.Servers) > 0, at, "servers", servedDomains)
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

// securityScheme returns the scheme of the authorizer: user pools of Cognito, with
// the token in the header Authorization.
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

// pointer returns the JSON Pointer (RFC 6901) of tokens.
func pointer(tokens ...string) string { return below("", tokens...) }

// below returns a JSON Pointer with more tokens.
func below(at string, tokens ...string) string {
	for _, t := range tokens {
		at += "/" + pointerEscapes.Replace(t)
	}
	return at
}

func index(i int) string { return strconv.Itoa(i) }
