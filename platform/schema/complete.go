package schema

import (
	"bytes"

	"github.com/meridian-api/meridian/platform/internal/jsonscan"
)

// Complete replaces null in the JSON text of a value of the type, as encoding/json
// writes it, where the schema requires an array or an object: encoding/json writes
// null for a nil slice and a nil map. The result is data itself if nothing has to be
// replaced.
func (n *Node) Complete(data []byte) []byte {
	if !bytes.Contains(data, []byte("null")) {
		return data
	}
	c := completion{scan: jsonscan.New(data), text: replacer{data: data}}
	c.value(n)
	if c.scan.Err() != nil {
		return data
	}
	return c.text.result()
}

type completion struct {
	scan jsonscan.Scanner
	text replacer
}

func (c *completion) value(n *Node) {
	first := c.scan.Peek()
	switch {
	case first == 'n' && !n.nullable && n.kind == array:
		c.replace("[]")
	case first == 'n' && !n.nullable && n.kind == dictionary:
		c.replace("{}")
	case first == '[' && n.kind == array:
		c.scan.Open('[')
		for first := true; c.scan.Element(first); first = false {
			c.value(n.element)
		}
	case first == '{' && (n.kind == dictionary || n.kind == object):
		c.members(n)
	case first == '{' && n.kind == variants:
		name, _ := discriminator(c.scan, n.discriminator)
		if variant := n.properties[name]; variant != nil {
			c.members(variant)
			return
		}
		c.scan.Skip()
	default:
		c.scan.Skip()
	}
}

func (c *completion) members(n *Node) {
	if n.kind == object && n.element != nil {
		n = n.element // a pointer to a struct
	}
	c.scan.Open('{')
	for first := true; ; first = false {
		name, ok := c.scan.Key(first)
		if !ok {
			return
		}
		of := n.element
		if n.kind == object {
			of = n.properties[string(name)]
		}
		if of == nil {
			c.scan.Skip()
			continue
		}
		c.value(of)
	}
}

func (c *completion) replace(empty string) {
	start := c.scan.Pos()
	c.scan.Null()
	c.text.replace(start, c.scan.Pos(), empty)
}
