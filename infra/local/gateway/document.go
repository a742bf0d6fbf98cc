package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	maxDocument    = 6 << 20
	maxResources   = 300
	maxAuthorizers = 10
)

// loader turns the document into operations. It holds what operations share.
type loader struct {
	findings
	g           *Gateway
	cfg         Config
	doc         *openapi3.T
	authorizers map[string]*authorizer // by security scheme
	validators  map[string]validator
	routes      routeBuilder
}

// load fills g from the document in cfg.
func load(g *Gateway, cfg Config) error {
	l := &loader{g: g, cfg: cfg, authorizers: make(map[string]*authorizer)}
	raw, err := l.parse()
	if err != nil {
		return err
	}
	documentShape.walk(&l.findings, "", raw)
	if l.doc == nil {
		return l.err()
	}
	normalize(l.doc)
	l.g.binary = l.binaryTypes()
	l.g.responses = l.gatewayResponses()
	l.validators = l.requestValidators()
	l.securitySchemes()
	for _, path := range slices.Sorted(maps.Keys(l.doc.Paths.Map())) {
		if item := l.doc.Paths.Value(path); item != nil {
			l.pathItem(path, item)
		}
	}
	if l.routes.resources > maxResources {
		l.add("/paths", "%d resources: API Gateway has at most %d", l.routes.resources, maxResources)
	}
	g.routes = &l.routes.root
	return l.err()
}

// parse resolves the pseudo parameters and reads the document twice: raw, to see
// every field, and through kin-openapi, for schemas and references. It leaves
// l.doc nil when kin-openapi refuses the document.
func (l *loader) parse() (raw any, err error) {
	if len(l.cfg.Document) > maxDocument {
		return nil, fmt.Errorf("gateway: the document has %d bytes: API Gateway imports at most %d", len(l.cfg.Document), maxDocument)
	}
	data := l.cfg.Document
	for name, value := range map[string]string{"Partition": "aws", "Region": l.cfg.Region, "AccountId": l.cfg.AccountID} {
		data = bytes.ReplaceAll(data, []byte("${AWS::"+name+"}"), []byte(value))
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("gateway: the document is not JSON: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		l.add("", "%v", err)
		return raw, nil
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.0.") {
		l.add("/openapi", "version %q: API Gateway imports 3.0", doc.OpenAPI)
		return raw, nil
	}
	l.valid(doc)
	l.doc = doc
	return raw, nil
}

// valid reports what OpenAPI itself forbids. Loading goes on, to find the rest.
func (l *loader) valid(doc *openapi3.T) {
	err := doc.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation())
	problems := []error{err}
	var several openapi3.MultiError
	if errors.As(err, &several) {
		problems = several
	}
	for _, problem := range problems {
		var parameters *openapi3.PathParametersError
		if problem == nil || errors.As(problem, &parameters) {
			continue // the library does not know {name+}: pathParameters looks itself
		}
		l.add("", "%v", problem)
	}
}

func (l *loader) pathItem(path string, item *openapi3.PathItem) {
	at := pointer("").child("paths", path)
	operations := item.Operations()
	for _, method := range slices.Sorted(maps.Keys(operations)) {
		op := l.operation(at, method, path, operations[method])
		if err := l.routes.add(path, op); err != nil {
			l.add(at, "%v", err)
		}
		l.g.operations = append(l.g.operations, op)
	}
}

func (l *loader) operation(at pointer, method, path string, doc *openapi3.Operation) *operation {
	at = at.child(strings.ToLower(method))
	op := &operation{method: method, path: path, name: doc.OperationID, resourceID: shortID(6, l.g.apiID, path)}
	l.pathParameters(at.child("parameters"), path, doc.Parameters)
	l.security(at, op, doc.Security)
	l.validation(at, op, doc)
	op.target = l.integration(at, method, doc)
	for status := range doc.Responses.Map() {
		if len(status) != 3 || status[0] < '1' || status[0] > '5' || strings.Trim(status[1:], "0123456789") != "" {
			l.add(at.child("responses", status), "API Gateway wants a status code of three digits")
		}
	}
	return op
}

// decode reads an extension's value into a struct. Unknown fields have been
// found by the shapes already.
func (l *loader) decode(at pointer, value any, into any) bool {
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		l.add(at, "%v", err)
	}
	return err == nil
}

// statusCode is a status that documents write as a number or as a string; 0 is absent.
type statusCode int

// UnmarshalJSON accepts 404 and "404".
func (s *statusCode) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(bytes.Trim(data, `"`), &n); err != nil {
		return fmt.Errorf("status code %s is not a number", data)
	}
	code, err := n.Int64()
	if err != nil || code < http.StatusOK || code > 599 {
		return fmt.Errorf("status code %s is not in 200 to 599", data)
	}
	*s = statusCode(code)
	return nil
}
