package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

func (e *Engine) query(o *protocol.Object) (*result, error) {
	placeholders := expr.ReadPlaceholders(o, "FilterExpression", "KeyConditionExpression", "ProjectionExpression")
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
	from, done, err := e.open(s)
	if err != nil {
		return nil, err
	}
	defer done()
	condition, err := from.keys().condition(terms)
	if err != nil {
		return nil, err
	}
	if s.starts {
		if err := from.checkStart(s.start, condition); err != nil {
			return nil, err
		}
	}
	if err := from.checkFilter(s); err != nil {
		return nil, err
	}
	over := condition.span()
	over.Backward = backward
	return s.walk(from, over)
}

// checkStart refuses a starting key that the key condition does not select.
func (s source) checkStart(start attr.Item, c keyCondition) error {
	position, err := s.startPosition(start)
	if err != nil {
		return err
	}
	sameHash := true
	for n, key := range s.keys().hash {
		sameHash = sameHash && attr.Equal(start[key.name], c.hash[n])
	}
	if c.sort != nil {
		selected := c.sortSpan(partition(s.keys().hash, start))
		if position < selected.From || position >= selected.To {
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
