package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
)

// Bodies are missing.
var Bodies = rest.Operation[BodiesInput, BodiesOutput]{ID: "bodies", Method: http.MethodPost, Path: "/Broken/bodies"}

// BodiesInput has bytes for a body.
type BodiesInput struct{ Body []byte }

// BodiesOutput has a body without a name.
type BodiesOutput struct {
	Body []struct {
		OK bool `json:"ok"`
	}
}

// Fields are wrong.
var Fields = rest.Operation[FieldsInput, FieldsOutput]{ID: "fields", Method: http.MethodPost, Path: "/Broken/fields"}

// FieldsInput has them in its body.
type FieldsInput struct{ Body Wrong }

// FieldsOutput has types of other packages and places.
type FieldsOutput struct{ Body map[string]*Outer }

// Wrong is wrong in every field.
type Wrong struct {
	*Fine // by pointer
	Fine2 `json:",omitempty"`
	Kind         // no struct
	Mute  string `json:"mute"`
	// Written as text.
	Text int `json:"text,string"`
	// With a JSON form of its own.
	Own Own `json:"own"`
	// With texts of its own.
	Texts []*Texts `json:"texts"`
	// Of fixed length.
	Array [3]int `json:"array"`
	// With numbers for keys.
	Keys map[int]Fine `json:"keys"`
	// With keys of their own form.
	OwnKeys map[Texts]string `json:"ownKeys"`
	// Without a name.
	Anonymous *struct{ A int } `json:"anonymous"`
	// No value at all.
	Func func() `json:"func"`
	// Of any type that has a method.
	Interface []error `json:"interface"`
	// Bytes.
	Bytes []byte `json:"bytes"`
	// Too many.
	Complex map[string]complex128 `json:"complex"`
	// Alike but for the case.
	Alike string `json:"alike"`
	// Alike.
	Alike2 string `json:"ALIKE"`
	// With an invalid pattern.
	Pattern string `json:"pattern" pattern:"("`
	// With the constraint of a parameter.
	Required string `json:"required" required:"true"`
	// With another's constraint.
	Limits time.Time `json:"limits" format:"date" minimum:"1"`
}

// Fine2 is fine.
type Fine2 struct{}

// Kind is a string.
type Kind string

// Own marshals itself.
type Own struct{}

// MarshalJSON returns JSON that the specification cannot describe.
func (Own) MarshalJSON() ([]byte, error) { return []byte("1"), nil }

// Texts is a text by itself.
type Texts string

// UnmarshalText accepts text that the specification cannot describe.
func (*Texts) UnmarshalText([]byte) error { return nil }

// Outer is not written as a struct, so that its fields' comments are not its own.
type Outer Inner

type Inner struct {
	// Whatever.
	OK string `json:"ok"`
}
