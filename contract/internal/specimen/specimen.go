// Package specimen makes specifications of any size in the shape that package
// generate writes, for tests and benchmarks of what comes after it.
package specimen

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/problem"
)

// Context is one bounded context.
type Context struct {
	Name    string
	Spec    []byte
	Service *manifest.Service
}

type object = map[string]any

// Contexts makes that many contexts with that many operations in all: resources
// with six operations each, whose schemas are their own, and problems that all
// contexts share.
func Contexts(contexts, operations int) []Context {
	list := make([]Context, contexts)
	for i := range list {
		share := operations / contexts
		if i < operations%contexts {
			share++
		}
		list[i] = context(fmt.Sprintf("context%02d", i), share)
	}
	return list
}

func context(name string, operations int) Context {
	c := &builder{
		name: name, paths: object{}, schemas: problemSchemas(), responses: object{},
		service: &manifest.Service{
			Name: name, Title: strings.ToUpper(name[:1]) + name[1:], Owner: "team-" + name, Version: "1.2.3",
			Functions: map[string]manifest.Function{}, Tables: map[string]manifest.Table{},
			Secrets: map[string]manifest.Secret{}, Scopes: map[string]string{name + "/read": "Read."},
		},
	}
	for _, k := range kinds {
		c.responses[response(k)] = problemResponse(k)
	}
	for i := range operations {
		c.operation(i)
	}
	spec, err := json.Marshal(c.document())
	if err != nil { // plain maps: it cannot fail
		panic(err)
	}
	return Context{Name: name, Spec: spec, Service: c.service}
}

// kinds are the problems that every operation can answer.
var kinds = []problem.Kind{problem.Invalid, problem.Unauthenticated, problem.Forbidden, problem.NotFound,
	problem.TooManyRequests, problem.Internal, problem.BadGateway, problem.Unavailable, problem.Timeout}

func response(k problem.Kind) string { return strings.ReplaceAll(k.Title, " ", "") }

type builder struct {
	name                      string
	paths, schemas, responses object
	service                   *manifest.Service
}

// routes are the operations of a resource.
var routes = []struct {
	method, verb string
	one, body    bool
}{
	{http.MethodGet, "list", false, false}, {http.MethodPost, "create", false, true},
	{http.MethodGet, "get", true, false}, {http.MethodPut, "replace", true, true},
	{http.MethodPatch, "change", true, true}, {http.MethodDelete, "remove", true, false},
}

func (c *builder) operation(i int) {
	resource, route := i/len(routes), routes[i%len(routes)]
	thing := fmt.Sprintf("Thing%s%d", c.name[len(c.name)-2:], resource)
	path := fmt.Sprintf("/%s/things%d", c.name, resource)
	var parameters []any
	if route.one {
		path += "/{thingId}"
		parameters = append(parameters, object{"name": "thingId", "in": "path", "required": true, "description": "The thing.",
			"schema": object{"type": "string", "format": "uuid"}, "example": "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "x-go-field": "Input.ThingID"})
	} else {
		parameters = append(parameters, object{"name": "limit", "in": "query", "description": "How many.",
			"schema": object{"type": "integer", "minimum": 1, "maximum": 100}, "x-go-field": "Input.Limit"})
	}
	c.schemas[thing] = thingSchema(c.name, thing)
	id := route.verb + thing
	content := object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + thing}}}
	responses := object{"200": object{"description": "OK", "content": content, "headers": object{
		"ETag": object{"description": "Version.", "schema": object{"type": "string"}, "x-go-field": "Output.ETag"}}}}
	for _, k := range kinds {
		responses[fmt.Sprint(k.Status)] = object{"$ref": "#/components/responses/" + response(k)}
	}
	o := object{
		"operationId": id, "summary": "Works on a thing", "description": "Calls DynamoDB once (GetItem, half a read unit).",
		"tags": []any{c.service.Title}, "parameters": parameters, "responses": responses,
		"security": []any{object{"cognito": []any{}}}, "x-scopes": []any{c.name + "/read"},
	}
	if route.body {
		o["requestBody"] = object{"required": true, "content": content}
	}
	item, _ := c.paths[path].(object)
	if item == nil {
		item = object{}
		c.paths[path] = item
	}
	item[strings.ToLower(route.method)] = o
	function := fmt.Sprintf("%s-thing-%d", route.verb, resource)
	c.service.Functions[function] = manifest.Function{OperationID: id, Method: route.method, Path: path,
		Source: "lambda/" + function, MemoryMB: 512, TimeoutSeconds: 3, Grants: []manifest.Grant{}}
}

func (c *builder) document() object {
	return object{
		"openapi": "3.0.3",
		"info":    object{"title": c.service.Title, "version": c.service.Version, "description": "A specimen."},
		"tags":    []any{object{"name": c.service.Title, "description": "A specimen.", "x-owner": c.service.Owner, "x-version": c.service.Version}},
		"paths":   c.paths,
		"components": object{
			"schemas": c.schemas, "responses": c.responses,
			"headers":         object{"X-Region": object{"description": "AWS Region.", "schema": object{"type": "string"}}},
			"securitySchemes": object{"cognito": object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
		},
	}
}
