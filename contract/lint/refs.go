package lint

import (
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// maxHops bounds a chain of references.
const maxHops = 64

// reference checks a Reference Object.
func (l *linter) reference(v *visit) {
	at := v.at("$ref")
	if at.node.Kind != tree.String {
		l.report(at, wrongType, "$ref is %s, not a string", article(at.node.Kind))
		return
	}
	for i := range v.node.Members {
		if m := &v.node.Members[i]; m.Name != "$ref" && !strings.HasPrefix(m.Name, "x-") {
			l.report(v.of(m), refSiblings, "%s beside $ref is ignored", m.Name)
		}
	}
	ref := at.node.Text
	prefix := "#/components/" + v.shape.section + "/"
	if l.swagger {
		prefix = "#/" + v.shape.section + "/"
	}
	switch {
	case v.shape.kinship() == schemaShape && apigateway.IsOwnModel(ref):
		if l.subset != nil {
			l.report(at, unsupported, "the model %s is in another API", ref)
		}
	case !strings.HasPrefix(ref, "#"):
		l.report(at, externalRef, "%s is in another document", ref)
	case !strings.HasPrefix(ref, prefix) || strings.Contains(ref[len(prefix):], "/"):
		l.report(at, wrongRef, "%s does not refer to a %s under %s", ref, v.shape.name, strings.TrimSuffix(prefix, "/"))
	case l.resolve(ref) == nil:
		r := unresolvedRef
		if v.isBody() {
			r = r.andImported() // recorded in testdata/recorded/model-missing.txtar
		}
		l.report(at, r, "the document has no %s", ref)
	default:
		if _, ok := l.follow(v.node); !ok {
			l.report(at, refCycle, "%s refers to itself", ref)
			return
		}
		l.used(v, at)
	}
}

// isBody reports whether v is the schema of a request or response of an operation, not
// a part of it and not a component.
func (v *visit) isBody() bool {
	switch v.up.shape.kinship() {
	case mediaTypeShape, responseShape, parameterShape:
		return v.shape.kinship() == schemaShape
	}
	return false
}

// used checks whether a reference may be used here.
func (l *linter) used(v, at *visit) {
	switch v.shape.kinship() {
	case responseShape:
		if l.mode == Import && v.within(operationShape) != nil {
			l.report(at, responseRef, "the response is a reference, which API Gateway does not support")
		}
	case parameterShape:
		if l.mode == Import {
			l.report(at, parameterInline, "the parameter is a reference")
		}
	}
}

// resolve returns the target of a reference within the document, or nil.
func (l *linter) resolve(ref string) *tree.Node {
	if n, known := l.resolved[ref]; known {
		return n
	}
	n := l.doc.root
	for token := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(ref, "#"), "/"), "/") {
		if token = unescape(token); n.Is(tree.Array) {
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.Items) {
				n = nil
				break
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(token)
	}
	l.resolved[ref] = n
	return n
}

// follow returns n or, if it is a reference, the value at the end of the chain of
// references. It returns false if the chain is a circle.
func (l *linter) follow(n *tree.Node) (*tree.Node, bool) {
	for range maxHops {
		ref := n.Get("$ref")
		if !ref.Is(tree.String) {
			return n, true
		}
		if n = l.resolve(ref.Text); n == nil {
			return nil, true
		}
	}
	return nil, false
}

func unescape(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
