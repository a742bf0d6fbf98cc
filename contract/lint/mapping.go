package lint

import (
	"net/http"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// mappings checks what an integration reads from the request and writes into the
// response. API Gateway maps only what the method declares. Otherwise it refuses
// the document.
func (l *linter) mappings(v *visit, kind string) {
	operation := v.within(operationShape)
	path, ok := operation.route()
	if !ok {
		return
	}
	declared := sync.OnceValue(func() map[[2]string]bool { return l.mappable(operation, path) })
	parameters := v.member("requestParameters")
	if parameters != nil {
		for i := range parameters.node.Members {
			l.requestMapping(parameters.of(&parameters.node.Members[i]), declared)
		}
	}
	if keys := v.member("cacheKeyParameters"); keys != nil {
		for i := range keys.node.Items {
			l.cacheKey(keys.item(i), parameters, declared)
		}
	}
	if responses := v.member("responses"); responses != nil {
		for i := range responses.node.Members {
			l.integrationResponse(responses.of(&responses.node.Members[i]), operation, kind)
		}
	}
}

// requestMapping checks one parameter of the request to the integration.
func (l *linter) requestMapping(m *visit, declared func() map[[2]string]bool) {
	if _, _, ok := apigateway.IntegrationMapping(m.token); !ok {
		l.report(m, mapping, "%q is not %s", clip(m.token), apigateway.RequestDestinations)
	}
	if !apigateway.IsRequestMapping(m.node.Str()) {
		l.report(m, mapping, "%q is not a fixed value in single quotes, nor a value of the request", clip(m.node.Text))
	}
	l.readsDeclared(m, declared)
}

// readsDeclared checks that the operation declares the parameter that a value reads. It
// reports whether the value is a parameter of the request.
func (l *linter) readsDeclared(at *visit, declared func() map[[2]string]bool) bool {
	in, name, ok := apigateway.RequestMapping(at.node.Str())
	if ok && !declared()[parameterKey(in, name)] {
		l.report(at, mapping, "the operation declares no parameter %s in %s", name, in)
	}
	return ok
}

// cacheKey checks one parameter by which responses are cached: one of the method, or
// one that the integration maps.
func (l *linter) cacheKey(at, parameters *visit, declared func() map[[2]string]bool) {
	key := at.node.Str()
	if l.readsDeclared(at, declared) || parameters != nil && parameters.node.Get(key) != nil {
		return
	}
	l.report(at, mapping, "%q is not a parameter such as %spath.id", clip(key), apigateway.FromRequest)
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

// integrationResponse checks a response of an integration: its status and the headers
// that it writes.
func (l *linter) integrationResponse(v, operation *visit, kind string) {
	l.contentHandling(v)
	headers, status := v.member("responseParameters"), v.at("statusCode")
	mapped := headers != nil && len(headers.node.Members) > 0
	if status == v {
		return
	}
	response, _ := l.follow(operation.node.Get("responses").Get(status.node.Text))
	switch {
	case response == nil && !mapped && strings.HasSuffix(kind, "_proxy"):
		return // a proxy does not use its responses, which exports of AWS contain
	case response == nil:
		l.report(status, mapping, "the operation declares no response %s", clip(status.node.Text))
		return
	case !mapped:
		return
	}
	for i := range headers.node.Members {
		m := headers.of(&headers.node.Members[i])
		if !apigateway.IsResponseMapping(m.node.Str()) {
			l.report(m, mapping, "%q is not a fixed value in single quotes, nor a value of the integration's response",
				clip(m.node.Text))
		}
		name, ok := strings.CutPrefix(m.token, apigateway.ToResponseHeader)
		switch {
		case !ok || name == "":
			l.report(m, mapping, "%q is not %s with a name", clip(m.token), apigateway.ToResponseHeader)
		case !hasHeader(response.Get("headers"), name):
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
