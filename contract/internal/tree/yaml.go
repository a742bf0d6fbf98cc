package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML parses a YAML file with one document. It expands aliases, which turns
// the graph of the text into a tree of limited size.
func readYAML(name string, data []byte) (*Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, more yaml.Node
	if err := decode(dec, &root); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Error{File: name, Reason: "the document is empty"}
		}
		return nil, yamlError(name, err)
	}
	if err := decode(dec, &more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, yamlError(name, err)
		}
		return nil, &Error{File: name, Line: more.Line, Column: more.Column, Reason: "the file contains a second document"}
	}
	c := converter{file: name, open: map[*yaml.Node]bool{}}
	return c.node(&root, 0)
}

// decode returns a panic of the parser as an error, because the input may be hostile.
func decode(dec *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML parser panicked: %v", p)
		}
	}()
	return dec.Decode(into)
}

// yamlError converts an error of the parser into an *Error with its position.
func yamlError(name string, err error) error {
	e := &Error{File: name, Reason: strings.TrimPrefix(err.Error(), "yaml: ")}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		e.Line, e.Column, e.Reason = load.Mark.Line, load.Mark.Column, load.Message
	}
	return e
}

type converter struct {
	file    string
	open    map[*yaml.Node]bool // values being converted, to detect cycles
	aliases int                 // aliases being expanded
	aliased int                 // values that aliases have expanded to so far
}

func (c *converter) fail(y *yaml.Node, format string, args ...any) error {
	return &Error{File: c.file, Line: y.Line, Column: y.Column, Reason: fmt.Sprintf(format, args...)}
}

func (c *converter) node(y *yaml.Node, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, c.fail(y, "nesting exceeds %d levels", MaxDepth)
	}
	if c.aliases > 0 {
		if c.aliased++; c.aliased > maxAliased {
			return nil, c.fail(y, "the aliases expand to more than %d values", maxAliased)
		}
	}
	switch y.Kind {
	case yaml.DocumentNode:
		if len(y.Content) == 0 {
			return nil, &Error{File: c.file, Reason: "the document is empty"}
		}
		return c.node(y.Content[0], depth)
	case yaml.AliasNode:
		return c.alias(y, depth)
	}
	n := &Node{Line: y.Line, Column: y.Column}
	if tag := y.ShortTag(); !strings.HasPrefix(tag, "!!") {
		n.Tag = tag
	}
	c.open[y] = true
	defer delete(c.open, y)
	switch y.Kind {
	case yaml.SequenceNode:
		n.Kind = Array
		for _, item := range y.Content {
			child, err := c.node(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, child)
		}
	case yaml.MappingNode:
		if err := c.mapping(n, y, depth); err != nil {
			return nil, err
		}
	default:
		n.Kind, n.Text = scalar(y)
	}
	return n, nil
}

func (c *converter) alias(y *yaml.Node, depth int) (*Node, error) {
	if y.Alias == nil || c.open[y.Alias] {
		return nil, c.fail(y, "the alias *%s contains itself", y.Value)
	}
	c.aliases++
	defer func() { c.aliases-- }()
	return c.node(y.Alias, depth+1)
}

func (c *converter) mapping(n *Node, y *yaml.Node, depth int) error {
	n.Kind = Object
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		child, err := c.node(value, depth+1)
		if err != nil {
			return err
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, child)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return c.fail(key, "a member name must be a scalar")
		}
		n.Members = append(n.Members, Member{Name: key.Value, Line: key.Line, Column: key.Column, Value: child})
	}
	n.index()
	if len(merged) > 0 {
		n.indexAll()
	}
	for _, m := range merged {
		n.merge(m)
	}
	return nil
}

// merge adds the members that n lacks from a mapping or a list of mappings
// (YAML's merge key). n must have an index.
func (n *Node) merge(from *Node) {
	for _, item := range from.Items {
		n.merge(item)
	}
	for _, m := range from.Members {
		if n.byName[m.Name] == nil {
			n.Members = append(n.Members, m)
			n.byName[m.Name] = m.Value
		}
	}
}

// scalar returns the kind and text of a scalar. Types that JSON lacks, such as
// dates, become strings.
func scalar(y *yaml.Node) (Kind, string) {
	switch y.ShortTag() {
	case "!!null":
		return Null, ""
	case "!!bool":
		var b bool
		if y.Decode(&b) == nil {
			return Bool, strconv.FormatBool(b)
		}
	case "!!int", "!!float":
		return Number, y.Value
	}
	return String, y.Value
}
