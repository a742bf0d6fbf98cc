// Package document loads the OpenAPI document of a REST API as an import into
// API Gateway does, and turns it into what the embedded gateway serves.
//
// It fails closed. A document that AWS would refuse is refused with the findings
// of package lint. A document that AWS accepts but the gateway cannot serve
// exactly is refused with the name of what is not supported.
package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// Options are what a document is imported into.
type Options struct {
	// Region and AccountID replace the AWS variables of those names. The
	// partition is always aws.
	Region, AccountID string
	// Variables are the stage variables, to which the URIs of integrations refer.
	Variables map[string]string
	// IsPool reports whether the gateway knows the user pool of an ARN.
	IsPool func(arn string) bool
	// IsContextVariable reports whether templates may refer to $context.name.
	IsContextVariable func(name string) bool
}

// API is what a document describes.
type API struct {
	// Operations are sorted by path and method.
	Operations []*Operation
	// Responses are the gateway responses that the document customizes, by type.
	Responses map[string]*GatewayResponse
	// BinaryTypes are the media types whose bodies functions receive in base64.
	BinaryTypes BinaryTypes
	// EndpointDisabled is set if clients may use the custom domain only.
	EndpointDisabled bool
	// CompressFrom is the size in bytes from which responses are compressed; -1 never.
	CompressFrom int
}

// Operation is one method of one resource.
type Operation struct {
	Method, Path string
	// ID is the operationId, which API Gateway imports as operationName.
	ID string
	// Authorizer is nil if anyone may call.
	Authorizer *Authorizer
	// Scopes lists the scopes of which an access token needs one. Without scopes the
	// authorizer accepts ID tokens.
	Scopes []string
	// Required are the parameters whose presence is checked, in the order in which
	// AWS reports them: headers, path, query, and within these as in the document.
	Required []Parameter
	// Models are the models of the body by media type, in lower case; nil if
	// bodies are not validated.
	Models map[string]*Model
	// Integration is a *Function or a *Mock.
	Integration any
}

// Function is the integration with a Lambda function.
type Function struct {
	// Name has no alias.
	Name    string
	Timeout time.Duration
}

// Mock is the integration that responds to a CORS preflight.
type Mock struct {
	Status int
	Header http.Header
	// Strict is passthroughBehavior never.
	Strict bool
}

// Load returns what a document describes in one Region. The error joins everything that the
// gateway does not support, one line each: a JSON pointer into the document and the reason.
func (d *Document) Load(opts Options) (*API, error) {
	l := &loader{opts: opts, doc: d, api: &API{}, authorizers: map[string]*Authorizer{}, errs: slices.Clone(d.refusals)}
	l.variables = strings.NewReplacer(apigateway.PartitionVariable, "aws",
		apigateway.RegionVariable, opts.Region, apigateway.AccountVariable, opts.AccountID)
	l.load()
	return l.api, errors.Join(l.errs...)
}

// loader turns a document that the lint passed into an API. It goes on after an
// error, to find the rest.
type loader struct {
	opts        Options
	doc         *Document
	api         *API
	errs        []error
	authorizers map[string]*Authorizer // by security scheme
	validators  map[string]validator
	variables   *strings.Replacer // replaces the variables of AWS
}

// refuse adds an error.
func (l *loader) refuse(at pointer, format string, args ...any) {
	l.errs = append(l.errs, at.errorf(format, args...))
}

func (l *loader) load() {
	l.api.BinaryTypes = l.binaryTypes()
	l.api.EndpointDisabled = l.endpointDisabled()
	l.api.CompressFrom = l.compressFrom()
	l.api.Responses = l.gatewayResponses()
	l.validators = l.requestValidators()
	l.securitySchemes()
	for path, item := range l.doc.Paths {
		if item == nil {
			continue
		}
		for method, op := range item.operations() {
			l.api.Operations = append(l.api.Operations, l.operation(path, method, op))
		}
	}
	slices.SortFunc(l.api.Operations, func(a, b *Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	slices.SortStableFunc(l.errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
}

func (l *loader) operation(path, method string, doc *operation) *Operation {
	at := pointer("").child("paths", path, strings.ToLower(method))
	op := &Operation{Method: method, Path: path, ID: doc.OperationID}
	l.pathParameters(at.child("parameters"), path, doc.Parameters)
	l.security(at, op, doc.Security)
	l.validation(at, op, doc)
	op.Integration = l.integration(at, op.Method, doc)
	return op
}

// decode reads a value into a struct.
func (l *loader) decode(at pointer, value json.RawMessage, into any) bool {
	err := json.Unmarshal(l.expanded(value), into)
	if err != nil {
		l.refuse(at, "%v", err)
	}
	return err == nil
}

// variable begins the variables of AWS.
const variable = "${AWS::"

// expanded returns a value with the variables of AWS replaced. No value needs an escape
// in JSON.
func (l *loader) expanded(value json.RawMessage) json.RawMessage {
	if !bytes.Contains(value, []byte(variable)) {
		return value
	}
	return json.RawMessage(l.variables.Replace(string(value)))
}

// members returns the members of a value, if it is an object.
func members(value json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil {
		return nil
	}
	return object
}

// allow refuses the members of a value that are not listed.
func (l *loader) allow(at pointer, value json.RawMessage, allowed ...string) {
	for _, name := range slices.Sorted(maps.Keys(members(value))) {
		if !slices.Contains(allowed, name) {
			l.refuse(at.child(name), "%s is not supported", name)
		}
	}
}

// statusCode is a status that documents write as a number or as text; 0 is absent.
type statusCode int

// UnmarshalJSON accepts 404 and "404".
func (s *statusCode) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(bytes.Trim(data, `"`), &n); err != nil {
		return fmt.Errorf("status code %s is not a number", data)
	}
	code, err := n.Int64()
	if err != nil || code < http.StatusOK || code > 599 {
		return fmt.Errorf("status code %s is not from 200 to 599", data)
	}
	*s = statusCode(code)
	return nil
}
