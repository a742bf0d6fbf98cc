package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
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
	closed     bool  // to properties that it does not declare
	element    *Node // of an array or of a map's values
	// discriminator is the property that names one of variants.
	discriminator string
}

type kind uint8

const (
	anything kind = iota
	verbatim      // any value, which keeps its text
	text
	boolean
	integer
	decimal
	array
	dictionary
	object
	variants // of a union: objects
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

const nullableTag = "nullable"

// NotNull reports whether the tag of a pointer field is nullable:"false". A client
// can leave out such a field but cannot send null. A merge patch uses it for a
// property that cannot be removed.
func NotNull(tag reflect.StructTag) bool { return tag.Get(nullableTag) == "false" }

// Compile returns the Node of a type. It fails for types that JSON or the
// specification cannot represent and for malformed tags. The error names the type
// and the field.
func Compile(t reflect.Type) (*Node, error) { return newCompiler().node(t, Constraints{}) }

// CompileField returns the Node of a field's type with the constraints of its tags.
func CompileField(f reflect.StructField) (*Node, error) { return newCompiler().field(f) }

// compiler compiles a type and all types in it.
type compiler struct {
	// structs are the struct types that it has seen. Their Nodes may still be
	// incomplete.
	structs map[reflect.Type]*Node
	// enclosing are the types around the current one, up to the nearest struct.
	enclosing []reflect.Type
}

func newCompiler() *compiler { return &compiler{structs: map[reflect.Type]*Node{}} }

var (
	timeType   = reflect.TypeFor[time.Time]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	numberType = reflect.TypeFor[json.Number]()
)

func (c *compiler) node(t reflect.Type, limits Constraints) (*Node, error) {
	switch t {
	case timeType:
		return &Node{kind: text, limits: Constraints{Format: "date-time"}}, nil
	case rawType:
		return &Node{kind: verbatim, nullable: true}, nil
	case numberType:
		return nil, fmt.Errorf("%s: use float64 for numbers, or string for more digits", t)
	}
	switch t.Kind() {
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
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return c.container(t, limits)
	case reflect.Struct:
		if u, ok := UnionOf(t); ok {
			return c.union(t, u)
		}
		return c.object(t)
	}
	return nil, fmt.Errorf("%s: a %s cannot be in a contract", t, t.Kind())
}

// container returns the Node of a pointer, slice, array or map.
func (c *compiler) container(t reflect.Type, limits Constraints) (*Node, error) {
	if slices.Contains(c.enclosing, t) {
		return nil, fmt.Errorf("%s contains itself without a struct in between: no schema can describe it", t)
	}
	c.enclosing = append(c.enclosing, t)
	defer func() { c.enclosing = c.enclosing[:len(c.enclosing)-1] }()
	switch t.Kind() {
	case reflect.Pointer:
		n, err := c.node(t.Elem(), limits)
		if err != nil {
			return nil, err
		}
		if n.kind == variants {
			return nil, fmt.Errorf("%s: a union is never null: use the option omitzero without a pointer", t)
		}
		if n.kind == object && n.element == nil { // share n: its properties may still be incomplete
			return &Node{kind: object, nullable: true, element: n}, nil
		}
		nullable := *n
		nullable.nullable = true
		return &nullable, nil
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: the keys of a map must be strings", t)
		}
		return c.collection(dictionary, t.Elem(), limits)
	}
	if t.Elem().Kind() == reflect.Uint8 {
		return nil, fmt.Errorf("%s: JSON has no type for bytes; use a string", t)
	}
	return c.collection(array, t.Elem(), limits)
}

// collection returns the Node of an array or dictionary. It is not nullable:
// encoding/json writes a nil slice or map as null, which Complete replaces.
func (c *compiler) collection(k kind, elem reflect.Type, limits Constraints) (*Node, error) {
	n, err := c.node(elem, limits)
	if err != nil {
		return nil, err
	}
	return &Node{kind: k, element: n, limits: limits}, nil
}

func (c *compiler) object(t reflect.Type) (*Node, error) {
	if n := c.structs[t]; n != nil {
		return n, nil
	}
	n := &Node{kind: object, properties: map[string]*Node{}}
	c.structs[t] = n
	enclosing := c.enclosing
	c.enclosing = nil
	err := c.fields(n, t)
	c.enclosing = enclosing
	return n, err
}

func (c *compiler) fields(n *Node, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if inner := f.Type; f.Anonymous && f.Tag.Get("json") == "" && inner.Kind() == reflect.Struct && inner != timeType {
			if err := c.fields(n, inner); err != nil {
				return err
			}
			continue
		}
		if f.Name == "_" {
			var err error
			if n.limits, err = Of(f.Tag); err != nil {
				return fmt.Errorf("%s.%s: %w", t, f.Name, err)
			}
			n.closed = n.limits.MinProperties != nil || n.limits.MaxProperties != nil
		}
		name, optional, ok := JSONField(f)
		if !ok {
			continue
		}
		p, err := c.field(f)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		n.properties[name] = p
		if !optional {
			n.required = append(n.required, name)
		}
	}
	return nil
}

func (c *compiler) field(f reflect.StructField) (*Node, error) {
	limits, err := Of(f.Tag)
	if err != nil {
		return nil, err
	}
	n, err := c.node(f.Type, limits)
	if err == nil && NotNull(f.Tag) {
		if f.Type.Kind() != reflect.Pointer {
			return nil, fmt.Errorf("tag %s: a %s is not a pointer", nullableTag, f.Type)
		}
		if PointsToNull(f.Type) {
			return nil, fmt.Errorf("tag %s: the value that a %s points to can be null itself", nullableTag, f.Type)
		}
		n.nullable = false
	}
	return n, err
}

// PointsToNull reports whether the value that a pointer points to can be null itself.
func PointsToNull(t reflect.Type) bool {
	elem := t.Elem()
	return elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Interface || elem == rawType
}
