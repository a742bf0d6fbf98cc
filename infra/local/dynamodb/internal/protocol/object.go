package protocol

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Object is one JSON object of a request. It remembers which members have been
// read, so that Done can refuse the others. Package encoding/json alone would
// ignore them, and would also accept "tablename" for "TableName".
//
// The first error of a request is kept: after it, readers return zero values, and
// Err returns it. An operation can therefore read its members one after another and
// check for errors once.
type Object struct {
	request *request
	path    string
	members map[string]any
	read    map[string]bool
}

type request struct {
	err         error
	unsupported error
	malformed   error
	constraints []string
}

// Parse parses a request body, which must be exactly one JSON object in valid
// UTF-8.
func Parse(body []byte) (*Object, error) {
	if !utf8.Valid(body) {
		return nil, Malformedf("the request is not valid UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return nil, Malformedf("the request is not a JSON object: %v", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, Malformedf("the request has data after its JSON object")
	}
	if members == nil {
		return nil, Malformedf("the request is null")
	}
	return &Object{request: &request{}, members: members, read: map[string]bool{}}, nil
}

// Err returns the error of the whole request, or nil. A feature that the engine does not
// support precedes other errors: those may be consequences of not knowing the feature,
// and would blame the caller. AWS checks the shape of a request next, then the
// constraints of all its members, then everything else.
func (o *Object) Err() error {
	r := o.request
	switch {
	case r.unsupported != nil:
		return r.unsupported
	case r.malformed != nil:
		return r.malformed
	case r.constraints != nil:
		return constraintError(r.constraints)
	}
	return r.err
}

func constraintError(constraints []string) error {
	const most = 10 // AWS counts and lists no more (dynalite's test/helpers.js)
	constraints = constraints[:min(len(constraints), most)]
	noun := "error"
	if len(constraints) > 1 {
		noun = "errors"
	}
	return Invalidf("%d validation %s detected: %s", len(constraints), noun, strings.Join(constraints, "; "))
}

// Fail records err unless it is nil or not the first error of its kind.
func (o *Object) Fail(err error) {
	r := o.request
	var e *Error
	switch {
	case err == nil:
	case errors.As(err, &e) && e.unsupported:
		r.unsupported = cmp.Or(r.unsupported, err)
	case e != nil && e.Type == SerializationException:
		r.malformed = cmp.Or(r.malformed, err)
	default:
		r.err = cmp.Or(r.err, err)
	}
}

// Violate records that a member violates a constraint of the API's model, such as "Value
// null at 'tableName' failed to satisfy constraint: Member must not be null". AWS reports
// all violations of a request together.
func (o *Object) Violate(format string, args ...any) {
	o.request.constraints = append(o.request.constraints, fmt.Sprintf(format, args...))
}

// TopLevel reports whether the object is the request itself.
func (o *Object) TopLevel() bool { return o.path == "" }

// Path returns the path of a member of this object for messages, such as
// "TransactItems.Put.Item".
func (o *Object) Path(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// Raw returns a member as decoded from JSON. It reports false if the member is
// absent or null; AWS treats both alike.
func (o *Object) Raw(name string) (any, bool) {
	o.read[name] = true
	value := o.members[name]
	return value, value != nil
}

// Has reports whether a member is present and not null. It does not mark the member
// as read.
func (o *Object) Has(name string) bool { return o.members[name] != nil }

func member[T any](o *Object, name, want string) (T, bool) {
	var zero T
	raw, ok := o.Raw(name)
	if !ok {
		return zero, false
	}
	value, ok := raw.(T)
	if !ok {
		o.Fail(Malformedf("%s is not %s", o.Path(name), want))
	}
	return value, ok
}

// Text returns a string member. It reports false if the member is absent.
func (o *Object) Text(name string) (string, bool) { return member[string](o, name, "a string") }

// Bool returns a boolean member, or false if it is absent.
func (o *Object) Bool(name string) bool {
	value, _ := member[bool](o, name, "a boolean")
	return value
}

// Int returns an integer member. It reports false if the member is absent.
func (o *Object) Int(name string) (int64, bool) {
	number, ok := member[json.Number](o, name, "a number")
	if !ok {
		return 0, false
	}
	value, err := number.Int64()
	if err != nil {
		o.Fail(Malformedf("%s is not an integer: %s", o.Path(name), number))
		return 0, false
	}
	return value, true
}

// Object returns a nested object, or nil if it is absent.
func (o *Object) Object(name string) *Object {
	members, ok := member[map[string]any](o, name, "an object")
	if !ok {
		return nil
	}
	return o.nested(o.Path(name), members)
}

// Objects returns a list of objects, or nil if it is absent.
func (o *Object) Objects(name string) []*Object {
	list, ok := member[[]any](o, name, "a list")
	if !ok {
		return nil
	}
	objects := make([]*Object, 0, len(list))
	for _, element := range list {
		members, ok := element.(map[string]any)
		if !ok {
			o.Fail(Malformedf("%s has an element that is not an object", o.Path(name)))
			return nil
		}
		objects = append(objects, o.nested(o.Path(name), members))
	}
	return objects
}

// Names returns the names of this object's members in order. It serves maps such as
// RequestItems.
func (o *Object) Names() []string { return slices.Sorted(maps.Keys(o.members)) }

// Members returns all members as decoded from JSON, without marking them as read.
func (o *Object) Members() map[string]any { return o.members }

// TextMap returns a map of strings. It reports false if the member is absent.
func (o *Object) TextMap(name string) (map[string]string, bool) {
	members, ok := member[map[string]any](o, name, "an object")
	if !ok {
		return nil, false
	}
	texts := make(map[string]string, len(members))
	for key, value := range members {
		text, ok := value.(string)
		if !ok {
			o.Fail(Malformedf("%s.%s is not a string", o.Path(name), key))
			return nil, false
		}
		texts[key] = text
	}
	return texts, true
}

// Texts returns a list of strings, or nil if it is absent.
func (o *Object) Texts(name string) []string {
	list, ok := member[[]any](o, name, "a list")
	if !ok {
		return nil
	}
	texts := make([]string, 0, len(list))
	for _, element := range list {
		text, ok := element.(string)
		if !ok {
			o.Fail(Malformedf("%s has an element that is not a string", o.Path(name)))
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

// Done refuses the members that have not been read. A request whose member is
// ignored would get the wrong response.
func (o *Object) Done() {
	for _, name := range o.Names() {
		if o.members[name] != nil && !o.read[name] {
			o.Fail(Unsupported(o.Path(name)))
		}
	}
}

func (o *Object) nested(path string, members map[string]any) *Object {
	return &Object{request: o.request, path: path, members: members, read: map[string]bool{}}
}
