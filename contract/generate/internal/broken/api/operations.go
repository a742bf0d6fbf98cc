package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

var Undocumented = rest.Operation[None, None]{ID: "undocumented", Method: http.MethodGet, Path: "/Broken"}

// None contains nothing.
type None struct{}

// Shape is wrong in what every operation has.
var Shape = rest.Operation[WithBody, WithBody]{
	ID: "Shape_1", Method: "FETCH", Path: "/Broken/shape", Status: http.StatusNoContent,
	Memory: 64, Timeout: 1500 * time.Millisecond, Deprecated: "2026-12-01/2027-01-31: use twin",
}

// WithBody has a body.
type WithBody struct{ Body Fine }

// Fine is right.
type Fine struct {
	// Whatever.
	OK string `json:"ok"`
}

// Twin has the route of Shape and more.
//
// Deprecated: use Shape.
var Twin = rest.Operation[WithBody, None]{
	ID: "twin", Method: http.MethodGet, Path: "/Broken", Status: http.StatusFound, Memory: 10241, Timeout: 30 * time.Second,
}

// SameID shares its ID.
var SameID = rest.Operation[None, None]{ID: "same", Method: http.MethodGet, Path: "/Broken/same"}

// SameIDAgain shares it too.
var SameIDAgain = rest.Operation[None, None]{ID: "same", Method: http.MethodGet, Path: "/Broken/again"}

// Unlisted is not in Service.
var Unlisted = rest.Operation[None, None]{ID: "unlisted", Method: http.MethodGet, Path: "/Broken/unlisted"}

const namedID = "named"

// Named has an ID that the source does not show.
var Named = rest.Operation[None, None]{ID: namedID, Method: http.MethodGet, Path: "/Broken/named"}

// URL has a Lambda.
var URL = rest.Operation[None, None]{ID: "getURL", Method: http.MethodGet, Path: "/Broken/{url}"}

// URLToo would have the same, and the same route by another name.
var URLToo = rest.Operation[None, None]{ID: "getUrl", Method: http.MethodGet, Path: "/Broken/{too}"}

// Sibling would need a second variable in one place.
var Sibling = rest.Operation[None, None]{ID: "sibling", Method: http.MethodGet, Path: "/Broken/{other}/a b"}

// Access grants what it may not.
var Access = rest.Operation[AccessInput, None]{
	ID: "access", Method: http.MethodPost, Path: "/Broken/access",
	Public: true, Health: true, Scopes: []string{"Broken/used", "Broken/used", "Broken/undeclared"},
	Uses: rest.Uses{
		Foreign.Get(), Good.Query("none"), resource.Secret{Name: "foreign"}.Read(),
		{Table: "good"}, {Table: "good", Actions: []string{"dynamodb:*"}}, {Actions: []string{"s3:GetObject"}}, {Table: "good", Secret: "ok", Actions: []string{""}},
		Good.Get(resource.Keys("*", "a*b", "a?", "$a"), resource.Only("title"), resource.InTransaction()),
		Good.Put(resource.Only("id"), resource.InTransaction()), Numbered.Get(resource.Keys("1")), Good.Get(resource.InEveryReplica()),
	},
}

// AccessInput needs a caller, but the operation has no authorizer.
type AccessInput struct{ Caller claims.Caller }

// Callers has more than one caller.
var Callers = rest.Operation[CallersInput, CallersOutput]{ID: "callers", Method: http.MethodGet, Path: "/Broken/callers"}

// CallersInput has two.
type CallersInput struct{ Caller, Other claims.Caller }

// CallersOutput returns a caller.
type CallersOutput struct{ Caller claims.Caller }

// Pointer has its caller in a pointer.
var Pointer = rest.Operation[PointerInput, None]{ID: "pointer", Method: http.MethodGet, Path: "/Broken/pointer"}

// PointerInput might have no caller.
type PointerInput struct{ Caller *claims.Caller }

// Embedded has its caller where the adapter does not look.
var Embedded = rest.Operation[EmbeddedInput, None]{ID: "embedded", Method: http.MethodGet, Path: "/Broken/embedded"}

// EmbeddedInput embeds.
type EmbeddedInput struct{ AccessInput }

// Problems declares invalid kinds.
var Problems = rest.Operation[None, None]{
	ID: "problems", Method: http.MethodGet, Path: "/Broken/problems",
	Problems: []problem.Kind{
		{Slug: "not-found", Status: 404, Title: "Another", Doc: "One."},
		{Slug: "Not_Kebab", Status: 404, Title: "T", Doc: "D."},
		{Slug: "fine", Status: 200, Title: "T", Doc: "D."},
		{Slug: "mute", Status: 409},
	},
}

// Keyed has keys that belong to no caller.
var Keyed = rest.Operation[KeyedInput, None]{ID: "keyed", Method: http.MethodPost, Path: "/Broken/keyed"}

// KeyedInput has no caller.
type KeyedInput struct{ rest.IdempotencyKey }

// NoStruct takes no struct.
var NoStruct = rest.Operation[string, int]{ID: "noStruct", Method: http.MethodGet, Path: "/Broken/none"}
