package shell

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// sampleEvent returns an event of API Gateway for a function of the clone at dir, from the
// examples of the contract: the parameters, the body, and the claims of the demo user ada
// with all scopes of the operation.
func sampleEvent(dir, function string) ([]byte, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	for _, c := range contexts {
		var service manifest.Service
		if err := readJSON(filepath.Join(c.Dir, "service.json"), &service); err != nil {
			return nil, err
		}
		for name, f := range service.Functions {
			if service.Name+"-"+name != function {
				continue
			}
			var document document
			if err := readJSON(filepath.Join(c.Dir, "openapi.json"), &document); err != nil {
				return nil, err
			}
			return document.event(f.Method, f.Path)
		}
	}
	return nil, fmt.Errorf("no context has the function %q: local:status lists those that were called", function)
}

func readJSON(name string, into any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// document is the part of a specification that samples come from.
type document struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	Parameters []struct {
		Name, In string
		Example  any
		Schema   *schema
		Required bool
	}
	RequestBody *struct {
		Content map[string]struct{ Schema *schema }
	}
	Security []map[string][]string
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 string
	Format               string
	Example              any
	Enum                 []any
	Minimum              *float64
	Properties           map[string]*schema
	Required             []string
	MaxProperties        *int
	Items                *schema
	AllOf, OneOf, AnyOf  []*schema
	AdditionalProperties json.RawMessage
}

// event returns the event of an operation.
func (d document) event(method, path string) ([]byte, error) {
	var op operation
	raw, ok := d.Paths[path][strings.ToLower(method)]
	if !ok {
		return nil, fmt.Errorf("the specification has no %s %s", method, path)
	}
	if err := json.Unmarshal(raw, &op); err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	values := map[string]map[string]string{"path": {}, "query": {}, "header": {"Accept": "application/json"}}
	actual := path
	for _, p := range op.Parameters {
		value := p.Example
		if value == nil {
			value = d.sample(p.Schema, 0)
		}
		if in := values[p.In]; in != nil && p.Required {
			in[p.Name] = fmt.Sprint(value)
			if p.In == "path" {
				actual = strings.ReplaceAll(actual, "{"+p.Name+"}", fmt.Sprint(value))
			}
		}
	}
	event := map[string]any{
		"resource": path, "path": actual, "httpMethod": method, "isBase64Encoded": false, "body": nil,
		"headers": values["header"], "multiValueHeaders": multiple(values["header"]),
		"queryStringParameters": values["query"], "multiValueQueryStringParameters": multiple(values["query"]),
		"pathParameters": values["path"],
		"requestContext": map[string]any{
			"requestId": "00000000-0000-4000-8000-000000000000", "resourcePath": path, "httpMethod": method, "stage": "v1",
			"path": actual, "identity": map[string]any{"sourceIp": "127.0.0.1", "userAgent": "local:invoke"},
			"authorizer": map[string]any{"claims": claims(op)},
		},
	}
	if op.RequestBody != nil {
		kinds := slices.Sorted(maps.Keys(op.RequestBody.Content))
		if len(kinds) == 0 {
			return nil, errors.New("the request body has no media type")
		}
		body, err := json.Marshal(d.sample(op.RequestBody.Content[kinds[0]].Schema, 0))
		if err != nil {
			return nil, err
		}
		values["header"]["Content-Type"] = kinds[0]
		event["multiValueHeaders"] = multiple(values["header"])
		event["body"] = string(body)
	}
	return json.MarshalIndent(event, "", "  ")
}

// claims returns the claims of ada's token with the scopes of an operation.
func claims(op operation) map[string]string {
	var scopes []string
	for _, alternative := range op.Security {
		for _, names := range alternative {
			scopes = append(scopes, names...)
		}
	}
	return map[string]string{
		"sub": "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "username": "ada", "token_use": "access", "client_id": "meridian-mobile",
		"scope": strings.Join(scopes, " "), "email": "ada@example.com", "email_verified": "true",
	}
}

func multiple(single map[string]string) map[string][]string {
	many := map[string][]string{}
	for name, value := range single {
		many[name] = []string{value}
	}
	return many
}

// maxDepth bounds samples of schemas that contain themselves.
const maxDepth = 8

// sample returns a value of a schema.
func (d document) sample(s *schema, depth int) any {
	switch {
	case s == nil || depth > maxDepth:
		return nil
	case s.Example != nil:
		return s.Example
	case s.Ref != "":
		return d.sample(d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")], depth+1)
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.AllOf) > 0:
		return d.sample(s.AllOf[0], depth+1)
	case len(s.OneOf) > 0:
		return d.sample(s.OneOf[0], depth+1)
	case len(s.AnyOf) > 0:
		return d.sample(s.AnyOf[0], depth+1)
	}
	switch s.Type {
	case "object":
		return d.sampleObject(s, depth)
	case "array":
		return []any{d.sample(s.Items, depth+1)}
	case "boolean":
		return true
	case "integer", "number":
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	}
	return sampleText[s.Format]
}

// sampleText is the text for each format; other texts are empty.
var sampleText = map[string]string{
	"": "text", "uuid": "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02",
	"email": "ada@example.com", "uri": "https://example.com",
}

// sampleObject returns an object with its properties, as many as it may have.
func (d document) sampleObject(s *schema, depth int) any {
	object := map[string]any{}
	optional := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Properties)), func(name string) bool {
		return slices.Contains(s.Required, name)
	})
	for _, name := range append(slices.Clone(s.Required), optional...) {
		if s.MaxProperties == nil || len(object) < *s.MaxProperties {
			object[name] = d.sample(s.Properties[name], depth+1)
		}
	}
	var values schema
	if len(s.Properties) == 0 && json.Unmarshal(s.AdditionalProperties, &values) == nil {
		object["theme"] = d.sample(&values, depth+1)
	}
	return object
}
