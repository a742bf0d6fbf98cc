package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/meridian-api/meridian/platform/internal/jsonscan"
	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
)

// OneOf is a field, an element or a body whose value has one of several types. They
// implement the interface I and are registered with Union:
//
//	// PaymentMethod is a way to pay.
//	type PaymentMethod interface{ paymentMethod() }
//
//	var _ = schema.Union[PaymentMethod]("kind",
//		schema.Variant[Card]("card"),
//		schema.Variant[Transfer]("transfer"),
//	)
//
//	type Order struct {
//		// How the order is paid.
//		Payment schema.OneOf[PaymentMethod] `json:"payment"`
//	}
//
// In JSON, the value is the object of its type with the discriminator as an additional
// property, such as {"kind": "card", "number": "1234"}. It is never null. An optional
// field has the option omitzero.
type OneOf[I any] struct{ Value I }

// VariantType is one of the types of a union.
type VariantType struct {
	// Name is the value of the discriminator.
	Name string
	// Type is a struct. Its properties do not include the discriminator.
	Type reflect.Type
}

// Variant returns the variant of a union with the struct type T.
func Variant[T any](name string) VariantType { return VariantType{name, reflect.TypeFor[T]()} }

// UnionType is a registered union.
type UnionType struct {
	// Interface is the interface that all variants implement.
	Interface reflect.Type
	// Discriminator is the property that contains the variant's name.
	Discriminator string
	Variants      []VariantType
	// Open unions in responses get more variants without notice: their clients ignore
	// names that they do not know. Requests always have one of the variants.
	Open bool
	// Deprecated announces that the union ends; see Deprecate.
	Deprecated string
}

// Deprecate announces that the union ends, in the form of rest.Deprecation:
//
//	var _ = schema.Union[PaymentMethod](...).Deprecate("2026-12-01/2027-06-30: use Payer")
//
// A variant ends with its struct, which has the tag deprecated at its blank field.
func (u *UnionType) Deprecate(announcement string) *UnionType {
	u.Deprecated = announcement
	return u
}

// Union registers the variants of an interface. Call it once for each interface, in the
// declaration of a package variable. Mistakes in it are reported by Compile, and so by
// the generator. Another variant in a response breaks clients; see OpenUnion.
//
// The interface has an unexported method, so that other packages cannot implement it.
// The methods of the variants have value receivers.
func Union[I any](discriminator string, variants ...VariantType) *UnionType {
	u := &UnionType{Interface: reflect.TypeFor[I](), Discriminator: discriminator, Variants: variants}
	if unions == nil {
		unions = map[reflect.Type]*UnionType{}
	}
	if unions[u.Interface] != nil {
		u.Variants = nil // Check reports it
	}
	unions[u.Interface] = u
	return u
}

// OpenUnion registers a union as Union does, to which releases can add variants without
// breaking the clients of its responses.
func OpenUnion[I any](discriminator string, variants ...VariantType) *UnionType {
	u := Union[I](discriminator, variants...)
	u.Open = true
	return u
}

// unions are the registered unions by their interface. Only the initialization of
// packages writes them.
var unions map[reflect.Type]*UnionType

// union is implemented by every OneOf, which returns its type and its interface, and by
// structs that embed one.
type union interface{ union() (of, i reflect.Type) }

var oneOfType = reflect.TypeFor[union]()

func (OneOf[I]) union() (of, i reflect.Type) {
	return reflect.TypeFor[OneOf[I]](), reflect.TypeFor[I]()
}

// UnionOf returns the union of a type OneOf, without variants if none are registered. It
// reports false for other types.
func UnionOf(t reflect.Type) (*UnionType, bool) {
	if t.Kind() != reflect.Struct || !t.Implements(oneOfType) {
		return nil, false
	}
	of, i := reflect.Zero(t).Interface().(union).union()
	if of != t {
		return nil, false
	}
	if u := unions[i]; u != nil {
		return u, true
	}
	return &UnionType{Interface: i}, true
}

// Check returns an error that says what is wrong with the registration.
func (u *UnionType) Check() error {
	switch {
	case u.Interface.Kind() != reflect.Interface || u.Interface.Name() == "":
		return fmt.Errorf("%s is not an interface with a name, so that it cannot be a union", u.Interface)
	case len(u.Variants) == 0:
		return fmt.Errorf("%s has no variants: declare them once with var _ = schema.Union[%s](...)", u.Interface, u.Interface.Name())
	case !isName(u.Discriminator):
		return fmt.Errorf("the discriminator %q of %s is not a name of letters and digits", u.Discriminator, u.Interface)
	}
	for i, v := range u.Variants {
		switch {
		case !isName(strings.NewReplacer("-", "a", "_", "a", ".", "a").Replace(v.Name)):
			return fmt.Errorf("the name %q of a variant of %s has other characters than letters, digits, dots, hyphens and underscores", v.Name, u.Interface)
		case v.Type.Kind() != reflect.Struct || v.Type.Name() == "":
			return fmt.Errorf("the variant %s of %s is not a struct with a name, but %s", v.Name, u.Interface, v.Type)
		case !v.Type.Implements(u.Interface):
			return fmt.Errorf("the variant %s of %s does not implement it: declare the methods of %s with value receivers",
				v.Name, u.Interface, v.Type)
		}
		for _, other := range u.Variants[:i] {
			if other.Name == v.Name || other.Type == v.Type {
				return fmt.Errorf("the variants %s (%s) and %s (%s) of %s are not distinct", other.Name, other.Type, v.Name, v.Type, u.Interface)
			}
		}
	}
	return nil
}

func isName(s string) bool { return s != "" && each(s, isAlphanumeric) }

// union returns the Node of a union. Its properties are the variants by their names, which
// are its enum.
func (c *compiler) union(t reflect.Type, u *UnionType) (*Node, error) {
	if n := c.structs[t]; n != nil {
		return n, nil
	}
	if err := u.Check(); err != nil {
		return nil, err
	}
	n := &Node{kind: variants, discriminator: u.Discriminator, properties: map[string]*Node{}}
	c.structs[t] = n
	enclosing := c.enclosing
	c.enclosing = nil
	defer func() { c.enclosing = enclosing }()
	for _, v := range u.Variants {
		object := &Node{kind: object, properties: map[string]*Node{}}
		if err := c.fields(object, v.Type); err != nil {
			return nil, err
		}
		for name := range object.properties {
			if strings.EqualFold(name, u.Discriminator) {
				return nil, fmt.Errorf("%s: the property %s is also the discriminator of %s", v.Type, name, u.Interface)
			}
		}
		object.properties[u.Discriminator] = &Node{kind: text, limits: Constraints{Enum: []string{v.Name}}}
		object.required = append([]string{u.Discriminator}, object.required...)
		n.properties[v.Name] = object
		n.limits.Enum = append(n.limits.Enum, v.Name)
	}
	return n, nil
}

// union checks an object against the variant that its discriminator names. Without one,
// the discriminator is its only error.
func (v *validation) union(n *Node, at string) {
	name, kind := discriminator(v.scan, n.discriminator)
	message := ""
	switch {
	case kind == 0:
		message = "is required"
	case kind != '"':
		message = "must be a string"
	default:
		message = n.limits.CheckString(name)
	}
	if message != "" {
		v.report(at+"/"+escape(n.discriminator), message)
		v.scan.Skip()
		return
	}
	v.object(n.properties[name], at)
}

// discriminator returns the first member with the name of the object that begins at the
// scanner, and the first byte of its value, which is 0 without such a member. The caller's
// scanner does not move.
func discriminator(scan jsonscan.Scanner, name string) (value string, kind byte) {
	scan.Open('{')
	for first := true; ; first = false {
		key, ok := scan.Key(first)
		switch {
		case !ok:
			return "", 0
		case string(key) != name:
			scan.Skip()
		case scan.Peek() == '"':
			return string(scan.String()), '"'
		default:
			return "", scan.Peek()
		}
	}
}

// UnmarshalJSON decodes the variant that the discriminator names.
func (o *OneOf[I]) UnmarshalJSON(data []byte) error {
	u, _ := UnionOf(reflect.TypeFor[OneOf[I]]())
	if scan := jsonscan.New(data); scan.Peek() != '{' {
		return fmt.Errorf("a %s must be an object", u.Interface)
	}
	name, _ := discriminator(jsonscan.New(data), u.Discriminator)
	for _, v := range u.Variants {
		if v.Name == name {
			decoded := reflect.New(v.Type)
			if err := json.Unmarshal(data, decoded.Interface()); err != nil {
				return err
			}
			o.Value = decoded.Elem().Interface().(I)
			return nil
		}
	}
	return fmt.Errorf("no variant of %s has the %s %q", u.Interface, u.Discriminator, name)
}

// MarshalJSON encodes the value, which is a variant or a pointer to one, with its
// discriminator. It fails for other values.
func (o OneOf[I]) MarshalJSON() ([]byte, error) {
	u, _ := UnionOf(reflect.TypeFor[OneOf[I]]())
	value := reflect.ValueOf(o.Value)
	if value.Kind() == reflect.Pointer {
		value = value.Elem() // a pointer has the methods of a variant, too
	}
	if !value.IsValid() {
		return nil, errors.New("a " + u.Interface.String() + " has no value: an optional field needs the option omitzero")
	}
	for _, v := range u.Variants {
		if v.Type == value.Type() {
			return v.encode(u.Discriminator, value.Interface())
		}
	}
	return nil, fmt.Errorf("%s is not a variant of %s", value.Type(), u.Interface)
}

func (v VariantType) encode(discriminator string, value any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // the outer encoder decides
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	members := bytes.TrimSpace(buf.Bytes())[1:] // without {
	out := make([]byte, 0, len(discriminator)+len(v.Name)+len(members)+8)
	out = append(jsonwrite.String(append(out, '{'), discriminator), ':')
	out = jsonwrite.String(out, v.Name)
	if members[0] != '}' {
		out = append(out, ',')
	}
	return append(out, members...), nil
}
