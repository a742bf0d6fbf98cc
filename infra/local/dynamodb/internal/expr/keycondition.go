package expr

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// KeyTerm is a condition on one key attribute.
type KeyTerm struct {
	Attribute string
	// Operator is one of = < <= > >= BETWEEN begins_with.
	Operator string
	// Values contains the operands: two for BETWEEN, one for the other operators.
	Values []attr.Value
}

// KeyCondition parses a KeyConditionExpression, which consists of terms joined by
// AND. The caller checks that the terms match the key of the table or index.
func (p *Placeholders) KeyCondition(source string) ([]KeyTerm, error) {
	const member = "KeyConditionExpression"
	parsed, err := p.Condition(member, source)
	if err != nil {
		return nil, err
	}
	var terms []KeyTerm
	err = keyTerms(parsed.root, &terms)
	return terms, err
}

func keyTerms(c condition, terms *[]KeyTerm) error {
	mirror := map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
	switch c := c.(type) {
	case allOf:
		if err := keyTerms(c.left, terms); err != nil {
			return err
		}
		return keyTerms(c.right, terms)
	case comparison:
		if c.operator == "<>" {
			return invalidKeyOperator("<>")
		}
		if _, ok := c.left.(literal); ok {
			return keyTerm(terms, mirror[c.operator], c.right, c.left)
		}
		return keyTerm(terms, c.operator, c.left, c.right)
	case between:
		return keyTerm(terms, "BETWEEN", c.operand, c.low, c.high)
	case beginsWith:
		return keyTerm(terms, "begins_with", c.operand, c.prefix)
	case anyOf:
		return invalidKeyOperator("OR")
	case not:
		return invalidKeyOperator("NOT")
	case in:
		return invalidKeyOperator("IN")
	default:
		return invalidKeyOperator("this function")
	}
}

func invalidKeyOperator(name string) error {
	return protocol.Invalidf("Invalid operator used in KeyConditionExpression: %s", name)
}

func keyTerm(terms *[]KeyTerm, operator string, key operand, operands ...operand) error {
	r, ok := key.(reference)
	if !ok {
		return protocol.Invalidf("Invalid condition in KeyConditionExpression: no attribute name in the condition")
	}
	if r.path.Nested() {
		return protocol.Invalidf("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: %s", r.path.Root())
	}
	term := KeyTerm{Attribute: r.path.Root(), Operator: operator}
	for _, o := range operands {
		l, ok := o.(literal)
		if !ok {
			return protocol.Invalidf("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		}
		term.Values = append(term.Values, l.value)
	}
	for _, other := range *terms {
		if other.Attribute == term.Attribute {
			return protocol.Invalidf("KeyConditionExpressions must only contain one condition per key")
		}
	}
	*terms = append(*terms, term)
	return nil
}
