package breach

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/schema"
)

// comparison collects the breaches of one response.
type comparison struct {
	response proxyResponse
	head     bool
	of       Breach // without pointer and message
	found    []Breach
}

func (c *comparison) add(pointer, message string) {
	b := c.of
	b.Pointer, b.Message = pointer, message
	c.found = append(c.found, b)
}

// gatewayHeaders are the declared headers that API Gateway adds.
var gatewayHeaders = []string{"x-amzn-requestid"}

// headers compares the values of the declared headers. A response may have others, as
// those for CORS and caching, which no operation declares. A required header may not be
// missing.
func (c *comparison) headers(declared openapi3.Headers) {
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		h := declared[name].Value
		text, sent := c.response.header(name)
		switch {
		case h == nil || slices.Contains(gatewayHeaders, strings.ToLower(name)):
		case !sent && h.Required:
			c.add(name, "the header is required")
		case sent && h.Schema != nil:
			c.value(name, headerValue(text, h.Schema.Value), h.Schema.Value)
		}
	}
}

// headerValue converts the text of a header to a JSON value of the schema's type. A text
// that is not of the type stays a text, which the schema refuses.
func headerValue(text string, s *openapi3.Schema) any {
	if s.Type.Is("string") {
		return text
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v
}

// content compares the body with the declared content.
func (c *comparison) content(declared openapi3.Content) {
	body := ""
	if c.response.Body != nil {
		body = *c.response.Body
	}
	if c.response.IsBase64Encoded {
		plain, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			c.add("", "the body is not valid base64")
			return
		}
		body = string(plain)
	}
	contentType, _ := c.response.header("Content-Type")
	switch {
	case body == "" && (c.head || len(declared) == 0):
		return
	case len(declared) == 0:
		c.add("", "the response has a body, and the operation declares none for the status")
		return
	case body == "":
		c.add("", "the response has no body")
		return
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	media := declared[mediaType]
	if err != nil || media == nil {
		c.add("Content-Type", strconv.Quote(contentType)+" is not one of "+strings.Join(slices.Sorted(maps.Keys(declared)), ", "))
		return
	}
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		c.add("", "the body is not JSON: "+err.Error())
		return
	}
	if media.Schema != nil {
		c.value("", v, media.Schema.Value)
	}
}

// formats checks the formats of package schema, as the functions do for requests.
var formats = func() map[string]openapi3.StringFormatValidator {
	checks := map[string]openapi3.StringFormatValidator{}
	for _, name := range schema.Formats() {
		checks[name] = openapi3.NewCallbackValidator(func(s string) error {
			if !schema.CheckFormat(name, s) {
				return errors.New("is not a valid " + name)
			}
			return nil
		})
	}
	return checks
}()

// value compares a value with its schema. For a header, pointer is its name.
func (c *comparison) value(pointer string, v any, s *openapi3.Schema) {
	err := s.VisitJSON(v, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats))
	before := len(c.found)
	c.errors(pointer, err)
	slices.SortStableFunc(c.found[before:], func(a, b Breach) int { return strings.Compare(a.Pointer, b.Pointer) })
}

// errors adds a breach for each error at the bottom of an error of kin-openapi.
func (c *comparison) errors(pointer string, err error) {
	var list openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
	case errors.As(err, &one) && one == err:
		for _, token := range one.JSONPointer() {
			pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
		}
		if one.Origin != nil {
			c.errors(pointer, one.Origin)
			return
		}
		c.add(pointer, one.Reason)
	case errors.As(err, &list):
		for _, e := range list {
			c.errors(pointer, e)
		}
	default:
		c.add(pointer, err.Error())
	}
}
