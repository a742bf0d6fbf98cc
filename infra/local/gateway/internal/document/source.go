package document

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/infra/local/partial"
)

// Document is a document that API Gateway would import. It has no Region, so the Regions of
// a cloud share one. It is safe for concurrent use.
type Document struct {
	source
	models models
	// refusals are the problems that Parse found after the problems for AWS.
	refusals []error
}

// source are the members of a document that are served. Package openapi3 would take most of
// the start of a Region to parse them: it parses only the models, each with its first request.
type source struct {
	Servers []struct {
		Endpoint json.RawMessage `json:"x-amazon-apigateway-endpoint-configuration"`
	}
	Paths      map[string]*pathItem
	Components struct {
		Schemas         map[string]json.RawMessage
		SecuritySchemes map[string]securityScheme
	}
	RequestValidators json.RawMessage `json:"x-amazon-apigateway-request-validators"`
	RequestValidator  string          `json:"x-amazon-apigateway-request-validator"`
	GatewayResponses  json.RawMessage `json:"x-amazon-apigateway-gateway-responses"`
	BinaryMediaTypes  json.RawMessage `json:"x-amazon-apigateway-binary-media-types"`
	MinimumSize       json.RawMessage `json:"x-amazon-apigateway-minimum-compression-size"`
}

// pathItem has the operations of a path.
type pathItem struct {
	Get, Put, Post, Delete, Options, Head, Patch *operation
}

// operations returns the operations by method.
func (p *pathItem) operations() map[string]*operation {
	all := map[string]*operation{}
	for method, op := range map[string]*operation{
		http.MethodGet: p.Get, http.MethodPut: p.Put, http.MethodPost: p.Post, http.MethodDelete: p.Delete,
		http.MethodOptions: p.Options, http.MethodHead: p.Head, http.MethodPatch: p.Patch,
	} {
		if op != nil {
			all[method] = op
		}
	}
	return all
}

type operation struct {
	OperationID string
	Parameters  []parameter
	RequestBody *struct {
		Content map[string]*struct{ Schema json.RawMessage }
	}
	Security    []map[string][]string
	Responses   map[string]struct{}
	Validator   *string         `json:"x-amazon-apigateway-request-validator"`
	Integration json.RawMessage `json:"x-amazon-apigateway-integration"`
}

// responds reports whether the operation declares a status, or the range of it.
func (op *operation) responds(status int) bool {
	text := strconv.Itoa(status)
	_, exact := op.Responses[text]
	_, within := op.Responses[text[:1]+"XX"]
	return exact || within
}

type parameter struct {
	Name, In string
	Required bool
}

type securityScheme struct {
	Name       string
	AuthType   *string         `json:"x-amazon-apigateway-authtype"`
	Authorizer json.RawMessage `json:"x-amazon-apigateway-authorizer"`
}

// Parse checks and parses a document, in JSON. The error joins everything for which AWS would
// refuse it, one line each: a JSON pointer into the document and the reason. With checked,
// the document has passed Parse and Load before, and only what serves it is parsed.
func Parse(data []byte, checked bool) (*Document, error) {
	d := &Document{}
	if !checked {
		if err := check(data); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(data, &d.source); err != nil {
		return nil, fmt.Errorf("gateway: parse the document: %w", err)
	}
	d.models.components = partial.Components{"schemas": d.Components.Schemas}
	if !checked {
		var err error
		if d.refusals, err = validate(data); err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
			if bytes.Contains(d.Components.Schemas[name], []byte(variable)) {
				at := pointer("").child("components", "schemas", name)
				d.refusals = append(d.refusals, at.errorf("a variable of AWS in a schema is not supported"))
			}
		}
	}
	return d, nil
}

// validate returns what package openapi3 cannot work with, such as regular expressions that
// Go does not have.
func validate(data []byte) (refusals []error, err error) {
	doc, err := openapi3.NewLoader().LoadFromData(withoutResponses(data))
	if err != nil {
		return nil, fmt.Errorf("gateway: load the document: %w", err)
	}
	err = doc.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation())
	problems := []error{err}
	var several openapi3.MultiError
	if errors.As(err, &several) {
		problems = several
	}
	for _, problem := range problems {
		var parameters *openapi3.PathParametersError
		if problem == nil || errors.As(problem, &parameters) {
			continue // the library does not know {name+}: pathParameters checks them
		}
		refusals = append(refusals, pointer("").errorf("%v", problem))
	}
	return refusals, nil
}

// Model is a schema of a body. Package openapi3 validates with it as JSON Schema draft 4
// says. It is parsed when it is first used.
type Model struct {
	parse func() (*openapi3.Schema, error)
}

// Schema returns the model's schema.
func (m *Model) Schema() (*openapi3.Schema, error) { return m.parse() }

// models are the models of a document, which all Regions share.
type models struct {
	components partial.Components
	known      sync.Map // of *Model, by the schema's text
}

// get returns the model with a schema.
func (m *models) get(schema json.RawMessage) *Model {
	model, _ := m.known.LoadOrStore(string(schema), &Model{sync.OnceValues(func() (*openapi3.Schema, error) {
		s, err := m.components.Schema(schema)
		if err == nil {
			useDraft4(openapi3.NewSchemaRef("", s), map[*openapi3.Schema]bool{})
		}
		return s, err
	})})
	return model.(*Model)
}

// null reports whether a member is absent or null.
func null(raw json.RawMessage) bool { return len(raw) == 0 || bytes.Equal(raw, []byte("null")) }
