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

// answer is what a function returned, checked.
type answer struct {
	status int
	header http.Header
	body   string
	base64 bool
}

// answerFields are the only fields a function may return: any other is a
// malformed answer.
var answerFields = map[string]func(a *answer, value any) error{
	"statusCode":        (*answer).setStatus,
	"headers":           (*answer).addHeaders,
	"multiValueHeaders": (*answer).addMultiHeaders,
	"body":              (*answer).setBody,
	"isBase64Encoded":   (*answer).setBase64,
}

// parseAnswer reads the output of a proxy integration. An error is a malformed
// answer: 502 for the client. Source: "Output format of a Lambda function for
// proxy integration",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
// and the responses recorded in testdata/recorded/function.
func parseAnswer(payload []byte) (*answer, error) {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	if fields == nil {
		return nil, errors.New("the answer is null")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("there is text after the answer")
	}
	a := &answer{status: http.StatusOK, header: make(http.Header)}
	// In reverse, so that of a header in both maps the values of multiValueHeaders
	// come first, as captured on AWS.
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(fields))) {
		set, ok := answerFields[name]
		if !ok {
			return nil, fmt.Errorf("unknown field %q", name)
		}
		if fields[name] == nil {
			continue
		}
		if err := set(a, fields[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return a, nil
}

// setStatus takes a number or a numeric string. That a status outside 200 to 599
// is malformed is unverified.
func (a *answer) setStatus(value any) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%T is not a number", value)
	}
	status, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("%q is not a number", text)
	}
	if status < http.StatusOK || status > 599 {
		return fmt.Errorf("%d is no status of a final response", status)
	}
	a.status = status
	return nil
}

func (a *answer) setBody(value any) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%T is not a string", value)
	}
	a.body = text
	return nil
}

func (a *answer) setBase64(value any) error {
	b, ok := value.(bool)
	if !ok {
		return fmt.Errorf("%T is not a boolean", value)
	}
	a.base64 = b
	return nil
}

func (a *answer) addHeaders(value any) error {
	headers, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%T is not a map", value)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if headers[name] == nil {
			continue
		}
		if err := a.addHeader(name, headers[name], true); err != nil {
			return err
		}
	}
	return nil
}

func (a *answer) addMultiHeaders(value any) error {
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
			if err := a.addHeader(name, value, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// addHeader adds a value; once leaves out one that is there already: AWS's guide
// says that a pair in both maps appears once.
func (a *answer) addHeader(name string, value any, once bool) error {
	text, ok := scalar(value)
	if !ok {
		return fmt.Errorf("%s: %T is no header value", name, value)
	}
	if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(text) {
		return fmt.Errorf("%q: %q is no header", name, text)
	}
	key := http.CanonicalHeaderKey(name)
	switch {
	case apigateway.DropsResponseHeader(key):
		return nil
	case apigateway.RemapsResponseHeader(key):
		key = apigateway.RemappedPrefix + key
	}
	if !once || !slices.Contains(a.header[key], text) {
		a.header[key] = append(a.header[key], text)
	}
	return nil
}

// scalar is the text of a string, a number or a boolean, as Jackson coerces them.
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

// reply turns the answer into the client's response.
func (a *answer) reply(x *exchange) (*reply, *failure) {
	r := &reply{status: a.status, header: a.header, body: []byte(a.body)}
	if a.base64 && acceptsBinary(x.g.binary, x.r.Header.Get("Accept")) {
		decoded, err := base64.StdEncoding.DecodeString(a.body)
		if err != nil {
			return nil, &failure{builtin: configurationError, cause: fmt.Errorf("the function's body: %w", err)}
		}
		r.body = decoded
	}
	for key, values := range r.header {
		if len(values) > 1 && key != "Set-Cookie" { // RFC 9110, section 5.3: cookies cannot be joined
			r.header[key] = []string{strings.Join(values, ", ")}
		}
	}
	if r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", document.JSONType)
	}
	r.header.Set("X-Amzn-Trace-Id", x.trace.context)
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
