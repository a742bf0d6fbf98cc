package deployable

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/platform/rest"
)

// allowedHeaders may be sent to every path, besides those that its operations
// have as parameters.
var allowedHeaders = []string{"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"}

// preflight answers a browser's question what a script may send (Fetch
// standard, section 3.2.2), without calling a function. Every answer of the
// functions and of the gateway itself allows the origin; only this one has to
// name methods and headers.
func (b *builder) preflight(path string, item *openapi3.PathItem) object {
	headers := map[string]string{
		"Access-Control-Allow-Origin":  rest.AllowOrigin,
		"Access-Control-Allow-Methods": strings.Join(append(slices.Sorted(maps.Keys(item.Operations())), http.MethodOptions), ","),
		"Access-Control-Allow-Headers": strings.Join(headersOf(item), ","),
		"Access-Control-Max-Age":       strconv.Itoa(b.opts.PreflightSeconds),
	}
	declared, mapped := object{}, object{}
	for name, value := range headers {
		declared[name] = object{"schema": object{"type": "string"}}
		mapped[apigateway.ToResponseHeader+name] = apigateway.LiteralMapping(value)
	}
	out := object{
		"security":  everybody,
		"responses": object{"204": object{"description": http.StatusText(http.StatusNoContent), "headers": declared}},
		apigateway.IntegrationExtension: object{
			"type": "mock",
			// Of a type without a template it would take the body for the template, and
			// answer 500 to whoever likes to ring an alarm; so it is 415.
			"passthroughBehavior": "never",
			"requestTemplates":    object{"application/json": `{"statusCode":204}`},
			"responses": object{
				"default": object{"statusCode": "204", "responseParameters": mapped},
			},
		},
	}
	if list := pathParameters(path); len(list) > 0 {
		out["parameters"] = list
	}
	return out
}

// headersOf are the request headers of a path's operations, sorted.
func headersOf(item *openapi3.PathItem) []string {
	names := slices.Clone(allowedHeaders)
	add := func(list openapi3.Parameters) {
		for _, p := range list {
			if p != nil && p.Value != nil && p.Value.In == openapi3.ParameterInHeader {
				names = append(names, http.CanonicalHeaderKey(p.Value.Name))
			}
		}
	}
	add(item.Parameters)
	for _, o := range item.Operations() {
		add(o.Parameters)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// pathParameters declares the variables of a path: OpenAPI demands it of every operation.
func pathParameters(path string) []object {
	var list []object
	for _, v := range apigateway.Variables(path) {
		list = append(list, object{"name": v.Name, "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	return list
}
