package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// linter is one run.
type linter struct {
	doc      *Document
	mode     Mode
	subset   *Subset
	findings []Finding

	resolved map[string]*tree.Node // by reference; nil where there is nothing
	ids      map[string]*visit     // operations by operationId
	guarded  bool                  // by an authorizer at the root
}

// visit is a value on the way down from the root.
type visit struct {
	up    *visit
	token string // the member's name or the item's position
	node  *tree.Node
	shape *shape
	// line and column are the member's name's, or the item's own.
	line, column int
}

// member is a member of v, or nil.
func (v *visit) member(name string) *visit {
	for i := range v.node.Members {
		if m := &v.node.Members[i]; m.Name == name {
			return v.of(m)
		}
	}
	return nil
}

// at is a member of v if it is there, else v itself: the place to point at.
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

// pointer is v's JSON Pointer.
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

// maxText is how much of a document's own text a finding repeats: names may be
// megabytes long, and a thousand findings may be below one of them.
const maxText = 500

func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// within is the nearest value of shape s at v or above it, or nil.
func (v *visit) within(s *shape) *visit {
	for ; v != nil; v = v.up {
		if v.shape == s {
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
	severity := r.severity
	if l.subset != nil && severity == Warning {
		if !slices.Contains(l.subset.Rules, r.id) {
			return
		}
		severity = Error
	}
	f := Finding{
		Rule: r.id, Severity: severity, Fix: r.fix, File: l.doc.Name,
		Line: v.line, Column: v.column, Pointer: v.pointer(), Message: clip(fmt.Sprintf(format, args...)),
	}
	for at := v; at != nil; at = at.up {
		if f.GoField == "" {
			f.GoField = at.node.Get("x-go-field").Str()
		}
		if f.GoType == "" {
			f.GoType = at.node.Get("x-go-type").Str()
		}
	}
	l.findings = append(l.findings, f)
}

// walk visits v, which should have shape s, and all that is in it.
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
	if s.number && l.mode == Import && v.node.Kind == tree.Number {
		return
	}
	if v.node.Kind != s.kind {
		l.report(v, wrongType, "%s is %s, not %s", s.name, article(v.node.Kind), article(s.kind))
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

func (l *linter) members(v *visit, s *shape) {
	twice := repeated(v.node)
	for i := range v.node.Members {
		m := &v.node.Members[i]
		child := v.of(m)
		if twice[i] {
			l.report(child, duplicateKey, "%q is written twice in one object", m.Name)
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
			l.report(child, unknownKeyword, "%q is not a member of %s in OpenAPI 3.0", m.Name, s.name)
		}
	}
	for _, name := range s.required {
		if v.node.Get(name) == nil {
			l.report(v, missingMember, "%s has no %s", s.name, name)
		}
	}
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

// repeated tells by position the members whose name came before.
func repeated(n *tree.Node) map[int]bool {
	var twice map[int]bool
	found := func(i int) {
		if twice == nil {
			twice = map[int]bool{}
		}
		twice[i] = true
	}
	if len(n.Members) <= 16 { // where comparing is quicker than a map
		for i := range n.Members {
			for j := range i {
				if n.Members[i].Name == n.Members[j].Name {
					found(i)
					break
				}
			}
		}
		return twice
	}
	seen := make(map[string]bool, len(n.Members))
	for i := range n.Members {
		if name := n.Members[i].Name; seen[name] {
			found(i)
		} else {
			seen[name] = true
		}
	}
	return twice
}
