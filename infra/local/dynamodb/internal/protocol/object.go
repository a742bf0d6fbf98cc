package protocol

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// Object is one JSON object of a request. It remembers which members were read,
// so that Done can refuse the others; encoding/json alone would drop them, and
// would also take "tablename" for "TableName".
//
// The first error of a request sticks: readers return zero values after it, and
// Err tells it. That keeps an operation's decoding a list of fields.
type Object struct {
	request *request
	path    string
	members map[string]any
	read    map[string]bool
}

type request struct{ err error }

// Parse reads a request body: exactly one JSON object in valid UTF-8.
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
		return nil, Malformedf("the request has something after its JSON object")
	}
	if members == nil {
		return nil, Malformedf("the request is null")
	}
	return &Object{request: &request{}, members: members, read: map[string]bool{}}, nil
}

// Err is the first error of the whole request, or nil.
func (o *Object) Err() error { return o.request.err }

// Fail records err if it is the request's first error; nil is none.
func (o *Object) Fail(err error) {
	if err != nil && o.request.err == nil {
		o.request.err = err
	}
}

// Path names a member of this object for messages, such as "TransactItems.Put.Item".
func (o *Object) Path(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// Raw is the member as JSON gave it; absent and null are both (nil, false), as AWS treats them.
func (o *Object) Raw(name string) (any, bool) {
	o.read[name] = true
	value := o.members[name]
	return value, value != nil
}

// Has tells whether the member is there and not null, without counting it as read.
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

// Text is a string member; false if it is absent.
func (o *Object) Text(name string) (string, bool) { return member[string](o, name, "a string") }

// Bool is a boolean member; false if it is absent.
func (o *Object) Bool(name string) bool {
	value, _ := member[bool](o, name, "a boolean")
	return value
}

// Int is a whole-number member; the second result is false if it is absent.
func (o *Object) Int(name string) (int64, bool) {
	number, ok := member[json.Number](o, name, "a number")
	if !ok {
		return 0, false
	}
	value, err := number.Int64()
	if err != nil {
		o.Fail(Malformedf("%s is not a whole number: %s", o.Path(name), number))
		return 0, false
	}
	return value, true
}

// Object is a nested object, or nil if it is absent.
func (o *Object) Object(name string) *Object {
	members, ok := member[map[string]any](o, name, "an object")
	if !ok {
		return nil
	}
	return o.nested(o.Path(name), members)
}

// Objects is a list of objects; nil if it is absent.
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

// Names are this object's member names in order; for maps such as RequestItems.
func (o *Object) Names() []string { return slices.Sorted(maps.Keys(o.members)) }

// Members are all members as JSON gave them, none of which counts as read by this.
func (o *Object) Members() map[string]any { return o.members }

// TextMap is a map of strings; false if it is absent.
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

// Texts is a list of strings; nil if it is absent.
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

// Done refuses the members that were not read: they would be ignored, and the
// answer would be to another question.
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
