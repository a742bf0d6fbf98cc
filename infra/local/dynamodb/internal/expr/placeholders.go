package expr

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Placeholders contains the #names and :values of a request. All expressions of the
// request are parsed through it, because each placeholder must be used by one of
// them.
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

// ReadPlaceholders reads ExpressionAttributeNames and ExpressionAttributeValues.
// The expressions are the members of the request that may use them. At least one of
// these must be present if there are placeholders.
func ReadPlaceholders(o *protocol.Object, expressions ...string) *Placeholders {
	p := &Placeholders{usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	var hasNames, hasValues bool
	p.names, hasNames = o.TextMap("ExpressionAttributeNames")
	p.values, hasValues = attr.ReadItem(o, "ExpressionAttributeValues")
	given := slices.ContainsFunc(expressions, o.Has)
	p.check(o, "ExpressionAttributeNames", hasNames, given, "", maps.Keys(p.names), namePattern)
	p.check(o, "ExpressionAttributeValues", hasValues, given, missing(o, expressions), maps.Keys(p.values), valuePattern)
	size := 0
	for key, name := range p.names {
		size += len(key) + len(name)
		if name == "" {
			o.Fail(protocol.Invalidf("ExpressionAttributeNames contains invalid value: Empty attribute name for key %s", key))
		}
		if len(name) > attr.MaxName {
			o.Fail(protocol.Invalidf("ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than %d bytes for key %s", attr.MaxName+1, key))
		}
	}
	if size > maxPlaceholders {
		o.Fail(protocol.Invalidf("ExpressionAttributeNames exceeds max size"))
	}
	if attr.Item(p.values).Size() > maxPlaceholders {
		o.Fail(protocol.Invalidf("ExpressionAttributeValues exceeds max size"))
	}
	return p
}

// missing returns the end of the error for values without an expression. AWS lists the
// expressions of an operation that can have values, but not of an action in a
// transaction.
func missing(o *protocol.Object, expressions []string) string {
	with := slices.DeleteFunc(slices.Clone(expressions), func(name string) bool { return name == "ProjectionExpression" })
	switch {
	case !o.TopLevel() || len(with) == 0:
		return ""
	case len(with) == 1:
		return ": " + with[0] + " is null"
	default:
		return ": " + strings.Join(with, " and ") + " are null"
	}
}

func (p *Placeholders) check(o *protocol.Object, member string, has, given bool, reason string, keys func(func(string) bool), pattern *regexp.Regexp) {
	if !has {
		return
	}
	if !given {
		o.Fail(protocol.Invalidf("%s can only be specified when using expressions%s", member, reason))
	}
	empty := true
	for key := range keys {
		empty = false
		if !pattern.MatchString(key) {
			o.Fail(protocol.Invalidf("%s contains invalid key: Syntax error; key: %q", member, key))
		}
		if len(key) > maxPlaceholder {
			o.Fail(protocol.Invalidf("%s contains invalid key: The expression attribute map contains a key that is too long; size of key: %d", member, len(key)))
		}
	}
	if empty {
		o.Fail(protocol.Invalidf("%s must not be empty", member))
	}
}

// Unused returns an error if the parsed expressions have not used every
// placeholder.
func (p *Placeholders) Unused() error {
	if err := unusedKeys("ExpressionAttributeNames", maps.Keys(p.names), p.usedNames); err != nil {
		return err
	}
	return unusedKeys("ExpressionAttributeValues", maps.Keys(p.values), p.usedValues)
}

func unusedKeys(member string, keys func(func(string) bool), used map[string]bool) error {
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
