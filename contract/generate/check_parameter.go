package generate

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/platform/rest"
)

// pathParameter matches what looks like a parameter in a path.
var pathParameter = regexp.MustCompile(`\{[^/}]*\}`)

// headerName is a token of RFC 9110, section 5.6.2.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]*$")

// Request headers that OpenAPI 3.0.3 does not allow as parameters: security schemes
// and media types describe them.
var reservedRequestHeaders = []string{"Accept", "Authorization", "Content-Type"}

// Response headers that the adapter sets itself.
var reservedResponseHeaders = []string{
	"Cache-Control", "Content-Type", rest.DeprecationHeader, rest.SunsetHeader, "X-Region",
}

// Response headers about bytes and connections, which the adapter and API Gateway manage.
var (
	contentHeaders    = []string{"Accept-Ranges", "Content-Encoding", "Content-Length", "Content-Range"}
	connectionHeaders = []string{"Alt-Svc", "Keep-Alive", "Proxy-Connection"}
)

// reservedResponseHeader returns the reason why an output cannot have the header, or "".
func reservedResponseHeader(name string) string {
	switch {
	case slices.Contains(reservedResponseHeaders, name), strings.HasPrefix(name, "Access-Control-"):
		return "the adapter sets the header " + name
	case apigateway.DropsResponseHeader(name), apigateway.RemapsResponseHeader(name):
		return "clients do not receive the header " + name + ", which API Gateway sets or drops"
	case strings.HasPrefix(name, "X-Amz-"), strings.HasPrefix(name, "X-Amzn-"):
		return "API Gateway sets headers such as " + name + ", which begin with X-Amz"
	case slices.Contains(contentHeaders, name):
		return "the header " + name + " describes the bytes of the content, which the handler does not write"
	case slices.Contains(connectionHeaders, name):
		return "the header " + name + " describes the connection, which belongs to API Gateway"
	case name == "Set-Cookie" || name == "Set-Cookie2":
		return "the API has no cookies: any origin may call it (rest.AllowOrigin), because tokens are in the header Authorization"
	}
	return ""
}

func (g *generation) checkPath(o *operation) {
	root := "/" + g.svc.Name
	if o.Path != root && !strings.HasPrefix(o.Path, root+"/") {
		g.refuse(o, "the path %s does not begin with %s", o.Path, root)
	}
	var inPath []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(o.Path, "/"), "/") {
		switch v, ok := apigateway.ParseVariable(segment); {
		case segment == "":
			g.refuse(o, "the path %s has an empty segment", o.Path)
		case ok && !v.Greedy:
			if slices.Contains(inPath, v.Name) {
				g.refuse(o, "the path %s has two parameters %s", o.Path, v.Name)
			}
			inPath = append(inPath, v.Name)
		case strings.ContainsAny(segment, "{}"):
			g.refuse(o, "the path %s: a parameter is a complete segment {name}, unlike %s", o.Path, segment)
		case !apigateway.IsLiteral(segment):
			g.refuse(o, "the path %s: a segment has %s only, unlike %s", o.Path, apigateway.SegmentCharacters, segment)
		}
	}
	for _, p := range o.params {
		if p.In == "path" && !slices.Contains(inPath, p.Name) {
			g.refuse(o, "the path %s has no parameter {%s} for %s",
				o.Path, p.Name, goField(owner(o.Input, p.Field.Index), p.Field.Name))
		}
	}
	for _, name := range inPath {
		if !slices.ContainsFunc(o.params, func(p rest.Parameter) bool { return p.In == "path" && p.Name == name }) {
			g.refuse(o, "%s has no field with the tag path:%q, which the path %s needs", o.Input, name, o.Path)
		}
	}
}

func (g *generation) checkInput(o *operation) {
	if o.Input.Kind() == reflect.Struct {
		if f, ok := o.Input.FieldByName("Caller"); ok && f.Tag == "" && f.Type != callerType {
			g.refuse(o, "%s has the type %s, not %s", goField(owner(o.Input, f.Index), f.Name), f.Type, callerType)
			return
		}
	}
	var err error
	if o.params, err = rest.Parameters(o.Input); err != nil {
		g.refuse(o, "%s", err)
		return
	}
	g.checkPath(o)
	for i, p := range o.params {
		g.checkParameter(o, o.Input, p)
		// API Gateway requires unique names in path, query and headers together.
		if slices.ContainsFunc(o.params[:i], func(other rest.Parameter) bool { return strings.EqualFold(other.Name, p.Name) }) {
			g.refuse(o, "two parameters have the name %s", p.Name)
		}
		if p.In == "header" && slices.Contains(reservedRequestHeaders, p.Name) {
			g.refuse(o, "the header %s cannot be a parameter", p.Name)
		}
		if p.In == "header" && apigateway.DropsRequestHeader(p.Name) {
			g.refuse(o, "API Gateway does not pass the header %s on to functions", p.Name)
		}
		if p.In == "path" && p.Field.Type.Kind() == reflect.Slice {
			g.refuse(o, "the path parameter %s cannot be a list", p.Name)
		}
	}
}

func (g *generation) checkOutput(o *operation) {
	var err error
	if o.headers, err = rest.Parameters(o.Output); err != nil {
		g.refuse(o, "%s", err)
		return
	}
	if _, ok := rest.CallerField(o.Output); ok {
		g.refuse(o, "%s has a field of type claims.Caller, which belongs into the input", o.Output)
	}
	for i, p := range o.headers {
		name := goField(owner(o.Output, p.Field.Index), p.Field.Name)
		g.checkParameter(o, o.Output, p)
		if p.In != "header" {
			g.refuse(o, "%s: an output has headers and a Body, but no %s parameters", name, p.In)
		}
		if slices.ContainsFunc(o.headers[:i], func(other rest.Parameter) bool { return other.Name == p.Name }) {
			g.refuse(o, "two headers have the name %s", p.Name)
		}
		if reason := reservedResponseHeader(p.Name); reason != "" {
			g.refuse(o, "%s: %s", name, reason)
		}
		if t := element(p.Field.Type); t == timeType || p.Field.Type.Kind() == reflect.Slice {
			g.refuse(o, "%s: the adapter cannot write a %s as header: use a string", name, p.Field.Type)
		}
	}
}

// checkParameter checks the field of a parameter or header.
func (g *generation) checkParameter(o *operation, t reflect.Type, p rest.Parameter) {
	declares := owner(t, p.Field.Index)
	f := g.field(declares, p.Field, o.source.At)
	if written(p) == "" {
		f.refuse("tag %s: the name is empty", p.In)
	}
	if p.In == "header" && !headerName.MatchString(p.Name) {
		f.refuse("tag header: %q is not the name of a header", p.Name)
	}
	locations := 0
	for _, in := range []string{"path", "query", "header"} {
		if _, ok := p.Field.Tag.Lookup(in); ok {
			locations++
		}
	}
	if locations > 1 {
		f.refuse("has several locations: keep one of the tags path, query and header")
	}
	if required, ok := p.Field.Tag.Lookup("required"); ok && required != "true" && required != "false" {
		f.refuse("tag required: %q is not true or false", required)
	}
	if element(p.Field.Type).Kind() == reflect.Uint8 && p.Field.Type.Kind() == reflect.Slice {
		f.refuse("bytes cannot be a parameter: use a string")
	}
	if marshals(element(p.Field.Type)) {
		f.refuse("%s marshals itself: the adapter does not call its methods", element(p.Field.Type))
	}
	f.check(parameterTags)
}
