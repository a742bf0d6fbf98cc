package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
)

// Tagged has tags that no value can satisfy, or that have no effect.
var Tagged = rest.Operation[TaggedInput, TaggedOutput]{ID: "tagged", Method: http.MethodPost, Path: "/Broken/tagged"}

// TaggedInput may be null in one way only.
type TaggedInput struct {
	Body **Tags `nullable:"false"`
}

// TaggedOutput would be null.
type TaggedOutput struct {
	Body *Counts `nullable:"false"`
}

// Tags are wrong.
type Tags struct {
	// Null is one of its values.
	Any *any `json:"any,omitempty" nullable:"false"`
	// Null is one of its values.
	Raw *json.RawMessage `json:"raw,omitempty" nullable:"false"`
	// Written as null.
	Pointer *int `json:"pointer" nullable:"false"`
	// With a name that every object has.
	Constructor string `json:"constructor"`
	// With a space too many.
	Enum string `json:"enum" enum:"a, b"`
	// Between two numbers of its type.
	Between float32 `json:"between" minimum:"0.1000000001" maximum:"16777217"`
	// Between two numbers of its type, too.
	Double float64 `json:"double" minimum:"0.10" maximum:"9007199254740993"`
	// Next to the bounds of its type.
	Next int64 `json:"next" minimum:"-9223372036854775807" maximum:"9223372036854775806"`
	// Next to the bound of its type.
	NextUnsigned uint64 `json:"nextUnsigned" maximum:"18446744073709551614"`
	// The largest and the smallest numbers, as the opposite bounds.
	Opposite int64 `json:"opposite" minimum:"9223372036854775807"`
	// The largest number, as the opposite bound.
	OppositeUnsigned uint64 `json:"oppositeUnsigned" minimum:"18446744073709551615"`
	// Whose number of properties is impossible.
	Counts Counts `json:"counts"`
	// With two blank fields.
	Twice Twice `json:"twice"`
	// Without the methods of a time.
	Day Day `json:"day"`
}

// Day is a time, which encoding/json does not know.
type Day time.Time

// Counts allows fewer properties than it requires, and needs more than it has.
type Counts struct {
	_ struct{} `minProperties:"4" maxProperties:"1"`
	// One.
	One int `json:"one"`
	// Two.
	Two int `json:"two"`
	// Three.
	Three *int `json:"three,omitempty" nullable:"false"`
}

// Twice limits the number of its properties twice.
type Twice struct {
	_ struct{} `minProperties:"1"`
	Once
}

// Once counts properties that encoding/json omits.
type Once struct {
	_ struct{} `minProperties:"1"`
	// Zero is omitted.
	Zero int `json:"zero,omitempty"`
	// Null is omitted.
	Null *int `json:"null,omitempty"`
	// Counted.
	Counted *int `json:"counted,omitempty" nullable:"false"`
}
