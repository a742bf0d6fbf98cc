// Package breach compares the responses of functions with the specification, whose
// promises to clients only the functions can keep.
package breach

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/partial"
)

// Breach is a difference between a response and its operation in the specification.
type Breach struct {
	// Operation is the operation's ID, or the method and the path if the specification
	// does not have it.
	Operation string
	RequestID string
	Status    int
	// Pointer is the JSON Pointer of the value in the body (RFC 6901), or the name of a
	// header. It is "" for the status and for the body itself.
	Pointer string
	Message string
}

func (b Breach) String() string {
	return fmt.Sprintf("%s responds with %d against its contract: %q: %s (request %s)", b.Operation, b.Status, b.Pointer, b.Message, b.RequestID)
}

// Functions implements gateway.Functions. It invokes other Functions and reports the
// breaches in their responses.
type Functions struct {
	next   gateway.Functions
	spec   *Specification
	strict bool
	report func(Breach)
}

// Specification is a merged document. Each path is parsed when it is first needed, and
// several Functions can share it.
type Specification struct {
	data  []byte
	parse func() (*partial.Document, error)
}

// NewSpecification returns the specification in data, in JSON.
func NewSpecification(data []byte) *Specification {
	return &Specification{data, sync.OnceValues(func() (*partial.Document, error) { return partial.Parse(data) })}
}

// Is reports whether the specification is the one in data; s may be nil.
func (s *Specification) Is(data []byte) bool { return s != nil && bytes.Equal(s.data, data) }

// path returns a path of the specification; nil if it does not have it.
func (s *Specification) path(path string) (*openapi3.PathItem, error) {
	doc, err := s.parse()
	if err != nil {
		return nil, err
	}
	return doc.Path(path)
}

// New returns Functions that compare responses with the specification. The client receives
// each response as it is, as on AWS. If strict is set, it receives a 500 in place of a
// response with a breach.
//
// If the specification cannot be parsed, every response is a breach.
func New(next gateway.Functions, specification *Specification, strict bool, report func(Breach)) *Functions {
	return &Functions{next: next, spec: specification, strict: strict, report: report}
}

// Invoke implements gateway.Functions.
func (f *Functions) Invoke(ctx context.Context, function string, payload []byte, trace string) ([]byte, error) {
	output, err := f.next.Invoke(ctx, function, payload, trace)
	if err != nil {
		return output, err
	}
	request, ok := gateway.RequestOf(ctx)
	if !ok {
		return output, nil // not from an API
	}
	breaches := f.check(request, output)
	for _, b := range breaches {
		f.report(b)
	}
	if f.strict && len(breaches) > 0 {
		return refusal(breaches[0])
	}
	return output, nil
}

// refusal returns a proxy response in place of a response with a breach.
func refusal(b Breach) ([]byte, error) {
	body, err := json.Marshal(map[string]any{
		"type": "about:blank", "title": "The response breaks the contract", "status": http.StatusInternalServerError,
		"detail": b.String(), "requestId": b.RequestID,
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"statusCode": http.StatusInternalServerError, "body": string(body),
		"headers": map[string]string{"Content-Type": "application/problem+json"},
	})
}

// check returns the breaches in a function's output. The gateway responds with 502 to an
// output that is not a proxy response, so check ignores it.
func (f *Functions) check(request gateway.Request, output []byte) []Breach {
	var r proxyResponse
	if json.Unmarshal(output, &r) != nil || r.StatusCode == 0 {
		return nil
	}
	c := comparison{response: r, of: Breach{
		Operation: request.Method + " " + request.Resource, RequestID: request.ID, Status: r.StatusCode,
	}}
	item, err := f.spec.path(request.Resource)
	if err != nil {
		c.add("", "the specification cannot be read: "+err.Error())
		return c.found
	}
	method := request.Method
	if method == http.MethodHead { // the headers of a GET without its content
		method, c.head = http.MethodGet, true
	}
	var operation *openapi3.Operation
	if item != nil {
		operation = item.GetOperation(method)
	}
	if operation == nil {
		c.add("", "the specification does not have the operation")
		return c.found
	}
	c.of.Operation = operation.OperationID
	declared := operation.Responses.Status(r.StatusCode)
	if declared == nil || declared.Value == nil {
		c.add("", "the operation does not declare the status")
		return c.found
	}
	c.headers(declared.Value.Headers)
	c.content(declared.Value.Content)
	return c.found
}

// proxyResponse is a function's response to API Gateway.
type proxyResponse struct {
	StatusCode        int
	Headers           map[string]any
	MultiValueHeaders map[string][]any
	Body              *string
	IsBase64Encoded   bool
}

// header returns the first value of a header, whose name has any case.
func (r proxyResponse) header(name string) (string, bool) {
	for key, values := range r.MultiValueHeaders {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return fmt.Sprint(values[0]), true
		}
	}
	for key, value := range r.Headers {
		if strings.EqualFold(key, name) {
			return fmt.Sprint(value), true
		}
	}
	return "", false
}
