package lint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// maxHops bounds a chain of references.
const maxHops = 64

// reference checks a Reference Object.
func (l *linter) reference(v *visit) {
	at := v.at("$ref")
	if at.node.Kind != tree.String {
		l.report(at, wrongType, "$ref is %s, not a text", article(at.node.Kind))
		return
	}
	for i := range v.node.Members {
		if m := &v.node.Members[i]; m.Name != "$ref" && !strings.HasPrefix(m.Name, "x-") {
			l.report(v.of(m), refSiblings, "%s beside $ref is ignored", m.Name)
		}
	}
	ref := at.node.Text
	prefix := "#/components/" + v.shape.section + "/"
	switch {
	case !strings.HasPrefix(ref, "#"):
		l.report(at, externalRef, "%s is outside this document", ref)
	case !strings.HasPrefix(ref, prefix) || strings.Contains(ref[len(prefix):], "/"):
		l.report(at, wrongRef, "%s is not under %s, where each %s is", ref, strings.TrimSuffix(prefix, "/"), v.shape.name)
	case l.resolve(ref) == nil:
		l.report(at, unresolvedRef, "there is no %s", ref)
	default:
		if _, ok := l.follow(v.node); !ok {
			l.report(at, refCycle, "%s leads back to itself", ref)
			return
		}
		l.used(v, at, ref[len(prefix):])
	}
}

// used applies the rules on what may be a reference, and where.
func (l *linter) used(v, at *visit, name string) {
	switch v.shape {
	case schemaShape:
		l.linkSchemas(v, at, unescape(name))
	case responseShape:
		if l.mode == Import && v.within(componentsShape) == nil {
			l.report(at, responseRef, "the response is shared by reference")
		}
	case parameterShape:
		if l.mode == Import {
			l.report(at, parameterInline, "the parameter is shared by reference")
		}
	}
}

// resolve finds what a reference within the document points at, or nil.
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

// follow goes from a reference to the value that it stands for in the end.
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

// schemaLink is a reference from one schema component to another.
type schemaLink struct {
	from, to string
	at       *visit
}

// linkSchemas notes which component refers to which.
func (l *linter) linkSchemas(v, at *visit, to string) {
	for ; v.up != nil; v = v.up {
		if v.up.up != nil && v.up.token == "schemas" && v.up.up.shape == componentsShape {
			l.links = append(l.links, schemaLink{from: v.token, to: to, at: at})
			return
		}
	}
}

// cycles finds the references that close a circle of models.
func (l *linter) cycles() {
	if l.mode != Import {
		return // package deployable opens them
	}
	outgoing := map[string][]schemaLink{}
	for _, link := range l.links {
		outgoing[link.from] = append(outgoing[link.from], link)
	}
	const (
		underWay = 1
		done     = 2
	)
	state := map[string]int{}
	var visit func(string)
	visit = func(name string) {
		state[name] = underWay
		for _, link := range outgoing[name] {
			switch state[link.to] {
			case 0:
				visit(link.to)
			case underWay:
				l.report(link.at, schemaCycle, "%s refers to %s, which leads back to it", link.from, link.to)
			}
		}
		state[name] = done
	}
	names := make([]string, 0, len(outgoing))
	for name := range outgoing {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range names {
		if state[name] == 0 {
			visit(name)
		}
	}
}
