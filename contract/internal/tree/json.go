package tree

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// reader parses strict JSON (RFC 8259): no comments, no trailing commas. It is
// written by hand because encoding/json reports no positions of values. Deriving
// them from the offsets of json.Decoder.Token takes 4 times as long and misplaces
// syntax errors; parsing JSON as YAML takes 20 times as long.
type reader struct {
	file      string
	data      []byte
	offset    int
	line      int
	lineStart int
	depth     int
}

func readJSON(name string, data []byte) (*Node, error) {
	r := &reader{file: name, data: data, line: 1}
	n, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.offset < len(data) {
		return nil, r.fail("unexpected data after the end of the document")
	}
	return n, nil
}

func (r *reader) fail(format string, args ...any) error {
	return &Error{File: r.file, Line: r.line, Column: r.offset - r.lineStart + 1, Reason: fmt.Sprintf(format, args...)}
}

func (r *reader) space() {
	for ; r.offset < len(r.data); r.offset++ {
		switch r.data[r.offset] {
		case ' ', '\t', '\r':
		case '\n':
			r.line++
			r.lineStart = r.offset + 1
		default:
			return
		}
	}
}

// peek skips white space and returns the next byte, or 0 at the end.
func (r *reader) peek() byte {
	r.space()
	if r.offset < len(r.data) {
		return r.data[r.offset]
	}
	return 0
}

func (r *reader) value() (*Node, error) {
	c := r.peek()
	n := &Node{Line: r.line, Column: r.offset - r.lineStart + 1}
	var err error
	switch {
	case c == 0 && r.offset >= len(r.data):
		return nil, r.fail("unexpected end of the document, expected a value")
	case c == '{' || c == '[':
		if r.depth++; r.depth > MaxDepth {
			return nil, r.fail("nesting exceeds %d levels", MaxDepth)
		}
		if c == '{' {
			err = r.object(n)
		} else {
			err = r.array(n)
		}
		r.depth--
	case c == '"':
		n.Kind = String
		n.Text, err = r.string()
	case c == '-' || c >= '0' && c <= '9':
		n.Kind = Number
		n.Text, err = r.number()
	case r.literal("true"), r.literal("false"):
		n.Kind = Bool
		n.Text = map[byte]string{'t': "true", 'f': "false"}[c]
	case r.literal("null"):
	default:
		return nil, r.fail("unexpected %q, expected a value", c)
	}
	return n, err
}

// literal skips text and reports true if the input continues with it.
func (r *reader) literal(text string) bool {
	if !bytes.HasPrefix(r.data[r.offset:], []byte(text)) {
		return false
	}
	r.offset += len(text)
	return true
}

func (r *reader) object(n *Node) error {
	n.Kind = Object
	r.offset++
	for first := true; ; first = false {
		switch c := r.peek(); {
		case c == '}':
			r.offset++
			n.index()
			return nil
		case !first && c == ',':
			r.offset++
		case !first:
			return r.fail("expected a comma or the end of the object")
		}
		if r.peek() != '"' {
			return r.fail("expected a member name in double quotes")
		}
		m := Member{Line: r.line, Column: r.offset - r.lineStart + 1}
		var err error
		if m.Name, err = r.string(); err != nil {
			return err
		}
		if r.peek() != ':' {
			return r.fail("expected a colon after %.40q", m.Name)
		}
		r.offset++
		if m.Value, err = r.value(); err != nil {
			return err
		}
		n.Members = append(n.Members, m)
	}
}

func (r *reader) array(n *Node) error {
	n.Kind = Array
	r.offset++
	for first := true; ; first = false {
		switch c := r.peek(); {
		case c == ']':
			r.offset++
			return nil
		case !first && c == ',':
			r.offset++
			if r.peek() == ']' {
				return r.fail("expected a value after the comma")
			}
		case !first:
			return r.fail("expected a comma or the end of the array")
		}
		item, err := r.value()
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
}

func (r *reader) string() (string, error) {
	start := r.offset
	plain := true
	for r.offset++; r.offset < len(r.data); r.offset++ {
		switch c := r.data[r.offset]; {
		case c == '"':
			r.offset++
			if plain {
				return string(r.data[start+1 : r.offset-1]), nil
			}
			var s string
			if err := json.Unmarshal(r.data[start:r.offset], &s); err != nil {
				r.offset = start
				return "", r.fail("the string has an invalid escape sequence")
			}
			return s, nil
		case c == '\\':
			plain = false
			r.offset++
		case c < ' ':
			return "", r.fail("unescaped control character in a string")
		}
	}
	r.offset = start
	return "", r.fail("the string has no closing quote")
}

func (r *reader) number() (string, error) {
	start := r.offset
	for r.offset < len(r.data) && isNumeric(r.data[r.offset]) {
		r.offset++
	}
	text := r.data[start:r.offset]
	if !json.Valid(text) {
		r.offset = start
		return "", r.fail("%.40q is not a valid number", text)
	}
	return string(text), nil
}

func isNumeric(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}
