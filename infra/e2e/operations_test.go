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

// TestEveryOperationIsServedByItsLambda calls every operation of the merged
// document through the edge, with a request made of the document's examples. The
// function that the gateway chose must be the operation's: it says so in the
// line that it logs for the request.
func TestEveryOperationIsServedByItsLambda(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan [2]string, 1000) // request id and operation
	cloud := start(t, func(cfg *local.Config) {
		log := cfg.FunctionLog
		cfg.FunctionLog = func(region, function, instance, line string) {
			log(region, function, instance, line)
			var entry struct {
				Message, Environment, RequestID, Operation string
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Message == "request" && entry.Environment == local.Environment {
				served <- [2]string{entry.RequestID, entry.Operation}
			}
		}
	})
	n := 0
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			n++
			a := call(t, cloud, exampleRequest(method, path, op))
			if a.header.Get("X-Region") == "" {
				t.Errorf("%s: not answered by a Lambda: %s", op.OperationID, a)
				continue
			}
			if got := servedBy(t, served, a.header.Get("X-Amzn-Requestid")); got != op.OperationID {
				t.Errorf("%s %s is served by %s, want %s", method, path, got, op.OperationID)
			}
		}
	}
	if n == 0 {
		t.Error("the document has no operations")
	}
}

// TestEveryGetIsAHead holds a HEAD to the same status and headers, without content.
func TestEveryGetIsAHead(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	cloud := start(t)
	for path, item := range merged.Doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		r := exampleRequest(http.MethodGet, path, item.Get)
		get := call(t, cloud, r)
		r.method = http.MethodHead
		head := call(t, cloud, r)
		if head.status != get.status || head.body != "" || get.body == "" {
			t.Errorf("HEAD of %s: got %s, and of GET %s", path, head, get)
		}
		for _, name := range []string{"Content-Type", "Etag", "Cache-Control", "X-Region", "Access-Control-Allow-Origin"} {
			if got, want := head.header.Get(name), get.header.Get(name); got != want {
				t.Errorf("HEAD of %s: %s is %q, and of GET %q", path, name, got, want)
			}
		}
	}
}

// servedBy waits for the line of the request; health checks log theirs between.
func servedBy(t *testing.T, served <-chan [2]string, requestID string) string {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case s := <-served:
			if s[0] == requestID {
				return s[1]
			}
		case <-timeout:
			t.Fatalf("no function logged the request %s", requestID)
		}
	}
}

// exampleRequest makes the operation's request from its examples, as the
// administrator.
func exampleRequest(method, path string, op *openapi3.Operation) request {
	r := request{method: method, path: path, user: "root", header: map[string]string{}}
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
		case p.Name == "If-Match": // optional, so that its absence is a 428
			r.header[p.Name] = "*"
		case p.In == openapi3.ParameterInHeader && p.Required:
			r.header[p.Name] = text
		}
	}
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Value.Content {
			body, _ := json.Marshal(exampleOf(content.Schema.Value)) // of what JSON gave
			r.body, r.header["Content-Type"] = string(body), media
		}
	}
	if method == http.MethodPost && r.body == "" {
		r.body = "{}"
	}
	return r
}

// exampleOf makes a value of a schema: its example, or its required properties'.
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
