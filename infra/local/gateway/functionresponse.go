package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// functionResponse is what a function returned, after the checks.
type functionResponse struct {
	status int
	header http.Header // with the function's spelling of the names
	body   string
	base64 bool
	// untyped is set if the function declines the default Content-Type.
	untyped bool
}

// functionMembers are the members that a function may return. With any other, the
// response is malformed.
var functionMembers = map[string]func(f *functionResponse, value any) error{
	"statusCode":        (*functionResponse).setStatus,
	"headers":           (*functionResponse).addHeaders,
	"multiValueHeaders": (*functionResponse).addMultiHeaders,
	"body":              (*functionResponse).setBody,
	"isBase64Encoded":   (*functionResponse).setBase64,
}

// parseFunctionResponse parses the output of a proxy integration. An error means
// that the response is malformed: 502 for the client. Source: "Output format of a
// Lambda function for proxy integration",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
// and the responses recorded in testdata/recorded/function.
func parseFunctionResponse(payload []byte) (*functionResponse, error) {
	var members map[string]any
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("the function returned null, not an object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("the function returned text after the object")
	}
	f := &functionResponse{status: http.StatusOK, header: make(http.Header)}
	// In reverse order, multiValueHeaders comes before headers. If both contain a
	// header, its values are then in the order that was captured on AWS.
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(members))) {
		set, ok := functionMembers[name]
		if !ok {
			return nil, fmt.Errorf("unknown member %q", name)
		}
		if members[name] == nil {
			continue
		}
		if err := set(f, members[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return f, nil
}

// setStatus accepts a number or a numeric string. Whether AWS accepts a status
// outside 200 to 599 is unverified.
func (f *functionResponse) setStatus(value any) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%T is not a number", value)
	}
	status, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("%q is not a number", text)
	}
	if status < http.StatusOK || status > 599 {
		return fmt.Errorf("%d is not the status of a final response", status)
	}
	f.status = status
	return nil
}

func (f *functionResponse) setBody(value any) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%T is not a string", value)
	}
	f.body = text
	return nil
}

func (f *functionResponse) setBase64(value any) error {
	b, ok := value.(bool)
	if !ok {
		return fmt.Errorf("%T is not a boolean", value)
	}
	f.base64 = b
	return nil
}

func (f *functionResponse) addHeaders(value any) error {
	headers, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%T is not a map", value)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if headers[name] == nil {
			// A null is no value; seen to be accepted. AWS's own host for .NET sends it so
			// that a response has no Content-Type.
			f.untyped = f.untyped || strings.EqualFold(name, "Content-Type")
			continue
		}
		if err := f.addHeader(name, headers[name], true); err != nil {
			return err
		}
	}
	return nil
}

func (f *functionResponse) addMultiHeaders(value any) error {
	headers, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%T is not a map", value)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		values, ok := headers[name].([]any)
		if !ok {
			return fmt.Errorf("%s: %T is not a list", name, headers[name])
		}
		for _, value := range values {
			if value == nil {
				f.untyped = f.untyped || strings.EqualFold(name, "Content-Type")
				continue
			}
			if err := f.addHeader(name, value, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// addHeader adds a value. With once, it does not add a value that is present: AWS's
// guide says that a pair in both maps appears once.
func (f *functionResponse) addHeader(name string, value any, once bool) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%s: a %T is not a header value", name, value)
	}
	if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(text) {
		return fmt.Errorf("%q: %q is not a valid header", name, text)
	}
	switch {
	case apigateway.DropsResponseHeader(name):
		return nil
	case apigateway.RemapsResponseHeader(name):
		name = apigateway.RemappedPrefix + name
	}
	if !once || !f.has(name, text) {
		f.header[name] = append(f.header[name], text)
	}
	return nil
}

// has reports whether the header has the value under any spelling of its name.
func (f *functionResponse) has(name, value string) bool {
	for key, values := range f.header {
		if strings.EqualFold(key, name) && slices.Contains(values, value) {
			return true
		}
	}
	return false
}

// scalar returns the text of a string, a number or a boolean, as the Java library
// Jackson converts them. It returns false for other values.
func scalar(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

// response converts the function's response to the client's.
func (f *functionResponse) response(x *exchange) (*response, *failure) {
	r := &response{status: f.status, header: f.header, body: []byte(f.body)}
	if f.base64 && acceptsBinary(x.g.binary, x.r.Header.Get("Accept")) {
		decoded, err := base64.StdEncoding.DecodeString(f.body)
		if err != nil {
			return nil, &failure{builtin: configurationError, cause: fmt.Errorf("the function's body: %w", err)}
		}
		r.body = decoded
	}
	if !f.untyped && findKey(r.header, "Content-Type") == "" {
		r.header["Content-Type"] = []string{document.JSONType}
	}
	set(r.header, traceHeader, x.trace.context)
	return r, nil
}

// acceptsBinary reports whether a function's base64 is decoded for the client. The
// first entry of Accept decides.
func acceptsBinary(types document.BinaryTypes, accept string) bool {
	if len(types) == 0 {
		return false
	}
	first, _, _ := strings.Cut(accept, ",")
	return types.Match(document.MediaType(first))
}
