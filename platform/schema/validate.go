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
// most 20. If it returns no errors, encoding/json can decode the text into the Go
// type, and the text satisfies every constraint.
func (n *Node) Validate(data []byte) []Error {
	var text json.RawMessage
	if err := json.Unmarshal(data, &text); err != nil {
		return []Error{{"", "must be JSON: " + err.Error() + offset(err)}}
	}
	v := validation{scan: jsonscan.New(data)}
	v.value(n, "")
	return v.errs
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
	errs  []Error
	depth int
}

// maxDepth is the largest depth of a body; encoding/json allows 10,000.
const maxDepth = 64

func (v *validation) report(pointer, message string) {
	if message != "" && len(v.errs) < maxErrors {
		v.errs = append(v.errs, Error{pointer, message})
	}
}

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
	case anything:
		v.scan.Skip()
	case text:
		if c != '"' {
			v.skip(at, "a string")
			return
		}
		v.report(at, n.limits.CheckString(string(v.scan.String())))
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
		v.report(at, n.checkNumber(string(v.scan.Number())))
	case array:
		v.array(n, at)
	case dictionary, object:
		if c != '{' {
			v.skip(at, "an object")
			return
		}
		if n.kind == dictionary {
			v.dictionary(n, at)
		} else {
			if n.element != nil {
				n = n.element // a pointer to a struct
			}
			v.object(n, at)
		}
	}
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
	for first := true; ; first = false {
		name, ok := v.scan.Key(first)
		if !ok {
			return
		}
		v.value(n.element, at+"/"+escape(string(name)))
	}
}

func (v *validation) object(n *Node, at string) {
	v.scan.Open('{')
	var seen []string
	for first := true; ; first = false {
		raw, ok := v.scan.Key(first)
		if !ok {
			break
		}
		name := string(raw)
		p := n.properties[name]
		if p == nil {
			v.unknown(n, at, name)
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
}

// unknown skips a property that the contract does not declare, so that newer
// clients can send it. It reports a property whose name differs from a declared
// one in case only, because encoding/json would decode it without any checks.
func (v *validation) unknown(n *Node, at, name string) {
	for known := range n.properties {
		if strings.EqualFold(known, name) {
			v.report(at+"/"+escape(name), "must be written "+known)
		}
	}
	v.scan.Skip()
}

func (n *Node) checkNumber(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "must be a number within range"
	}
	if n.kind == integer {
		if n.unsigned {
			_, err = strconv.ParseUint(s, 10, n.bits)
		} else {
			_, err = strconv.ParseInt(s, 10, n.bits)
		}
		if err != nil {
			return "must be a whole number within range"
		}
	}
	return n.limits.CheckNumber(f)
}

func escape(name string) string {
	if strings.ContainsAny(name, "~/") {
		return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
	}
	return name
}
