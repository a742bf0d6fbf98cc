package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/rest"
)

// Output has a body in its output only.
var Output = rest.Operation[None, OutputOutput]{ID: "output", Method: http.MethodGet, Path: "/Broken/output"}

// OutputOutput has a type without a comment.
type OutputOutput struct{ Body Mute }

type Mute struct {
	// Whatever.
	OK string `json:"ok"`
	// Names that are wrong.
	Names []Names `json:"names"`
}
