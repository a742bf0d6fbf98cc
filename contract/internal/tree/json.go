package tree

import (
	"encoding/json"
	"fmt"
)

// reader reads JSON (RFC 8259) strictly: no comments, no trailing commas. It
// is written by hand because encoding/json does not tell the places.
type reader struct {
	file      string
	data      []byte
	at        int
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
	if r.space(); r.at < len(data) {
		return nil, r.fail("there is something after the end of the document")
	}
	return n, nil
}

func (r *reader) fail(format string, args ...any) error {
	return &Error{File: r.file, Line: r.line, Column: r.at - r.lineStart + 1, Reason: fmt.Sprintf(format, args...)}
}

func (r *reader) space() {
	for ; r.at < len(r.data); r.at++ {
		switch r.data[r.at] {
		case ' ', '\t', '\r':
		case '\n':
			r.line++
			r.lineStart = r.at + 1
		default:
			return
		}
	}
}

// peek is the next character after white space, or 0 at the end.
func (r *reader) peek() byte {
	r.space()
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

func (r *reader) value() (*Node, error) {
	c := r.peek()
	n := &Node{Line: r.line, Column: r.at - r.lineStart + 1}
	var err error
	switch {
	case c == 0 && r.at >= len(r.data):
		return nil, r.fail("the document ends where a value belongs")
	case c == '{' || c == '[':
		if r.depth++; r.depth > MaxDepth {
			return nil, r.fail("values nest deeper than %d", MaxDepth)
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
	case r.word("true"), r.word("false"):
		n.Kind = Bool
		n.Text = map[byte]string{'t': "true", 'f': "false"}[c]
	case r.word("null"):
	default:
		return nil, r.fail("%q begins no value", c)
	}
	return n, err
}

// word passes over a word, if it is next.
func (r *reader) word(w string) bool {
	if len(r.data)-r.at < len(w) || string(r.data[r.at:r.at+len(w)]) != w {
		return false
	}
	r.at += len(w)
	return true
}

func (r *reader) object(n *Node) error {
	n.Kind = Object
	r.at++
	for first := true; ; first = false {
		switch c := r.peek(); {
		case c == '}':
			r.at++
			n.index()
			return nil
		case !first && c == ',':
			r.at++
		case !first:
			return r.fail("a comma or the object's end belongs here")
		}
		if r.peek() != '"' {
			return r.fail("a member's name in double quotes belongs here")
		}
		m := Member{Line: r.line, Column: r.at - r.lineStart + 1}
		var err error
		if m.Name, err = r.string(); err != nil {
			return err
		}
		if r.peek() != ':' {
			return r.fail("a colon belongs after %.40q", m.Name)
		}
		r.at++
		if m.Value, err = r.value(); err != nil {
			return err
		}
		n.Members = append(n.Members, m)
	}
}

func (r *reader) array(n *Node) error {
	n.Kind = Array
	r.at++
	for first := true; ; first = false {
		switch c := r.peek(); {
		case c == ']':
			r.at++
			return nil
		case !first && c == ',':
			r.at++
			if r.peek() == ']' {
				return r.fail("a value belongs after the comma")
			}
		case !first:
			return r.fail("a comma or the array's end belongs here")
		}
		item, err := r.value()
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
}

func (r *reader) string() (string, error) {
	start := r.at
	plain := true
	for r.at++; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; {
		case c == '"':
			r.at++
			if plain {
				return string(r.data[start+1 : r.at-1]), nil
			}
			var s string
			if err := json.Unmarshal(r.data[start:r.at], &s); err != nil {
				r.at = start
				return "", r.fail("the string has an escape that JSON does not know")
			}
			return s, nil
		case c == '\\':
			plain = false
			r.at++
		case c < ' ':
			return "", r.fail("a string cannot hold a raw control character")
		}
	}
	r.at = start
	return "", r.fail("the string does not end")
}

func (r *reader) number() (string, error) {
	start := r.at
	for r.at < len(r.data) && isNumeric(r.data[r.at]) {
		r.at++
	}
	text := r.data[start:r.at]
	if !json.Valid(text) {
		r.at = start
		return "", r.fail("%.40q is not a number", text)
	}
	return string(text), nil
}

func isNumeric(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}
