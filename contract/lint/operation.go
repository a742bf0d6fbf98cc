package lint

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// operation checks an operation of the API.
func (l *linter) operation(v *visit) {
	path, ok := v.route()
	if !ok {
		return
	}
	l.operationID(v)
	l.pathParameters(v, path)
	l.security(v)
	switch l.mode {
	case Contract:
		l.scopes(v)
	case Import:
		l.dropped(v, "callbacks", "servers", "externalDocs", "deprecated")
		if v.node.Get(apigateway.IntegrationExtension) == nil {
			r := noIntegration
			if l.rendered {
				r = r.andImported() // SAM adds the one of the function whose event names the operation
			}
			l.report(v, r, "the operation has no integration")
		}
		if r := v.member(apigateway.RequestValidatorExtension); r != nil {
			l.validator(r)
		} else if l.doc.root.Get(apigateway.RequestValidatorExtension) == nil {
			l.unchecked(v, path)
		}
	}
}

// unchecked reports an operation that has a body or required parameters but no
// validator. API Gateway then passes on every request.
func (l *linter) unchecked(v, path *visit) {
	if body := v.member("requestBody"); body != nil && !l.swagger {
		l.report(body, requestUnchecked, "no validator checks the body")
		return
	}
	for _, p := range l.parameters(v, path) {
		if l.isBody(p) {
			l.report(p, requestUnchecked, "no validator checks the body")
			return
		}
		// A request without a path parameter has another path.
		if p.node.Get("required").True() && p.node.Get("in").Str() != "path" {
			l.report(p, requestUnchecked, "no validator checks the presence of %s", p.node.Get("name").Str())
			return
		}
	}
}

func (l *linter) operationID(v *visit) {
	id := v.member("operationId")
	if id == nil || id.node.Str() == "" {
		if l.mode == Contract {
			l.report(v, operationNameless, "the operation has no operationId")
		}
		return
	}
	if other := l.ids[id.node.Text]; other != nil {
		l.report(id, operationTwice, "the operation in line %[2]d has the operationId %[1]s, too", id.node.Text, other.line)
		return
	}
	l.ids[id.node.Text] = id
}

// parameters returns an operation's own parameters and the parameters of its path
// that it does not replace. References are followed.
func (l *linter) parameters(v, path *visit) []*visit {
	var list []*visit
	replaced := map[[2]string]bool{} // by name and location
	for _, of := range []*visit{v, path} {
		all := of.member("parameters")
		if all == nil || all.node.Kind != tree.Array {
			continue
		}
		own := len(list)
		for i := range all.node.Items {
			p := *all.item(i)
			node, ok := l.follow(p.node)
			if !ok || !node.Is(tree.Object) {
				continue
			}
			p.node = node
			if key := [2]string{node.Get("name").Str(), node.Get("in").Str()}; of == v || !replaced[key] {
				list = append(list, &p)
			}
		}
		for _, p := range list[own:] {
			replaced[[2]string{p.node.Get("name").Str(), p.node.Get("in").Str()}] = true
		}
	}
	return list
}

func (l *linter) pathParameters(v, path *visit) {
	declared := map[string]bool{} // the variables of the path, false until declared
	for _, variable := range apigateway.Variables(path.token) {
		declared[variable.Name] = false
	}
	seen := map[string]string{} // the location, by name
	for _, p := range l.parameters(v, path) {
		name, in := p.node.Get("name").Str(), p.node.Get("in").Str()
		if name == "" {
			continue
		}
		keys := []string{name}
		if in == "header" { // headers are equal in any case
			keys = append(keys, in+":"+http.CanonicalHeaderKey(name))
		}
		for _, key := range keys {
			if other, twice := seen[key]; twice {
				l.report(p, parameterTwice, "the operation already has a parameter %s in %s", name, other)
				break
			}
		}
		for _, key := range keys {
			seen[key] = in
		}
		if in != "path" {
			continue
		}
		if _, ok := declared[name]; !ok {
			l.report(p, pathUnknown, "the path %s has no variable {%s}", path.token, name)
		}
		declared[name] = true
		if !p.node.Get("required").True() {
			l.report(p, pathOptional, "the path parameter %s is not required", name)
		}
	}
	if l.mode == Import {
		// An import itself declares the variables of a path: recorded in
		// testdata/recorded/root-security.txtar.
		return
	}
	for _, variable := range apigateway.Variables(path.token) {
		if !declared[variable.Name] {
			l.report(v, pathUndeclared, "the path parameter %s is not declared", variable.Name)
		}
	}
}

// rangeOfStatus matches the keys with which OpenAPI names several statuses.
var rangeOfStatus = regexp.MustCompile(`^([1-5]XX|default)$`)

func (l *linter) responses(v *visit) {
	if v.within(callbackShape) != nil {
		return
	}
	found := false
	for i := range v.node.Members {
		m := &v.node.Members[i]
		switch {
		case apigateway.IsStatusCode(m.Name):
			found = true
		case m.Name == "" || m.Name[0] == 'x':
		case l.mode == Import || !rangeOfStatus.MatchString(m.Name):
			l.report(v.of(m), statusKey, "%q is not a status of three digits", m.Name)
		}
	}
	// An import accepts an operation without responses, as recorded in
	// testdata/recorded/no-responses.txtar: proxy integrations do not use them.
	if !found && l.mode == Contract {
		l.report(v, noResponse, "the operation has no response with a status of three digits")
	}
}

// isSentByGateway reports whether API Gateway itself sends a header of this name,
// whatever the function sends.
func isSentByGateway(header, status string) bool {
	switch http.CanonicalHeaderKey(header) {
	case "Content-Length", "X-Amzn-Requestid":
		return true
	case "Www-Authenticate":
		return status == "401"
	}
	return false
}

func (l *linter) response(v *visit) {
	if v.within(callbackShape) != nil {
		return
	}
	if l.mode == Import {
		l.dropped(v, "links")
	}
	headers := v.member("headers")
	if headers == nil {
		return
	}
	for i := range headers.node.Members {
		m := &headers.node.Members[i]
		lost := apigateway.RemapsResponseHeader(m.Name) || apigateway.DropsResponseHeader(m.Name)
		if lost && !isSentByGateway(m.Name, v.token) {
			l.report(headers.of(m), responseHeader, "API Gateway does not return the header %s of the integration under this name", m.Name)
		}
	}
}

// mediaType checks the schema of a body.
func (l *linter) mediaType(v *visit) {
	if l.mode != Import || v.within(callbackShape) != nil {
		return
	}
	if strings.Contains(v.token, "*") {
		l.report(v, mediaRange, "%s is a range of media types", v.token)
	}
	l.dropped(v, "example", "examples", "encoding")
	s := v.member("schema")
	if s == nil && v.within(requestBodyShape) != nil {
		l.report(v, requestUnchecked, "a body of type %s is not checked, because it has no schema", v.token)
	}
	if s == nil || s.node.Get("$ref") != nil {
		return
	}
	if v.within(responseShape) != nil {
		l.responseSchema(s)
	}
}

// responseSchema checks the schema of a response's body, if it has one. Recorded in
// testdata/recorded/response-text.txtar.
func (l *linter) responseSchema(s *visit) {
	if s != nil && s.node.Get("$ref") == nil && s.node.Get("type").Str() != "object" {
		l.report(s, responseSchema, "API Gateway ignores the response's schema, which is not an object, nor a reference")
	}
}
