//lint:file-ignore SA5008 encoding/json ignores some names, which the generator refuses

package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
)

// Bodies are missing.
var Bodies = rest.Operation[BodiesInput, BodiesOutput]{ID: "bodies", Method: http.MethodPost, Path: "/Broken/bodies"}

// BodiesInput has bytes for a body.
type BodiesInput struct{ Body []byte }

// Nested contains itself.
var Nested = rest.Operation[NestedInput, NestedOutput]{ID: "nested", Method: http.MethodPost, Path: "/Broken/nested"}

// NestedInput has a body that contains itself.
type NestedInput struct{ Body NestedArray }

// NestedOutput has another one, and tags without effect.
type NestedOutput struct {
	Body NestedMap `minLength:"1" example:"{}"`
}

// Types that contain themselves without a struct in between.
type (
	NestedArray   []NestedArray
	NestedMap     map[string]NestedMap
	NestedPointer *NestedPointer
)

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

// Names has names that encoding/json ignores.
type Names struct {
	// With a name that encoding/json ignores.
	Its int `json:"it's"`
	// With another name that encoding/json ignores.
	Smile *[]int `json:"😀"`
	// With yet another.
	Backslash bool `json:"a\\b"`
}

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
	// Blank, with the constraint of a string.
	_ string `maxLength:"1" minProperties:"2" maxProperties:"1"`
	// A pointer to itself.
	Self NestedPointer `json:"self"`
	// A string for package schema, a number for encoding/json.
	Digits json.Number `json:"digits"`
	// Misspelt.
	Nullable *int `json:"nullable" nullable:"False"`
	// With elements that may be null.
	NoPointer []*int `json:"noPointer" nullable:"false"`
	// Of any type but null.
	NotNull any `json:"notNull" nullable:"false"`
	// Not a number.
	NaN float64 `json:"nan" minimum:"NaN"`
	// Beyond float64.
	Huge float64 `json:"huge" minimum:"1e400"`
	// Beyond float32.
	Large float32 `json:"large" maximum:"1e39"`
	// No number is that large.
	Empty int `json:"empty" minimum:"5" maximum:"3"`
	// No number is that large either.
	EmptyFloat float64 `json:"emptyFloat" minimum:"0.5" maximum:"0.25"`
	// Not exact in float64.
	Inexact int `json:"inexact" minimum:"9007199254740993"`
	// Exact.
	Exact []int64 `json:"exact" minimum:"-9223372036854775808" maximum:"9223372036854775807"`
	// Exact as well.
	ExactUnsigned uint64 `json:"exactUnsigned" maximum:"18446744073709551615"`
	// Not a whole number.
	Half int `json:"half" minimum:"0.5" maximum:"1e3"`
	// Beyond its type.
	Byte uint8 `json:"byte" minimum:"-1" maximum:"300"`
	// With fewer characters than it needs.
	Short string `json:"short" minLength:"2" maxLength:"1"`
	// With fewer elements than it needs.
	Few []map[string]int `json:"few" minItems:"2" maxItems:"1" minProperties:"2" maxProperties:"1"`
	// With values that its other constraints refuse.
	Enum string `json:"enum" enum:"a,bb,a" maxLength:"1"`
	// Only Go knows the flag.
	Flag string `json:"flag" pattern:"(?i)^abc$"`
	// Only Go knows the class.
	Posix string `json:"posix" pattern:"[[:alpha:]]"`
	// With the constraint of a parameter.
	Required string `json:"required" required:"true"`
	// Ends without a day.
	Ends string `json:"ends" deprecated:"soon"`
	// Ends in a comment.
	//
	// Deprecated: use Ends.
	Comment string `json:"comment"`
	// A value that it does not have ends.
	Values string `json:"values" enum:"a,b" deprecatedValues:"c=2026-12-01/2027-06-30: use a"`
	// A value ends without a day.
	DaylessValue string `json:"daylessValue" enum:"a,b" deprecatedValues:"a"`
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
