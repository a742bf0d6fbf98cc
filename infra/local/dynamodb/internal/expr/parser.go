package expr

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Limits of expressions. Source: "Quotas in Amazon DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	maxExpression   = 4096    // bytes of an expression
	maxOperators    = 300     // operators and functions in an expression
	maxPath         = 32      // levels of a document path
	maxPlaceholder  = 255     // characters of a #name or a :value
	maxPlaceholders = 2 << 20 // bytes of all #names, and of all :values, with their contents
)

// parser parses one expression by recursive descent. It panics with an invalid on
// the first error, and parse recovers it: returning an error from every step would
// hide the grammar.
type parser struct {
	*Placeholders
	member    string // such as "FilterExpression", for messages
	source    string
	tokens    []token
	at        int
	operators int
	paths     []Path
}

type invalid struct{ err error }

// parse runs the grammar on the complete source.
func (p *Placeholders) parse(member, source string, grammar func(*parser)) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case invalid:
			err = r.err
		default:
			panic(r)
		}
	}()
	x := &parser{Placeholders: p, member: member, source: source, tokens: tokens(source)}
	if source == "" {
		x.fail("The expression can not be empty;")
	}
	if len(source) > maxExpression {
		x.fail("Expression size has exceeded the maximum allowed size; expression size: %d", len(source))
	}
	grammar(x)
	if x.peek().kind != tokenEnd {
		x.unexpected()
	}
	if x.operators > maxOperators {
		x.fail("The expression contains too many operators; operator count: %d", x.operators)
	}
	return nil
}

func (x *parser) fail(format string, args ...any) {
	panic(invalid{protocol.Invalidf("Invalid "+x.member+": "+format, args...)})
}

// unexpected reports a syntax error at the next token.
func (x *parser) unexpected() {
	t := x.peek()
	from, to := t.start, t.end
	if x.at > 0 {
		from = x.tokens[x.at-1].start
	}
	if x.at+1 < len(x.tokens) {
		to = x.tokens[x.at+1].end
	}
	x.fail("Syntax error; token: %q, near: %q", t.text, x.source[from:to])
}

func (x *parser) peek() token { return x.tokens[x.at] }

func (x *parser) next() token {
	t := x.tokens[x.at]
	if t.kind != tokenEnd {
		x.at++
	}
	return t
}

func (x *parser) accept(symbol string) bool {
	if x.peek().is(symbol) {
		x.at++
		return true
	}
	return false
}

func (x *parser) expect(symbol string) {
	if !x.accept(symbol) {
		x.unexpected()
	}
}

func (x *parser) acceptKeyword(name string) bool {
	if x.peek().keyword(name) {
		x.at++
		return true
	}
	return false
}

// value parses a :value. The caller has checked that the next token is one.
func (x *parser) value() attr.Value {
	name := x.next().text
	value, ok := x.values[name]
	if !ok {
		x.fail("An expression attribute value used in expression is not defined; attribute value: %s", name)
	}
	x.usedValues[name] = true
	return value
}

// path parses name(.name | [index])*.
func (x *parser) path() Path {
	path := Path{{name: x.attributeName()}}
	for {
		switch {
		case x.accept("."):
			path = append(path, step{name: x.attributeName()})
		case x.accept("["):
			if x.peek().kind != tokenNumber {
				x.unexpected()
			}
			path = append(path, step{index: x.index(x.next().text), isIndex: true})
			x.expect("]")
		default:
			if len(path) > maxPath {
				x.fail("The document path has too many nesting levels; nesting levels: %d", len(path))
			}
			x.paths = append(x.paths, path)
			return path
		}
	}
}

func (x *parser) attributeName() string {
	switch t := x.peek(); t.kind {
	case tokenName:
		x.at++
		name, ok := x.names[t.text]
		if !ok {
			x.fail("An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
		}
		x.usedNames[t.text] = true
		return name
	case tokenIdent:
		if reserved(t.text) {
			x.fail("Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		x.at++
		return t.text
	default:
		x.unexpected()
		return ""
	}
}

func (x *parser) index(text string) int {
	index := 0
	for _, digit := range text {
		index = index*10 + int(digit-'0')
		if index > 1<<31-1 {
			x.fail("List index is not within the allowable range; index: [%s]", text)
		}
	}
	return index
}

// functionName parses "name(" and returns the name. It reports false, without
// reading anything, if no function follows.
func (x *parser) functionName() (string, bool) {
	if x.peek().kind != tokenIdent || !x.tokens[x.at+1].is("(") {
		return "", false
	}
	name := x.next().text
	x.at++
	return name, true
}

// arguments parses the operands of a function up to ")". The "(" has been read.
func (x *parser) arguments(read func() operand) []operand {
	list := []operand{read()}
	for x.accept(",") {
		list = append(list, read())
	}
	x.expect(")")
	return list
}

func (x *parser) count(function string, arguments, want int) {
	if arguments != want {
		x.fail("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", function, arguments)
	}
}

func (x *parser) wrongType(operator string, kind attr.Kind) {
	x.fail("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, kind)
}
