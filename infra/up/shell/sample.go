package shell

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/example"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// mint returns an access token with the scopes.
type mint func(scopes []string) (token string, err error)

// sampleEvent returns an event of API Gateway for a function of the clone at dir. The
// parameters and the body come from the examples of the contract, and the claims from a
// token with all scopes of the operation.
func sampleEvent(dir, function string, mint mint) ([]byte, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	for _, c := range contexts {
		name, ok := strings.CutPrefix(function, c.Name+"-")
		if !ok {
			continue
		}
		service, err := c.Manifest()
		if err != nil {
			return nil, err
		}
		f, ok := service.Functions[name]
		if !ok {
			continue
		}
		document, err := c.Spec()
		if err != nil {
			return nil, err
		}
		path := document.Paths.Value(f.Path)
		if path == nil || path.GetOperation(f.Method) == nil {
			return nil, fmt.Errorf("%s has no %s %s", c.SpecPath(), f.Method, f.Path)
		}
		event, err := newEvent(f.Method, f.Path, path.GetOperation(f.Method), mint)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", f.Method, f.Path, err)
		}
		return json.MarshalIndent(event, "", "  ")
	}
	return nil, fmt.Errorf("no context has the function %q: local:status lists those that were called", function)
}

// newEvent returns the event of an operation.
func newEvent(method, path string, op *openapi3.Operation, mint mint) (map[string]any, error) {
	values := map[string]map[string]string{"path": {}, "query": {}, "header": {"Accept": "application/json"}}
	actual := path
	for _, p := range op.Parameters {
		in := values[p.Value.In]
		if in == nil || !p.Value.Required {
			continue
		}
		value := p.Value.Example
		if value == nil {
			value = example.Of(p.Value.Schema)
		}
		in[p.Value.Name] = fmt.Sprint(value)
		actual = strings.ReplaceAll(actual, "{"+p.Value.Name+"}", in[p.Value.Name])
	}
	var body any
	if op.RequestBody != nil {
		content := op.RequestBody.Value.Content
		kinds := slices.Sorted(maps.Keys(content))
		if len(kinds) == 0 {
			return nil, errors.New("the request body has no media type")
		}
		text, err := json.Marshal(example.Of(content[kinds[0]].Schema))
		if err != nil {
			return nil, err
		}
		body, values["header"]["Content-Type"] = string(text), kinds[0]
	}
	requestContext := map[string]any{
		"requestId": "00000000-0000-4000-8000-000000000000", "resourcePath": path, "httpMethod": method, "stage": "v1",
		"path": actual, "identity": map[string]any{"sourceIp": "127.0.0.1", "userAgent": "local:invoke"},
	}
	if op.Security != nil && len(*op.Security) > 0 {
		scopes, err := manifest.Scopes(op.Extensions)
		if err != nil {
			return nil, err
		}
		token, err := mint(scopes)
		if err != nil {
			return nil, err
		}
		claims, err := claimsOf(token)
		if err != nil {
			return nil, err
		}
		requestContext["authorizer"] = map[string]any{"claims": claims}
	}
	return map[string]any{
		"resource": path, "path": actual, "httpMethod": method, "isBase64Encoded": false, "body": body,
		"headers": values["header"], "multiValueHeaders": multiple(values["header"]),
		"queryStringParameters": values["query"], "multiValueQueryStringParameters": multiple(values["query"]),
		"pathParameters": values["path"], "requestContext": requestContext,
	}, nil
}

// claimsOf returns the claims of a token as the authorizer passes them on: all of them
// are text.
func claimsOf(token string) (map[string]string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("the token is not a JWT: it has %d parts", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("the token's payload: %w", err)
	}
	var values map[string]any
	if err := json.Unmarshal(payload, &values); err != nil {
		return nil, fmt.Errorf("the token's payload: %w", err)
	}
	claims := map[string]string{}
	for name, value := range values {
		claims[name] = fmt.Sprint(value)
	}
	return claims, nil
}

func multiple(single map[string]string) map[string][]string {
	many := map[string][]string{}
	for name, value := range single {
		many[name] = []string{value}
	}
	return many
}
