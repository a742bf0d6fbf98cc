package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Node is the compiled schema of a Go type, the same as in the specification. The
// Node of a recursive type is recursive.
type Node struct {
	kind       kind
	bits       int // of an integer
	unsigned   bool
	limits     Constraints
	nullable   bool
	properties map[string]*Node
	required   []string
	element    *Node // of an array or of a map's values
}

type kind uint8

const (
	anything kind = iota
	text
	boolean
	integer
	decimal
	array
	dictionary
	object
)

// JSONField returns the name that encoding/json uses for a struct field. optional
// reports whether the field may be absent (omitempty, omitzero, or a pointer). ok
// is false if encoding/json ignores the field.
func JSONField(f reflect.StructField) (name string, optional, ok bool) {
	tag := f.Tag.Get("json")
	if tag == "-" || !f.IsExported() {
		return "", false, false
	}
	name, options, _ := strings.Cut(tag, ",")
	if name == "" {
		name = f.Name
	}
	optional = f.Type.Kind() == reflect.Pointer
	for option := range strings.SplitSeq(options, ",") {
		optional = optional || option == "omitempty" || option == "omitzero"
	}
	return name, optional, true
}

// NotNull reports whether the tag of a pointer field is nullable:"false". A client
// can leave out such a field but cannot send null. A merge patch uses it for a
// property that cannot be removed.
func NotNull(tag reflect.StructTag) bool { return tag.Get("nullable") == "false" }

// Compile returns the Node of a type. It fails for types that JSON or the
// specification cannot represent and for malformed tags. The error names the type
// and the field.
func Compile(t reflect.Type) (*Node, error) {
	return compiler{}.node(t, Constraints{})
}

// compiler maps the struct types that it has seen to their Nodes, which may still
// be incomplete.
type compiler map[reflect.Type]*Node

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

func (c compiler) node(t reflect.Type, limits Constraints) (*Node, error) {
	switch t {
	case timeType:
		return &Node{kind: text, limits: Constraints{Format: "date-time"}}, nil
	case rawType:
		return &Node{kind: anything, nullable: true}, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		n, err := c.node(t.Elem(), limits)
		if err != nil {
			return nil, err
		}
		nullable := *n
		nullable.nullable = true
		if n.kind == object { // share n: its properties may still be incomplete
			return &Node{kind: object, nullable: true, element: n}, nil
		}
		return &nullable, nil
	case reflect.String:
		return &Node{kind: text, limits: limits}, nil
	case reflect.Bool:
		return &Node{kind: boolean}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &Node{kind: integer, bits: t.Bits(), limits: limits}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Node{kind: integer, bits: t.Bits(), unsigned: true, limits: limits}, nil
	case reflect.Float32, reflect.Float64:
		return &Node{kind: decimal, bits: t.Bits(), limits: limits}, nil
	case reflect.Interface:
		return &Node{kind: anything, nullable: true}, nil
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return nil, fmt.Errorf("%s: JSON has no type for bytes; use a string", t)
		}
		return c.collection(array, t.Elem(), limits)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: the keys of a map must be strings", t)
		}
		return c.collection(dictionary, t.Elem(), limits)
	case reflect.Struct:
		return c.object(t)
	}
	return nil, fmt.Errorf("%s: a %s cannot be in a contract", t, t.Kind())
}

func (c compiler) collection(k kind, elem reflect.Type, limits Constraints) (*Node, error) {
	n, err := c.node(elem, limits)
	if err != nil {
		return nil, err
	}
	// encoding/json writes a nil slice or map as null, but a contract does not allow null here.
	return &Node{kind: k, element: n, limits: limits}, nil
}

func (c compiler) object(t reflect.Type) (*Node, error) {
	if n := c[t]; n != nil {
		return n, nil
	}
	n := &Node{kind: object, properties: map[string]*Node{}}
	c[t] = n
	return n, c.fields(n, t)
}

func (c compiler) fields(n *Node, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if inner := f.Type; f.Anonymous && f.Tag.Get("json") == "" && inner.Kind() == reflect.Struct && inner != timeType {
			if err := c.fields(n, inner); err != nil {
				return err
			}
			continue
		}
		name, optional, ok := JSONField(f)
		if !ok {
			continue
		}
		limits, err := Of(f.Tag)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		p, err := c.node(f.Type, limits)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		if NotNull(f.Tag) {
			p.nullable = false
		}
		n.properties[name] = p
		if !optional {
			n.required = append(n.required, name)
		}
	}
	return nil
}
