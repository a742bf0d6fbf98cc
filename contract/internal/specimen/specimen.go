// Package specimen builds specifications of any size, in the form that package
// generate writes, for the tests and benchmarks of the other packages.
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

// Contexts returns contexts with the given number of operations in total. Every
// resource has six operations and its own schema; all contexts share the problems.
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
	if err != nil { // maps of plain values always marshal
		panic(err)
	}
	return Context{Name: name, Spec: spec, Service: c.service}
}

// kinds are the problems that every operation declares.
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
	item, body   bool // the path ends in the item's ID; the request has a body
}{
	{method: http.MethodGet, verb: "list"},
	{method: http.MethodPost, verb: "create", body: true},
	{method: http.MethodGet, verb: "get", item: true},
	{method: http.MethodPut, verb: "replace", item: true, body: true},
	{method: http.MethodPatch, verb: "change", item: true, body: true},
	{method: http.MethodDelete, verb: "remove", item: true},
}

func (c *builder) operation(i int) {
	resource, route := i/len(routes), routes[i%len(routes)]
	thing := fmt.Sprintf("Thing%s%d", c.name[len(c.name)-2:], resource)
	c.schemas[thing] = thingSchema(c.name, thing)
	path, parameter := fmt.Sprintf("/%s/things%d", c.name, resource), limitParameter()
	if route.item {
		path, parameter = path+"/{thingId}", idParameter()
	}
	content := object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + thing}}}
	id := route.verb + thing
	o := object{
		"operationId": id, "summary": "Works on a thing", "description": "Calls DynamoDB once (GetItem, half a read unit).",
		"tags": []any{c.service.Title}, "parameters": []any{parameter}, "responses": responses(content),
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
	c.service.Functions[function] = manifest.Function{
		OperationID: id, Method: route.method, Path: path,
		Source: "lambda/" + function, MemoryMB: 512, TimeoutSeconds: 3, Grants: []manifest.Grant{},
	}
}

func idParameter() object {
	return object{
		"name": "thingId", "in": "path", "required": true, "description": "The thing.",
		"schema":  object{"type": "string", "format": "uuid"},
		"example": "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "x-source-field": "Input.ThingID",
	}
}

func limitParameter() object {
	return object{
		"name": "limit", "in": "query", "description": "How many.",
		"schema": object{"type": "integer", "minimum": 1, "maximum": 100}, "x-source-field": "Input.Limit",
	}
}

func responses(content object) object {
	etag := object{"description": "Version.", "schema": object{"type": "string"}, "x-source-field": "Output.ETag"}
	all := object{"200": object{"description": "OK", "content": content, "headers": object{"ETag": etag}}}
	for _, k := range kinds {
		all[fmt.Sprint(k.Status)] = object{"$ref": "#/components/responses/" + response(k)}
	}
	return all
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
