package memory

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

func (e *Engine) query(o *protocol.Object) (*result, error) {
	placeholders := expr.ReadPlaceholders(o, "KeyConditionExpression", "FilterExpression", "ProjectionExpression")
	s := readSearch(o, placeholders)
	terms := readKeyTerms(o, placeholders)
	backward := o.Has("ScanIndexForward") && !o.Bool("ScanIndexForward")
	o.Fail(placeholders.Unused())
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	from, err := e.open(s)
	if err != nil {
		return nil, err
	}
	over, err := from.keys().span(terms)
	if err != nil {
		return nil, err
	}
	if s.starts {
		if err := from.checkStart(s.start, terms); err != nil {
			return nil, err
		}
	}
	if err := from.checkFilter(s); err != nil {
		return nil, err
	}
	over.backward = backward
	return s.walk(from, over)
}

// checkStart refuses a starting key that the key condition does not select.
func (s source) checkStart(start attr.Item, terms []expr.KeyTerm) error {
	position, err := s.startPosition(start)
	if err != nil {
		return err
	}
	hash, sameHash := start[s.keys().hash.name], false
	for _, term := range terms {
		if term.Attribute == s.keys().hash.name {
			sameHash = attr.Equal(hash, term.Values[0])
		}
	}
	for _, term := range terms {
		if term.Attribute == s.keys().hash.name {
			continue
		}
		selected := sortKeySpan(partition(hash), term)
		if position < selected.from || position >= selected.to {
			return protocol.Invalidf("The provided starting key does not match the range key predicate")
		}
		if !sameHash {
			return protocol.Invalidf("The query can return at most one row and cannot be restarted")
		}
	}
	if !sameHash {
		return errStartOutside()
	}
	return nil
}

// checkFilter refuses a filter on the key attributes, which the key condition
// covers, and on attributes that the index does not project.
func (s source) checkFilter(q *search) error {
	if q.filter == nil {
		return nil
	}
	for _, path := range q.filter.Paths() {
		if s.keys().has(path.Root()) {
			return protocol.Invalidf("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", path.Root())
		}
		if s.index != nil && !s.index.projects(s.table, path.Root()) {
			return protocol.Invalidf("One or more parameter values were invalid: Secondary index %s does not project one or more filter attributes: [%s]", s.index.name, path.Root())
		}
	}
	return nil
}

// readKeyTerms reads KeyConditionExpression, or the legacy KeyConditions, which
// guregu/dynamo sends.
func readKeyTerms(o *protocol.Object, placeholders *expr.Placeholders) []expr.KeyTerm {
	if source, ok := o.Text("KeyConditionExpression"); ok {
		terms, err := placeholders.KeyCondition(source)
		o.Fail(err)
		return terms
	}
	conditions := o.Object("KeyConditions")
	if conditions == nil {
		o.Fail(protocol.Invalidf("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."))
		return nil
	}
	var terms []expr.KeyTerm
	for _, name := range conditions.Names() {
		condition := conditions.Object(name)
		if condition == nil {
			continue
		}
		terms = append(terms, readLegacyTerm(condition, name))
		condition.Done()
	}
	return terms
}

func readLegacyTerm(o *protocol.Object, attribute string) expr.KeyTerm {
	operators := map[string]string{"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "BETWEEN": "BETWEEN", "BEGINS_WITH": "begins_with"}
	name, _ := o.Text("ComparisonOperator")
	term := expr.KeyTerm{Attribute: attribute, Operator: operators[name]}
	if term.Operator == "" {
		o.Fail(protocol.Invalidf("Attempted conditional constraint is not an indexable operation"))
	}
	list, _ := o.Raw("AttributeValueList")
	values, ok := list.([]any)
	if list != nil && !ok {
		o.Fail(protocol.Malformedf("%s is not a list", o.Path("AttributeValueList")))
	}
	for _, raw := range values {
		value, err := attr.Decode(raw)
		o.Fail(err)
		term.Values = append(term.Values, value)
	}
	want := 1
	if term.Operator == "BETWEEN" {
		want = 2
	}
	if len(term.Values) != want {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Invalid number of argument(s) for the %s ComparisonOperator", name))
		term.Values = make([]attr.Value, want)
	}
	return term
}

// span returns the positions that satisfy the terms: one partition, or the part of
// it that the sort key selects.
func (k keySchema) span(terms []expr.KeyTerm) (span, error) {
	if len(terms) < 1 || len(terms) > 2 {
		return span{}, protocol.Invalidf("Conditions can be of length 1 or 2 only")
	}
	at := slices.IndexFunc(terms, func(t expr.KeyTerm) bool { return t.Attribute == k.hash.name })
	if at < 0 {
		return span{}, errMissedKey(k.hash.name)
	}
	if terms[at].Operator != "=" {
		return span{}, protocol.Invalidf("Query key condition not supported")
	}
	if err := checkTerm(terms[at], k.hash); err != nil {
		return span{}, err
	}
	all := partition(terms[at].Values[0])
	if len(terms) == 1 {
		return span{from: all, to: attr.KeyAfter(all)}, nil
	}
	other := terms[1-at]
	if k.sort == nil || other.Attribute != k.sort.name {
		name := "range key"
		if k.sort != nil {
			name = k.sort.name
		}
		return span{}, errMissedKey(name)
	}
	if err := checkTerm(other, *k.sort); err != nil {
		return span{}, err
	}
	return sortKeySpan(all, other), nil
}

func errMissedKey(name string) error {
	return protocol.Invalidf("Query condition missed key schema element: %s", name)
}

func sortKeySpan(all string, term expr.KeyTerm) span {
	low := all + term.Values[0].KeyBytes()
	high := all + term.Values[len(term.Values)-1].KeyBytes()
	begin, end := all, attr.KeyAfter(all)
	switch term.Operator {
	case "<":
		return span{from: begin, to: low}
	case "<=":
		return span{from: begin, to: attr.KeyAfter(low)}
	case ">":
		return span{from: attr.KeyAfter(low), to: end}
	case ">=":
		return span{from: low, to: end}
	case "begins_with":
		prefix := all + term.Values[0].KeyPrefix()
		return span{from: prefix, to: attr.KeyAfter(prefix)}
	default: // = and BETWEEN
		return span{from: low, to: attr.KeyAfter(high)}
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
