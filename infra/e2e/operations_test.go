package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/local"
)

// TestEveryOperationIsServedByItsLambda calls every operation of the merged document
// through the edge, with a request from the document's examples. The function that the
// gateway chose must be the operation's: the function logs the operation's ID.
func TestEveryOperationIsServedByItsLambda(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan logEntry, 1000)
	cloud := startCloud(t, func(cfg *local.Config) {
		log := cfg.FunctionLog
		cfg.FunctionLog = func(region, function, instance, line string) {
			log(region, function, instance, line)
			var entry logEntry
			err := json.Unmarshal([]byte(line), &entry)
			if err == nil && entry.Message == "request" && entry.Environment == local.Environment {
				served <- entry
			}
		}
	})
	n := 0
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			n++
			t.Run(op.OperationID, func(t *testing.T) {
				a := call(t, cloud, exampleRequest(method, path, op))
				if a.region() == "" {
					t.Fatalf("got %s, want a response of a Lambda", a)
				}
				if got := operationOf(t, served, a.header.Get("X-Amzn-Requestid")); got != op.OperationID {
					t.Errorf("%s %s is served by %s, want %s", method, path, got, op.OperationID)
				}
			})
		}
	}
	if n == 0 {
		t.Error("the document has no operations")
	}
}

// logEntry is what a function logs for a request.
type logEntry struct{ Message, Environment, RequestID, Operation string }

// operationOf returns the operation that served a request. It skips the entries of
// other requests, such as health checks.
func operationOf(t *testing.T, served <-chan logEntry, requestID string) string {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case entry := <-served:
			if entry.RequestID == requestID {
				return entry.Operation
			}
		case <-timeout:
			t.Fatalf("no function logged the request %s", requestID)
		}
	}
}

// TestHeadIsGetWithoutBody compares the status and the headers of HEAD and GET for
// every path that has a GET.
func TestHeadIsGetWithoutBody(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	cloud := startCloud(t)
	for path, item := range merged.Doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		t.Run(path, func(t *testing.T) {
			r := exampleRequest(http.MethodGet, path, item.Get)
			get := call(t, cloud, r)
			r.method = http.MethodHead
			head := call(t, cloud, r)
			if head.status != get.status || head.body != "" || get.body == "" {
				t.Errorf("HEAD: %s, GET: %s", head, get)
			}
			for _, name := range []string{"Content-Type", "Etag", "Cache-Control", "X-Region", "Access-Control-Allow-Origin"} {
				if got, want := head.header.Get(name), get.header.Get(name); got != want {
					t.Errorf("%s of HEAD is %q, and of GET %q", name, got, want)
				}
			}
		})
	}
}

// exampleRequest returns a valid request of the administrator for an operation, from the
// examples of its parameters and its body.
func exampleRequest(method, path string, op *openapi3.Operation) request {
	r := request{method: method, path: path, user: "root", header: map[string]string{}}
	r.email = "ada@example.com" // the address in the specification's examples
	if op.Security != nil && len(*op.Security) == 0 {
		r.user = ""
	}
	for _, ref := range op.Parameters {
		p := ref.Value
		text, _ := p.Example.(string)
		if text == "" && p.Schema != nil && p.Schema.Value != nil {
			text, _ = p.Schema.Value.Example.(string)
		}
		switch {
		case p.In == openapi3.ParameterInPath:
			r.path = strings.ReplaceAll(r.path, "{"+p.Name+"}", text)
		case p.Name == "If-Match": // declared as optional, but required: without it the status is 428
			r.header[p.Name] = "*"
		case p.In == openapi3.ParameterInHeader && p.Required:
			r.header[p.Name] = text
		}
	}
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Value.Content {
			body, _ := json.Marshal(exampleOf(content.Schema.Value)) // values from JSON always marshal
			r.body, r.header["Content-Type"] = string(body), media
		}
	}
	if method == http.MethodPost && r.body == "" {
		r.body = "{}"
	}
	return r
}

// exampleOf returns a value of a schema: its example, or an object with the examples of
// its required properties.
func exampleOf(s *openapi3.Schema) any {
	switch {
	case s.Example != nil:
		return s.Example
	case len(s.AllOf) == 1:
		return exampleOf(s.AllOf[0].Value)
	case s.Type.Is("object"):
		object := map[string]any{}
		for _, name := range s.Required {
			object[name] = exampleOf(s.Properties[name].Value)
		}
		return object
	case s.Type.Is("array"):
		return []any{}
	case s.Type.Is("boolean"):
		return true
	case s.Type.Is("integer"), s.Type.Is("number"):
		return 1
	}
	return "x"
}
