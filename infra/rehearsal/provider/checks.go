package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// check is one entry of "checks" in behaviour.json: either of the values at one path,
// or of a relation between top-level arguments.
type check struct {
	// At is an attribute or block. A dotted path goes through nested blocks and means
	// every element.
	At       string    `json:"at"`
	In       []any     `json:"in"`      // the values that are allowed
	Between  []float64 `json:"between"` // least and most
	Match    string    `json:"match"`   // a regular expression
	Message  string    `json:"message"` // why Match is needed
	JSON     bool      `json:"json"`
	Policy   bool      `json:"policy"` // JSON with the shape of an IAM policy
	ARN      bool      `json:"arn"`
	MinItems int       `json:"min_items"`
	MaxItems int       `json:"max_items"`
	Length   []int     `json:"length"` // least and most bytes

	ExactlyOne []string `json:"exactly_one"`
	AtMostOne  []string `json:"at_most_one"`
	AtLeastOne []string `json:"at_least_one"`
	IfAny      []string `json:"if_any"` // with Need: if one of these is given,
	Need       []string `json:"need"`   // all of these must be
}

// diagnostic is an error of a configuration.
type diagnostic struct {
	at      []any // attribute path: string names and int indexes
	summary string
	detail  string
}

func (d diagnostic) proto() *tfprotov5.Diagnostic {
	out := &tfprotov5.Diagnostic{Severity: tfprotov5.DiagnosticSeverityError, Summary: d.summary, Detail: d.detail}
	if len(d.at) == 0 {
		return out
	}
	out.Attribute = tftypes.NewAttributePath()
	for _, step := range d.at {
		switch x := step.(type) {
		case string:
			out.Attribute = out.Attribute.WithAttributeName(x)
		case int:
			out.Attribute = out.Attribute.WithElementKeyInt(x)
		}
	}
	return out
}

func protos(ds []diagnostic) []*tfprotov5.Diagnostic {
	var out []*tfprotov5.Diagnostic
	for _, d := range ds {
		out = append(out, d.proto())
	}
	return out
}

// located is a value and its attribute path.
type located struct {
	at []any
	v  any
}

// lookUp returns every value at a dotted path, null values too. Elements of sets have
// no path that Terraform can show, so a value in a set has the path of the set.
func lookUp(b *block, v map[string]any, path string) []located {
	name, rest, deep := strings.Cut(path, ".")
	if !deep {
		return []located{{[]any{name}, v[name]}}
	}
	n := b.Blocks[name]
	if n == nil {
		return nil
	}
	var out []located
	add := func(prefix []any, el map[string]any) {
		for _, l := range lookUp(&n.Block, el, rest) {
			at := prefix
			if n.Mode != "set" {
				at = append(slices.Clone(prefix), l.at...)
			}
			out = append(out, located{at, l.v})
		}
	}
	switch x := v[name].(type) {
	case []any:
		for i, e := range x {
			m := asMap(e)
			switch {
			case m == nil:
			case n.Mode == "set":
				add([]any{name}, m)
			default:
				add([]any{name, i}, m)
			}
		}
	case map[string]any:
		add([]any{name}, x)
	}
	return out
}

// isSet reports whether an argument is given: a block is there, or a value is not null.
func isSet(v any) bool {
	switch x := v.(type) {
	case nil:
		return false
	case []any:
		return len(x) > 0
	}
	return true
}

// run returns the errors of a configuration.
func (c check) run(t *typeDef, conf map[string]any) []diagnostic {
	if c.At == "" {
		return c.relation(conf)
	}
	var out []diagnostic
	for _, l := range lookUp(&t.Block, conf, c.At) {
		for _, detail := range c.value(l.v) {
			out = append(out, diagnostic{l.at, "Invalid value for " + c.At, detail})
		}
	}
	return out
}

// value returns what is wrong with a value, or with the elements of a list.
func (c check) value(v any) []string {
	if v == nil || isUnknown(v) {
		return nil
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	var out []string
	if c.MaxItems > 0 && len(list) > c.MaxItems {
		out = append(out, fmt.Sprintf("%s takes at most %d, not %d.", c.At, c.MaxItems, len(list)))
	}
	if len(list) < c.MinItems {
		out = append(out, fmt.Sprintf("%s takes at least %d, not %d.", c.At, c.MinItems, len(list)))
	}
	for _, e := range list {
		if e != nil && !isUnknown(e) {
			out = append(out, c.scalar(e)...)
		}
	}
	return out
}

// arnPattern matches an ARN: partition, service, optional Region, optional account (or a word that AWS
// uses in its place), resource.
var arnPattern = regexp.MustCompile(`^arn:[\w-]+:[a-zA-Z0-9-]+:(?:[a-z]{2}(?:-[a-z]+)+-\d)?:(?:\d{12}|aws|aws-managed|third-party)?:.+$`)

// scalar returns what is wrong with one value.
func (c check) scalar(v any) []string {
	var out []string
	fail := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	s := text(v)
	if c.In != nil && !slices.ContainsFunc(c.In, func(o any) bool { return text(o) == s }) {
		fail("expected %s to be one of %s, got %q.", c.At, quoteAll(c.In), s)
	}
	if c.Between != nil {
		if n := asFloat(v); n == nil || n.Cmp(big.NewFloat(c.Between[0])) < 0 || n.Cmp(big.NewFloat(c.Between[1])) > 0 {
			fail("expected %s to be in the range (%s - %s), got %s.", c.At, text(c.Between[0]), text(c.Between[1]), s)
		}
	}
	if c.Length != nil && (len(s) < c.Length[0] || len(s) > c.Length[1]) {
		fail("expected length of %s to be in the range (%d - %d), got %d.", c.At, c.Length[0], c.Length[1], len(s))
	}
	if c.Match != "" && !pattern(c.Match).MatchString(s) {
		message := c.Message
		if message == "" {
			message = "it must match " + c.Match
		}
		fail("%q is not a valid %s: %s.", s, c.At, message)
	}
	if c.ARN && s != "" && !arnPattern.MatchString(s) {
		fail("%q is an invalid ARN.", s)
	}
	if (c.JSON || c.Policy) && s != "" {
		var doc any
		if err := json.Unmarshal([]byte(s), &doc); err != nil {
			fail("%s contains invalid JSON: %s.", c.At, err)
		} else if err := policyShape(doc); c.Policy && err != nil {
			fail("%s is not an IAM policy document: %s.", c.At, err)
		}
	}
	return out
}

var patterns sync.Map // *regexp.Regexp by its source

// pattern returns a compiled regular expression of behaviour.json. A test compiles all.
func pattern(s string) *regexp.Regexp {
	if re, ok := patterns.Load(s); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(s)
	patterns.Store(s, re)
	return re
}

func quoteAll(in []any) string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = text(v)
	}
	return "[" + strings.Join(out, " ") + "]"
}

// policyShape returns an error if doc lacks what every policy has: it is an object, and
// its statements have an effect and actions.
func policyShape(doc any) error {
	if asMap(doc) == nil {
		return errors.New("it is not a JSON object")
	}
	var list []any
	switch s := asMap(doc)["Statement"].(type) {
	case []any:
		list = s
	case map[string]any:
		list = []any{s}
	case nil:
		return nil
	default:
		return errors.New("its Statement is neither an object nor a list")
	}
	for i, e := range list {
		s := asMap(e)
		if s == nil {
			return fmt.Errorf("statement %d is not an object", i)
		}
		if effect := s["Effect"]; effect != "Allow" && effect != "Deny" {
			return fmt.Errorf("statement %d: Effect is %v, want Allow or Deny", i, effect)
		}
		if s["Action"] == nil && s["NotAction"] == nil {
			return fmt.Errorf("statement %d has neither Action nor NotAction", i)
		}
	}
	return nil
}
