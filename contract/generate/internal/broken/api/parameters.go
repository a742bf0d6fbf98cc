package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
)

// Paths has a path that its input does not match.
var Paths = rest.Operation[PathsInput, None]{
	ID: "paths", Method: http.MethodGet, Path: "/elsewhere//{a}/{a}/x{b}/{proxy+}/{c}",
}

// PathsInput lacks a and c.
type PathsInput struct {
	// One that is not in the path.
	D string `path:"d"`
}

// Parameters are wrong, each in its way.
var Parameters = rest.Operation[ParametersInput, None]{ID: "parameters", Method: http.MethodGet, Path: "/Broken/{list}"}

// ParametersInput is wrong in every field.
type ParametersInput struct {
	Mute string `query:"mute"`
	// Twice in two places.
	Twice string `query:"twice"`
	// Twice in another.
	TwiceToo string `header:"Twice"`
	// In two places.
	Both string `query:"both" header:"Both"`
	// Without a name.
	Nameless string `query:""`
	// With a name that no header has.
	BadHeader string `header:"Bad Header"`
	// Said elsewhere.
	Token string `header:"authorization"`
	// Kept by API Gateway.
	Length int `header:"content-length"`
	// A list in the path.
	List []string `path:"list"`
	// Neither true nor false.
	Perhaps string `query:"perhaps" required:"yes"`
	// A constraint that is misspelt.
	Misspelt string `query:"misspelt" maxlength:"3"`
	// Constraints of another type.
	Other int `query:"other" maxLength:"3" enum:"1,2" minItems:"1"`
	// Bytes.
	Bytes []byte `query:"bytes"`
	// An example of another type.
	Example int `query:"example" example:"many"`
	// An example out of bounds.
	Bounds []int `query:"bounds" maximum:"3" example:"1,2,4"`
	// An example of another form.
	Form string `query:"form" format:"uuid" example:"4711"`
	// With texts of their own.
	Texts []Texts `query:"texts"`
}

// Headers are wrong too.
var Headers = rest.Operation[HeadersInput, HeadersOutput]{ID: "headers", Method: http.MethodGet, Path: "/Broken/headers"}

// HeadersInput has an invalid constraint.
type HeadersInput struct {
	// Constrained by nothing.
	Tag string `query:"tag" minLength:"few"`
}

// HeadersOutput has fields that cannot be headers.
type HeadersOutput struct {
	Mute string `header:"Mute"`
	// Not in a query.
	Query string `query:"query"`
	// Set by the adapter.
	Region string `header:"x-region"`
	// Set by API Gateway.
	Length int `header:"content-length"`
	// Dropped by API Gateway.
	Via string `header:"Via"`
	// Renamed by API Gateway.
	Server string `header:"server"`
	// About bytes that the handler does not write.
	Encoding string `header:"content-encoding"`
	// About the connection.
	Alive string `header:"Keep-Alive"`
	// Set by API Gateway.
	Trace string `header:"x-amzn-trace-id"`
	// Set by the adapter and API Gateway for every origin.
	MaxAge int `header:"Access-Control-Max-Age"`
	// Sent to every origin.
	Cookie string `header:"set-cookie"`
	// A time has no form in headers.
	Date time.Time `header:"X-Date"`
	// Nor has a list.
	List []string `header:"X-List"`
	// Once.
	Once string `header:"X-Once"`
	// And again.
	Again string `header:"x-once"`
}
