package expr

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// Update parses an UpdateExpression.
func (p *Placeholders) Update(source string) (*Update, error) {
	u := &Update{}
	err := p.parse("UpdateExpression", source, func(x *parser) {
		seen := map[verb]bool{}
		for {
			v, ok := x.section()
			if !ok {
				break
			}
			if seen[v] {
				x.fail("The %q section can only be used once in an update expression;", v)
			}
			seen[v] = true
			for {
				u.actions = append(u.actions, x.action(v))
				if !x.accept(",") {
					break
				}
			}
		}
		if len(u.actions) == 0 {
			x.unexpected()
		}
		x.disjoint(u.Targets())
		u.paths = x.paths
	})
	return u, err
}

func (x *parser) section() (verb, bool) {
	for _, v := range []verb{verbSet, verbRemove, verbAdd, verbDelete} {
		if x.acceptKeyword(string(v)) {
			return v, true
		}
	}
	return "", false
}

func (x *parser) action(v verb) action {
	a := action{verb: v, path: x.path()}
	switch v {
	case verbSet:
		x.expect("=")
		a.value = x.assignedValue().computation
	case verbAdd, verbDelete:
		if x.peek().kind != tokenValue {
			x.unexpected()
		}
		value := x.value()
		allowed := []attr.Kind{attr.SS, attr.NS, attr.BS}
		if v == verbAdd {
			allowed = append(allowed, attr.N)
		}
		if !slices.Contains(allowed, value.Kind) {
			x.fail("Incorrect operand type for operator or function; operator: %s, operand type: %s", string(v), clauseKinds[value.Kind])
		}
		a.value = constant{value}
	}
	return a
}

// term is a part of an assigned value.
type term struct {
	computation computation
	grouped     bool   // enclosed in parentheses
	function    string // name of the function, if the term is a call
}

// assignedValue parses a term, or the sum or difference of two terms.
func (x *parser) assignedValue() term {
	left := x.term()
	for _, sign := range []string{"+", "-"} {
		if x.accept(sign) {
			x.operators++
			right := x.term()
			for _, operand := range []term{left, right} {
				if _, ok := operand.computation.(sum); ok {
					x.fail("Syntax error; token: %q, near: only two operands can be added or subtracted", sign)
				}
			}
			x.checkKind(sign, attr.N, left, right)
			return term{computation: sum{left.computation, right.computation, sign == "-"}}
		}
	}
	return left
}

func (x *parser) term() term {
	if x.accept("(") {
		inner := x.assignedValue()
		if inner.grouped {
			x.fail("The expression has redundant parentheses;")
		}
		x.expect(")")
		inner.grouped = true
		return inner
	}
	return x.simpleTerm()
}

// simpleTerm parses an argument of a function: a path, a :value or another
// function.
func (x *parser) simpleTerm() term {
	if name, ok := x.functionName(); ok {
		x.operators++
		return x.updateCall(name)
	}
	if x.peek().kind == tokenValue {
		return term{computation: constant{x.value()}}
	}
	return term{computation: attributeValue{x.path()}}
}

func (x *parser) updateCall(name string) term {
	if !slices.Contains(updateFunctions, name) {
		if slices.Contains(conditionFunctions, name) {
			x.fail("The function is not allowed in an update expression; function: %s", name)
		}
		x.fail("Invalid function name; function: %s", name)
	}
	arguments := []term{x.simpleTerm()}
	for x.accept(",") {
		arguments = append(arguments, x.simpleTerm())
	}
	x.expect(")")
	x.count(name, len(arguments), 2)
	for _, argument := range arguments {
		if argument.function == "list_append" {
			x.failFunctionUse(argument.function)
		}
	}
	first, second := arguments[0], arguments[1]
	if name == "list_append" {
		x.checkKind(name, attr.L, first, second)
		return term{function: name, computation: listAppend{first.computation, second.computation}}
	}
	source, ok := first.computation.(attributeValue)
	if !ok {
		x.fail("Operator or function requires a document path; operator or function: %s", name)
	}
	return term{function: name, computation: ifNotExists{source.path, second.computation}}
}

// checkKind refuses operands that in every item have another type than kind.
func (x *parser) checkKind(operator string, kind attr.Kind, terms ...term) {
	for _, t := range terms {
		if known, ok := t.kind(); ok && known != kind {
			x.wrongType(operator, known)
		}
	}
}

func (t term) kind() (attr.Kind, bool) {
	switch c := t.computation.(type) {
	case constant:
		return c.value.Kind, true
	case listAppend:
		return attr.L, true
	case sum:
		return attr.N, true
	default:
		return 0, false
	}
}

// clauseKinds are the names of types in errors of the clauses ADD and DELETE.
var clauseKinds = map[attr.Kind]string{
	attr.S: "STRING", attr.N: "NUMBER", attr.B: "BINARY", attr.SS: "STRING_SET", attr.NS: "NUMBER_SET", attr.BS: "BINARY_SET",
	attr.M: "MAP", attr.L: "LIST", attr.BOOL: "BOOLEAN", attr.NULL: "NULL",
}
