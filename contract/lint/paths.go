package lint

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// paths checks that the paths fit into one tree of resources.
func (l *linter) paths(v *visit) {
	var all apigateway.Tree
	for i := range v.node.Members {
		m := &v.node.Members[i]
		if strings.HasPrefix(m.Name, "x-") {
			continue
		}
		at := v.of(m)
		if !l.path(at, m.Name) {
			continue
		}
		clash, found := all.Add(m.Name, m.Name)
		switch {
		case found && clash.BelowGreedy:
			l.report(at, pathGreedy, "the path is below %s, which matches all segments that follow", clash.Other)
		case found:
			l.report(at, pathSiblings, "%s; the other is in %s", clash.Reason, clash.OtherOwner)
		}
	}
	if n := all.Len(); n > apigateway.MaxResources {
		l.report(v, tooManyResources, "the paths need %d resources, more than the %d of an API", n, apigateway.MaxResources)
	}
}

// path checks one path, and reports whether it can be compared with others.
func (l *linter) path(at *visit, path string) bool {
	if !strings.HasPrefix(path, "/") {
		l.report(at, pathStart, "%q does not begin with /", path)
		return false
	}
	if path == "/" {
		return true
	}
	if strings.HasSuffix(path, "/") {
		l.report(at, pathSlash, "%q ends with a slash", path)
		return false
	}
	if apigateway.IsReserved(path) {
		l.report(at, pathReserved, "%s is reserved for API Gateway", path)
	}
	segments := strings.Split(path[1:], "/")
	seen := map[string]bool{}
	for i, s := range segments {
		switch v, ok := apigateway.ParseVariable(s); {
		case ok:
			if seen[v.Name] {
				l.report(at, pathVariableTwice, "the path has two parameters %s", s)
				return false
			}
			seen[v.Name] = true
			if v.Greedy && i < len(segments)-1 {
				l.report(at, pathGreedy, "%s matches all segments that are left, but %s follows", s, segments[i+1])
				return false
			}
		case !apigateway.IsLiteral(s):
			l.report(at, pathSegment, "the segment %q contains characters that API Gateway refuses", s)
			return false
		}
	}
	return true
}

// pathItem checks a path's members other than its operations.
func (l *linter) pathItem(v *visit) {
	if v.within(callbackShape) != nil {
		return
	}
	if ref := v.member("$ref"); ref != nil {
		l.report(ref, pathItemRef, "the path is a reference")
	}
	if trace := v.member("trace"); trace != nil {
		l.report(trace, methodUnknown, "API Gateway does not support TRACE")
	}
	if l.mode == Import {
		if shared := v.member("parameters"); shared != nil && len(shared.node.Items) > 0 {
			l.report(shared, parameterInline, "the parameters are declared for all operations of the path")
		}
		l.dropped(v, "servers")
	}
}

// dropped reports members that an import drops.
func (l *linter) dropped(v *visit, names ...string) {
	for _, name := range names {
		if m := v.member(name); m != nil {
			l.report(m, keywordDropped, "API Gateway drops %s", name)
		}
	}
}

// route returns the path of an operation. It returns false in a callback, whose
// operations are not the API's own.
func (v *visit) route() (path *visit, ok bool) {
	item := v.within(pathItemShape)
	if item == nil || item.within(callbackShape) != nil || item.node.Kind != tree.Object {
		return nil, false
	}
	return item, true
}
