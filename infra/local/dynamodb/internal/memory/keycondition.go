package memory

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// keyCondition is a key condition that suits the key of a table or an index.
type keyCondition struct {
	keys keySchema
	hash []attr.Value   // of each attribute of the partition key
	sort []expr.KeyTerm // of the first attributes of the sort key; all but the last are equalities
}

// condition checks the terms against the key. Every attribute of the partition key needs
// an equality. Attributes of the sort key may be left out from the right, and all but
// the last that is present need an equality.
func (k keySchema) condition(terms []expr.KeyTerm) (keyCondition, error) {
	c := keyCondition{keys: k}
	if attributes := len(k.attributes()); len(terms) > attributes {
		return c, protocol.Invalidf("The number of query conditions (%d) exceeds the number of key attributes defined in the schema (%d)", len(terms), attributes)
	}
	if err := k.checkHashTerms(terms); err != nil {
		return c, err
	}
	for _, key := range k.hash {
		term := findTerm(terms, key.name)
		if err := checkTerm(*term, key); err != nil {
			return c, err
		}
		c.hash = append(c.hash, term.Values[0])
	}
	if len(terms) == len(k.hash) {
		return c, nil
	}
	if err := k.checkSortTerms(terms); err != nil {
		return c, err
	}
	for _, key := range k.sort[:len(terms)-len(k.hash)] {
		term := findTerm(terms, key.name)
		if err := checkTerm(*term, key); err != nil {
			return c, err
		}
		c.sort = append(c.sort, *term)
	}
	return c, nil
}

func findTerm(terms []expr.KeyTerm, name string) *expr.KeyTerm {
	at := slices.IndexFunc(terms, func(t expr.KeyTerm) bool { return t.Attribute == name })
	if at < 0 {
		return nil
	}
	return &terms[at]
}

// withoutEquality returns the names of the keys that have no term with "=".
func withoutEquality(keys []keyDefinition, terms []expr.KeyTerm) []string {
	var names []string
	for _, key := range keys {
		if term := findTerm(terms, key.name); term == nil || term.Operator != "=" {
			names = append(names, key.name)
		}
	}
	return names
}

func (k keySchema) checkHashTerms(terms []expr.KeyTerm) error {
	names := withoutEquality(k.hash, terms)
	switch {
	case names == nil:
		return nil
	case k.composite():
		return protocol.Invalidf("HASH key attributes %s must have equality conditions specified in the query", strings.Join(names, ", "))
	case findTerm(terms, names[0]) == nil:
		return errMissedKey(names[0])
	default:
		return protocol.Invalidf("Query key condition not supported")
	}
}

func (k keySchema) checkSortTerms(terms []expr.KeyTerm) error {
	last, first := -1, "range key" // first is the first attribute without a condition
	for n, key := range slices.Backward(k.sort) {
		if findTerm(terms, key.name) == nil {
			first = key.name
		} else if last < 0 {
			last = n
		}
	}
	if slices.ContainsFunc(terms, func(t expr.KeyTerm) bool { return !k.has(t.Attribute) }) {
		return errMissedKey(first)
	}
	if names := withoutEquality(k.sort[:last], terms); names != nil {
		return protocol.Invalidf("RANGE key attributes %s must have equality conditions specified in the query because a condition is present on key attribute %s", strings.Join(names, ", "), k.sort[last].name)
	}
	return nil
}

func errMissedKey(name string) error {
	return protocol.Invalidf("Query condition missed key schema element: %s", name)
}

// span returns the positions that satisfy the condition.
func (c keyCondition) span() store.Span {
	hash := attr.Item{}
	for n, key := range c.keys.hash {
		hash[key.name] = c.hash[n]
	}
	return c.sortSpan(partition(c.keys.hash, hash))
}

// sortSpan returns the positions that the sort key selects in the partition.
func (c keyCondition) sortSpan(partition string) store.Span {
	if len(c.sort) == 0 {
		return store.Span{From: partition, To: attr.KeyAfter(partition)}
	}
	last := len(c.sort) - 1
	prefix := partition
	for _, term := range c.sort[:last] {
		prefix += term.Values[0].KeyBytes()
	}
	return sortKeySpan(prefix, c.sort[last])
}

// sortKeySpan returns the positions below prefix that satisfy the term. More attributes
// of the key can follow the term's.
func sortKeySpan(prefix string, term expr.KeyTerm) store.Span {
	low := prefix + term.Values[0].KeyBytes()
	high := prefix + term.Values[len(term.Values)-1].KeyBytes()
	begin, end := prefix, attr.KeyAfter(prefix)
	switch term.Operator {
	case "<":
		return store.Span{From: begin, To: low}
	case "<=":
		return store.Span{From: begin, To: attr.KeyAfter(low)}
	case ">":
		return store.Span{From: attr.KeyAfter(low), To: end}
	case ">=":
		return store.Span{From: low, To: end}
	case "begins_with":
		start := prefix + term.Values[0].KeyPrefix()
		return store.Span{From: start, To: attr.KeyAfter(start)}
	default: // = and BETWEEN
		return store.Span{From: low, To: attr.KeyAfter(high)}
	}
}

func checkTerm(term expr.KeyTerm, key keyDefinition) error {
	for _, value := range term.Values {
		if value.Kind != key.kind || term.Operator == "begins_with" && value.Kind == attr.N {
			return protocol.Invalidf("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if value.Text == "" {
			return protocol.Invalidf("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", scalarName(value.Kind), key.name)
		}
	}
	if term.Operator == "BETWEEN" {
		if order, _ := attr.Compare(term.Values[0], term.Values[1]); order > 0 {
			return protocol.Invalidf("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
		}
	}
	return nil
}
