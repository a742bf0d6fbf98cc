package lint

import (
	"net/http"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// mappings checks what an integration reads from the request and writes into the
// response. API Gateway maps only what the method declares. Otherwise it refuses
// the document.
func (l *linter) mappings(v *visit) {
	operation := v.within(operationShape)
	path, ok := operation.route()
	if !ok {
		return
	}
	var declared map[[2]string]bool
	read := func(at *visit) {
		in, name, ok := apigateway.RequestMapping(at.node.Str())
		if !ok {
			return
		}
		if declared == nil {
			declared = l.mappable(operation, path)
		}
		if !declared[parameterKey(in, name)] {
			l.report(at, mapping, "the operation declares no parameter %s in %s", name, in)
		}
	}
	if parameters := v.member("requestParameters"); parameters != nil {
		for i := range parameters.node.Members {
			m := parameters.of(&parameters.node.Members[i])
			if !apigateway.IsRequestMapping(m.node.Str()) {
				l.report(m, mapping, "%q is not a fixed value in single quotes, nor a value of the request", clip(m.node.Text))
			}
			read(m)
		}
	}
	if keys := v.member("cacheKeyParameters"); keys != nil {
		for i := range keys.node.Items {
			read(keys.item(i))
		}
	}
	if responses := v.member("responses"); responses != nil {
		for i := range responses.node.Members {
			l.responseMappings(responses.of(&responses.node.Members[i]), operation)
		}
	}
}

// mappable returns the parameters that an integration can read, by location and name.
func (l *linter) mappable(operation, path *visit) map[[2]string]bool {
	declared := map[[2]string]bool{}
	for _, p := range l.parameters(operation, path) {
		declared[parameterKey(p.node.Get("in").Str(), p.node.Get("name").Str())] = true
	}
	// An import itself declares the variables of a path, as recorded in
	// testdata/recorded/root-security.txtar. A greedy variable must be declared to be
	// mapped: "Set up a proxy integration with a proxy resource",
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
	for _, v := range apigateway.Variables(path.token) {
		if !v.Greedy {
			declared[parameterKey("path", v.Name)] = true
		}
	}
	return declared
}

func parameterKey(in, name string) [2]string {
	if in == "header" {
		name = http.CanonicalHeaderKey(name)
	}
	return [2]string{in, name}
}

// responseMappings checks the headers that an integration writes.
func (l *linter) responseMappings(v, operation *visit) {
	headers := v.member("responseParameters")
	if headers == nil || len(headers.node.Members) == 0 {
		return
	}
	status := v.at("statusCode")
	if status == v {
		return
	}
	response, _ := l.follow(operation.node.Get("responses").Get(status.node.Text))
	if response == nil {
		l.report(status, mapping, "the operation declares no response %s", clip(status.node.Text))
		return
	}
	for i := range headers.node.Members {
		m := headers.of(&headers.node.Members[i])
		if !apigateway.IsResponseMapping(m.node.Str()) {
			l.report(m, mapping, "%q is not a fixed value in single quotes, nor a value of the integration's response",
				clip(m.node.Text))
		}
		if name, ok := strings.CutPrefix(m.token, apigateway.ToResponseHeader); ok && !hasHeader(response.Get("headers"), name) {
			l.report(m, mapping, "the response %s declares no header %s", status.node.Text, name)
		}
	}
}

// hasHeader reports whether headers contain the name, as written, in canonical or
// in lower case.
func hasHeader(headers *tree.Node, name string) bool {
	for _, spelling := range []string{name, http.CanonicalHeaderKey(name), strings.ToLower(name)} {
		if headers.Get(spelling) != nil {
			return true
		}
	}
	return false
}
