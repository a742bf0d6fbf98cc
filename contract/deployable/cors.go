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

// allowedHeaders may be sent to every path, in addition to the headers that are
// parameters of its operations.
var allowedHeaders = []string{"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"}

// preflight returns the operation for CORS preflight requests (Fetch standard,
// section 3.2.2), which calls no function. All responses of the functions and of
// API Gateway itself allow the origin; only this one lists methods and headers.
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
		"security":  public,
		"responses": object{"204": object{"description": http.StatusText(http.StatusNoContent), "headers": declared}},
		apigateway.IntegrationExtension: object{
			"type": "mock",
			// With another behavior, API Gateway uses the body of a type without template as
			// template and responds with 500, so that any client could cause an alarm.
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

// headersOf returns the request headers of a path's operations, sorted.
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

// pathParameters declares the variables of a path, as OpenAPI requires of every
// operation.
func pathParameters(path string) []object {
	var list []object
	for _, v := range apigateway.Variables(path) {
		list = append(list, object{"name": v.Name, "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	return list
}
