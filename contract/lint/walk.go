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

	resolved map[string]*tree.Node // by reference; nil if the target does not exist
	ids      map[string]*visit     // operations by operationId
	guarded  bool                  // the root has an authorizer
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
	if s.number && l.mode == Import && v.node.Kind == tree.Number {
		return
	}
	if v.node.Kind != s.kind {
		l.report(v, wrongType, "%s is %s, not %s", v.label(), article(v.node.Kind), article(s.kind))
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
			l.report(child, unknownKeyword, "%q is not a member of %s in OpenAPI 3.0", m.Name, s.name)
		}
	}
	for _, name := range s.required {
		if v.node.Get(name) == nil {
			l.report(v, missingMember, "the %s has no member %s", s.name, name)
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
