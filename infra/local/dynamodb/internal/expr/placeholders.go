package expr

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Placeholders are a request's #names and :values. Its expressions are parsed
// through it, because each placeholder must be used by one of them.
type Placeholders struct {
	names      map[string]string
	values     map[string]attr.Value
	usedNames  map[string]bool
	usedValues map[string]bool
}

var (
	namePattern  = regexp.MustCompile(`^#[A-Za-z0-9_]+$`)
	valuePattern = regexp.MustCompile(`^:[A-Za-z0-9_]+$`)
)

// maxExpression is the greatest length of an expression in bytes.
const maxExpression = 4096

// ReadPlaceholders reads ExpressionAttributeNames and ExpressionAttributeValues.
// The expressions are the members that may use them; one must be there if they are.
func ReadPlaceholders(o *protocol.Object, expressions ...string) *Placeholders {
	p := &Placeholders{usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	var hasNames, hasValues bool
	p.names, hasNames = o.TextMap("ExpressionAttributeNames")
	p.values, hasValues = attr.ReadItem(o, "ExpressionAttributeValues")
	given := slices.ContainsFunc(expressions, o.Has)
	p.check(o, "ExpressionAttributeNames", hasNames, given, maps.Keys(p.names), namePattern)
	p.check(o, "ExpressionAttributeValues", hasValues, given, maps.Keys(p.values), valuePattern)
	for key, name := range p.names {
		if name == "" {
			o.Fail(protocol.Invalidf("ExpressionAttributeNames contains invalid value: Empty attribute name for key %s", key))
		}
	}
	return p
}

func (p *Placeholders) check(o *protocol.Object, member string, has, given bool, keys func(func(string) bool), pattern *regexp.Regexp) {
	if !has {
		return
	}
	if !given {
		o.Fail(protocol.Invalidf("%s can only be specified when using expressions", member))
	}
	empty := true
	for key := range keys {
		empty = false
		if !pattern.MatchString(key) {
			o.Fail(protocol.Invalidf("%s contains invalid key: Syntax error; key: %q", member, key))
		}
	}
	if empty {
		o.Fail(protocol.Invalidf("%s must not be empty", member))
	}
}

// Unused is an error if a placeholder was used by no expression parsed so far.
func (p *Placeholders) Unused() error {
	if err := unused("ExpressionAttributeNames", maps.Keys(p.names), p.usedNames); err != nil {
		return err
	}
	return unused("ExpressionAttributeValues", maps.Keys(p.values), p.usedValues)
}

func unused(member string, keys func(func(string) bool), used map[string]bool) error {
	var left []string
	for key := range keys {
		if !used[key] {
			left = append(left, key)
		}
	}
	if left == nil {
		return nil
	}
	slices.Sort(left)
	return protocol.Invalidf("Value provided in %s unused in expressions: keys: {%s}", member, strings.Join(left, ", "))
}
