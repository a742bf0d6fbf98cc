package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// Draw draws.
var Draw = rest.Operation[DrawInput, DrawOutput]{ID: "draw", Method: http.MethodPost, Path: "/misfit/drawings"}

// DrawInput has unions in its body.
type DrawInput struct{ Body Drawing }

// DrawOutput has a variant for a body.
type DrawOutput struct{ Body Circle }

// Drawing uses a variant without its union.
type Drawing struct {
	// With an example of no variant.
	Shape schema.OneOf[Shape] `json:"shape" example:"{\"kind\":\"square\"}"`
	// Without its union.
	Circles []*Circle `json:"circles"`
	// An open interface.
	Open schema.OneOf[Open] `json:"open"`
	// Without a comment.
	Mute schema.OneOf[Mute] `json:"mute"`
}

// Shape has a variant that another union has, too.
type Shape interface{ shape() }

// Open can be implemented by every package.
type Open interface{ Open() }

type Mute interface{ mute() }

// Circle is a shape, and open.
type Circle struct{}

// Dot is nothing else.
type Dot struct{}

func (Circle) shape() {}

// Open makes it another union's variant.
func (Circle) Open() {}
func (Dot) mute()    {}

var (
	_ = schema.Union[Shape]("kind", schema.Variant[Circle]("circle"))
	_ = schema.Union[Open]("kind", schema.Variant[Circle]("circle"))
	_ = schema.Union[Mute]("kind", schema.Variant[Dot]("dot"))
)
