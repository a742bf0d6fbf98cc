package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// linter is one run.
type linter struct {
	doc      *Document
	mode     Mode
	subset   *Subset
	findings []Finding

	resolved map[string]*tree.Node // by reference; nil if the target does not exist
	ids      map[string]*visit     // operations by operationId
	guarded  bool                  // the root has an authorizer
	swagger  bool                  // the document is in OpenAPI 2.0
	rendered bool                  // by a deployment: placeholders are allowed
}

// visit is a value that the walk has reached, with the way to it from the root.
type visit struct {
	up    *visit
	token string // the member's name or the item's index
	node  *tree.Node
	shape *shape
	// line and column are the position of the member's name or of the item.
	line, column int
}

// member returns the member of v, or nil.
func (v *visit) member(name string) *visit {
	for i := range v.node.Members {
		if m := &v.node.Members[i]; m.Name == name {
			return v.of(m)
		}
	}
	return nil
}

// at returns the member of v if there is one, else v itself, for a finding to
// point at.
func (v *visit) at(name string) *visit {
	if m := v.member(name); m != nil {
		return m
	}
	return v
}

func (v *visit) of(m *tree.Member) *visit {
	return &visit{up: v, token: m.Name, node: m.Value, line: m.Line, column: m.Column}
}

func (v *visit) item(i int) *visit {
	n := v.node.Items[i]
	return &visit{up: v, token: strconv.Itoa(i), node: n, line: n.Line, column: n.Column}
}

// pointer returns v's JSON Pointer.
func (v *visit) pointer() string {
	var tokens []string
	for ; v.up != nil; v = v.up {
		tokens = append(tokens, pointerEscapes.Replace(clip(v.token)))
	}
	var b strings.Builder
	for i := len(tokens) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(tokens[i])
	}
	return b.String()
}

// maxText is how many bytes of the document's own text a finding repeats. Names
// may be megabytes long, and a thousand findings may be below one of them.
const maxText = 500

func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// within returns the nearest value of shape s at v or above it, or nil.
func (v *visit) within(s *shape) *visit {
	for ; v != nil; v = v.up {
		if v.shape != nil && v.shape.kinship() == s {
			return v
		}
	}
	return nil
}

// report adds a finding.
func (l *linter) report(v *visit, r rule, format string, args ...any) {
	if len(l.findings) >= maxFindings {
		return
	}
	if l.open(v) {
		return
	}
	severity, ok := l.severity(r)
	if !ok {
		return
	}
	f := Finding{
		Rule: r.id, Severity: severity, Fix: r.fix, File: l.doc.Name,
		Line: v.line, Column: v.column, Pointer: v.pointer(), Message: clip(fmt.Sprintf(format, args...)),
	}
	for at := v; at != nil; at = at.up {
		if f.GoField == "" {
			f.GoField = at.node.Get("x-source-field").Str()
		}
		if f.GoType == "" {
			f.GoType = at.node.Get("x-source-type").Str()
		}
	}
	l.findings = append(l.findings, f)
}

// severity returns the severity of a rule's findings, and false if they are left out.
//
// What an import takes in spite of OpenAPI is a warning only in a document for AWS. In
// a contract it is an error, because other readers are stricter, and for a subset,
// because programs of this repository decode documents as OpenAPI defines them.
func (l *linter) severity(r rule) (Severity, bool) {
	switch {
	case r.severity == Error && r.imported && l.mode == Import && l.subset == nil:
		return Warning, true
	case r.severity == Warning && l.subset != nil:
		return Error, slices.Contains(l.subset.Rules, r.id)
	}
	return r.severity, true
}

// walk checks v, which should have shape s, and everything in it.
func (l *linter) walk(v *visit, s *shape) {
	if s.boolOr != nil {
		if v.node.Kind == tree.Bool {
			return
		}
		s = s.boolOr
	}
	v.shape = s
	if len(l.findings) >= maxFindings {
		return
	}
	if s.ref && v.node.Get("$ref") != nil {
		l.reference(v)
		return
	}
	if s.anything {
		return
	}
	if s.number && l.mode == Import && v.node.Kind == tree.Number || v.node.Open {
		return
	}
	if v.node.Kind != s.kind {
		r := wrongType
		if s == typeValue && v.node.Kind == tree.Array || s == textValue && isPlain(v.node.Kind) && v.token != "$ref" {
			r = r.andImported() // AWS reads every plain value as its text
		}
		l.report(v, r, "%s is %s, not %s", v.label(), article(v.node.Kind), article(s.kind))
		return
	}
	switch v.node.Kind {
	case tree.Object:
		l.members(v, s)
	case tree.Array:
		for i := range v.node.Items {
			l.walk(v.item(i), s.items)
		}
	}
	if s.check != nil {
		s.check(l, v)
	}
}

// isPlain reports whether values of a kind have a text.
func isPlain(k tree.Kind) bool { return k == tree.Bool || k == tree.Number || k == tree.String }

// label names v in a message.
func (v *visit) label() string {
	switch {
	case v.up == nil:
		return "the document"
	case v.up.node.Kind == tree.Array:
		return "item " + v.token + " of " + clip(v.up.token)
	}
	return clip(v.token)
}

func (l *linter) members(v *visit, s *shape) {
	duplicates := duplicateMembers(v.node)
	for i := range v.node.Members {
		m := &v.node.Members[i]
		child := v.of(m)
		if l.rendered && strings.HasPrefix(m.Name, functionPrefix) {
			continue // such as Fn::Transform, which includes a file
		}
		if duplicates[i] {
			l.report(child, duplicateKey, "the object has two members %q", m.Name)
		}
		known := s.members[m.Name]
		switch {
		case known != nil:
			l.supports(child, s)
			l.walk(child, known)
		case s.extensible && strings.HasPrefix(m.Name, "x-"):
			l.extension(child, s)
		case s.each != nil:
			l.walk(child, s.each)
		default:
			l.unknown(child, s)
		}
	}
	for _, name := range s.required {
		if v.node.Get(name) == nil {
			r := missingMember
			if !isEssential(s, name) {
				r = r.andImported()
			}
			l.report(v, r, "the %s has no member %s", s.name, name)
		}
	}
}

// isEssential reports whether an import needs the member of an object: without it, AWS
// cannot know what the object is. Documentation and responses may be missing.
func isEssential(s *shape, member string) bool {
	switch s.kinship() {
	case documentShape:
		return member == "paths"
	case parameterShape, securitySchemeShape:
		return true
	}
	return false
}

// unknown reports a member that objects of shape s do not have. An import ignores it,
// unless the object becomes a part of a model.
func (l *linter) unknown(v *visit, s *shape) {
	r := unknownKeyword
	switch {
	case s.kinship() != schemaShape || apigateway.IsDraft4Keyword(v.token) || !l.becomesModel(v):
		r = r.andImported()
	case !apigateway.IsModelKeyword(v.token):
		return // schema reports it
	}
	l.report(v, r, "%q is not a member of %s in OpenAPI %s", v.token, s.name, l.release())
}

// supports checks that the subset has v as a member of objects of shape s.
func (l *linter) supports(v *visit, s *shape) {
	if l.subset == nil {
		return
	}
	members, limited := l.subset.Members[s.name]
	if !limited || slices.Contains(members, v.token) {
		return
	}
	if reason := l.subset.Reasons[v.token]; reason != "" {
		l.report(v, unsupported, "%s is not supported: %s", v.token, reason)
		return
	}
	l.report(v, unsupported, "%s is not supported", v.token)
}

// duplicateMembers returns the indexes of the members whose name came before.
func duplicateMembers(n *tree.Node) map[int]bool {
	var duplicates map[int]bool
	found := func(i int) {
		if duplicates == nil {
			duplicates = map[int]bool{}
		}
		duplicates[i] = true
	}
	if len(n.Members) <= 16 { // comparing all pairs is faster than a map
		for i := range n.Members {
			for j := range i {
				if n.Members[i].Name == n.Members[j].Name {
					found(i)
					break
				}
			}
		}
		return duplicates
	}
	seen := make(map[string]bool, len(n.Members))
	for i := range n.Members {
		if name := n.Members[i].Name; seen[name] {
			found(i)
		} else {
			seen[name] = true
		}
	}
	return duplicates
}
