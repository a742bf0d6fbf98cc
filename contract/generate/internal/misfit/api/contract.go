// Package api is a contract with valid types but invalid examples and names. The
// errors are in errors.txt.
package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/contract/generate/internal/misfit/twin"
	"github.com/meridian-api/meridian/platform/rest"
)

// Put puts.
var Put = rest.Operation[PutInput, PutOutput]{ID: "put", Method: http.MethodPut, Path: "/misfit"}

// PutInput has bad examples.
type PutInput struct {
	// Of another type.
	Number int `query:"number" example:"many"`
	// Out of bounds.
	Bounds []int `query:"bounds" maximum:"3" example:"1,2,4"`
	// Too many.
	Many []bool `query:"many" maxItems:"1" example:"true,false"`
	// Of another form.
	Form string `header:"Form" format:"uuid" example:"4711"`
	// No time.
	Time time.Time `query:"time" example:"noon"`
	Body Order
}

// PutOutput has one as well, and another package's Order.
type PutOutput struct {
	// Of another type.
	Number int `header:"Number" example:"1.5"`
	Body   twin.Order
}

// Order has bad examples and no good comments.
type Order struct {
	// Not in the enum.
	Enum *string `json:"enum" enum:"a,b" example:"c"`
	// Too long.
	Long string `json:"long" maxLength:"3" example:"long"`
	// Unlike its pattern.
	Pattern []string `json:"pattern" pattern:"^[a-z]$" example:"a,bb"`
	// With a property too few.
	Line Line `json:"line" example:"{\"count\":1}"`
	// With a property too many.
	Lines []Line `json:"lines" example:"[{\"name\":\"a\",\"count\":1,\"more\":2}]"`
	// No JSON.
	Map map[string]int `json:"map" example:"{"`
	// More than one.
	Two  float64 `json:"two" example:"1 2"`
	Mute string  `json:"mute" example:"a"`
	// With a name that no model may have.
	Under_score Under_score `json:"underscore"`
	// With the name of a constructor.
	Next NewLine `json:"next"`
}

// Line is a line.
type Line struct {
	// Name of it.
	Name string `json:"name"`
	// Count of it.
	Count int8 `json:"count"`
}

// NewLine is named after the function that generated clients declare for Line.
type NewLine struct {
	// Name of it.
	Name string `json:"name"`
}

// Under_score cannot be the name of a model.
type Under_score struct{}

// Service returns the misfit context.
func Service() rest.Service {
	return rest.Service{
		Name: "misfit", Title: "Misfit", Owner: "team", Version: "1.0.0",
		Operations: []rest.Described{&Put, &Draw},
	}
}
