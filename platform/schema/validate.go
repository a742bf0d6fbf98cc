package schema

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/platform/internal/jsonscan"
)

// maxErrors limits the response to a body with many errors.
const maxErrors = 20

// Error describes a violation of the schema in a JSON text.
type Error struct {
	// Pointer is the JSON Pointer (RFC 6901) of the invalid value; "" is the root.
	Pointer string
	// Message says what is wrong and what would be accepted.
	Message string
}

// Validate returns the errors in the JSON text, in the order of the text and at
// most 20. If it returns no errors, encoding/json can decode the canonical text into
// the Go type, the text satisfies every constraint, and the value can be sent back.
//
// The canonical text is data with one spelling of strings whose format has several
// (see Canonical) and of integers (see Integer). It is data itself if it has no other
// spelling.
func (n *Node) Validate(data []byte) (canonical []byte, errs []Error) {
	var text json.RawMessage
	if err := json.Unmarshal(data, &text); err != nil {
		return data, []Error{{"", "must be JSON: " + err.Error() + offset(err)}}
	}
	if at := lossy(data); at >= 0 {
		return data, []Error{{"", notText + ": byte " + strconv.Itoa(at) + " begins a character that is not allowed"}}
	}
	v := validation{scan: jsonscan.New(data), text: replacer{data: data}}
	v.value(n, "")
	return v.text.result(), v.errs
}

// offset returns the position of a syntax error, or "" for another error.
func offset(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return " at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return ""
}

type validation struct {
	scan  jsonscan.Scanner
	text  replacer
	errs  []Error
	depth int
}

// maxDepth is the largest depth of a body; encoding/json allows 10,000.
const maxDepth = 64

// maxPointer is the maximum length of a pointer in bytes. The names of properties are the
// client's: 20 of them could make a response of more than 6 MB, for which Lambda fails.
const maxPointer = 1024

// report adds an error. If the pointer is too long, it is the pointer of a value that
// contains the invalid one.
func (v *validation) report(pointer, message string) {
	if message == "" || len(v.errs) >= maxErrors {
		return
	}
	for len(pointer) > maxPointer {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
		if !strings.HasPrefix(message, within) {
			message = within + message
		}
	}
	v.errs = append(v.errs, Error{pointer, message})
}

// within begins the message of an error whose pointer is too long.
const within = "in this value: "

// skip skips a value of the wrong type.
func (v *validation) skip(pointer, expected string) {
	v.report(pointer, "must be "+expected)
	v.scan.Skip()
}

func (v *validation) value(n *Node, at string) {
	if v.depth++; v.depth > maxDepth {
		v.report(at, "must not be nested deeper than "+strconv.Itoa(maxDepth))
		v.scan.Skip()
	} else {
		v.visit(n, at)
	}
	v.depth--
}

func (v *validation) visit(n *Node, at string) {
	c := v.scan.Peek()
	if c == 'n' && n.nullable {
		v.scan.Null()
		return
	}
	switch n.kind {
	case verbatim:
		v.scan.Skip()
	case anything:
		start := v.scan.Pos()
		v.scan.Skip()
		if number := outOfRange(v.scan.Raw(start)); number != "" {
			v.report(at, "must have numbers within range, unlike "+number)
		}
	case text:
		if c != '"' {
			v.skip(at, "a string")
			return
		}
		v.str(n, at)
	case boolean:
		if c != 't' && c != 'f' {
			v.skip(at, "true or false")
			return
		}
		v.scan.Bool()
	case integer, decimal:
		if c != '-' && (c < '0' || c > '9') {
			v.skip(at, "a number")
			return
		}
		v.number(n, at)
	case array:
		v.array(n, at)
	case dictionary, object, variants:
		if c != '{' {
			v.skip(at, "an object")
			return
		}
		switch {
		case n.kind == dictionary:
			v.dictionary(n, at)
		case n.kind == variants:
			v.union(n, at)
		case n.element != nil:
			v.object(n.element, at) // a pointer to a struct
		default:
			v.object(n, at)
		}
	}
}

// str checks a string and replaces it by its canonical spelling.
func (v *validation) str(n *Node, at string) {
	start := v.scan.Pos()
	s := string(v.scan.String())
	if message := n.limits.CheckString(s); message != "" {
		v.report(at, message)
		return
	}
	// The formats with several spellings have no characters that JSON escapes.
	if canonical := Canonical(n.limits.Format, s); canonical != s {
		v.text.replace(start, v.scan.Pos(), `"`+canonical+`"`)
	}
}

// number checks a number and replaces an integer by its canonical spelling.
func (v *validation) number(n *Node, at string) {
	start := v.scan.Pos()
	s := string(v.scan.Number())
	if n.kind == integer {
		if canonical := Integer(s); canonical != s {
			v.text.replace(start, v.scan.Pos(), canonical)
			s = canonical
		}
	}
	v.report(at, n.checkNumber(s))
}

func (v *validation) array(n *Node, at string) {
	if v.scan.Peek() != '[' {
		v.skip(at, "an array")
		return
	}
	v.scan.Open('[')
	count := 0
	for ; v.scan.Element(count == 0); count++ {
		v.value(n.element, at+"/"+strconv.Itoa(count))
	}
	v.report(at, n.limits.CheckItems(count))
}

func (v *validation) dictionary(n *Node, at string) {
	v.scan.Open('{')
	seen := map[string]bool{}
	count := 0
	for ; ; count++ {
		raw, ok := v.scan.Key(count == 0)
		if !ok {
			break
		}
		name := string(raw)
		if seen[name] {
			v.repeated(at, name)
			continue
		}
		seen[name] = true
		v.value(n.element, at+"/"+escape(name))
	}
	v.report(at, n.limits.CheckProperties(count))
}

func (v *validation) object(n *Node, at string) {
	v.scan.Open('{')
	var seen []string
	count := 0
	for ; ; count++ {
		raw, ok := v.scan.Key(count == 0)
		if !ok {
			break
		}
		name := string(raw)
		p := n.properties[name]
		if p == nil {
			v.unknown(n, at, name)
			continue
		}
		if slices.Contains(seen, name) {
			v.repeated(at, name)
			continue
		}
		seen = append(seen, name)
		v.value(p, at+"/"+escape(name))
	}
	for _, name := range n.required {
		if !slices.Contains(seen, name) {
			v.report(at+"/"+escape(name), "is required")
		}
	}
	v.report(at, n.limits.CheckProperties(count))
}

// repeated skips a member with the name of an earlier one. Readers keep the first, the
// last or both (RFC 8259, section 4): encoding/json merges objects.
func (v *validation) repeated(at, name string) {
	v.report(at+"/"+escape(name), "must not be repeated")
	v.scan.Skip()
}

// unknown skips a property that the contract does not declare, so that newer clients
// can send it, unless the struct is closed. It reports a property whose name differs
// from a declared one in case only, because encoding/json would decode it without any
// checks.
func (v *validation) unknown(n *Node, at, name string) {
	for known := range n.properties {
		if strings.EqualFold(known, name) {
			v.report(at+"/"+escape(name), "must be written "+known)
		}
	}
	if n.closed {
		v.report(at+"/"+escape(name), "is not a property of this object")
	}
	v.scan.Skip()
}

func (n *Node) checkNumber(s string) string {
	switch {
	case n.kind == decimal:
		if f, ok := ParseFloat(s, n.bits); ok {
			return n.limits.CheckFloat(f)
		}
		return "must be a number within range"
	case n.unsigned:
		if u, ok := ParseUint(s, n.bits); ok {
			return n.limits.CheckUint(u)
		}
	default:
		if i, ok := ParseInt(s, n.bits); ok {
			return n.limits.CheckInt(i)
		}
	}
	return "must be a whole number within range"
}

func escape(name string) string {
	if strings.ContainsAny(name, "~/") {
		return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
	}
	return name
}
