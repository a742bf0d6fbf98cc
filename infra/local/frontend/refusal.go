package frontend

import (
	"io"
	"net/http"
	"strconv"
)

// Limits of a request to a REST API. Source: "Quotas for configuring and running a
// REST API in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
const (
	MaxBody   = 10 << 20 // bytes
	MaxHeader = 10_240   // bytes of all names, values and line ends
	MaxURL    = 10_240   // characters, for a Regional API
)

// Refusal is a response of the front end.
type Refusal struct {
	Status  int
	Message string
}

// The responses of the front end. The response to a body that is too large is recorded
// in ../gateway/testdata/recorded/responses/body-over-10-mb.txtar, and the text about
// headers was seen. The status of the others follows RFC 9110; their text is unverified.
var (
	Malformed      = &Refusal{http.StatusBadRequest, "Bad Request"}
	Stalled        = &Refusal{http.StatusRequestTimeout, "Request Timeout"}
	BodyTooLarge   = &Refusal{http.StatusRequestEntityTooLarge, "HTTP content length exceeded 10485760 bytes."}
	URLTooLong     = &Refusal{http.StatusRequestURITooLong, "URI Too Long"}
	HeaderTooLarge = &Refusal{http.StatusRequestHeaderFieldsTooLarge, "HTTP header is larger than 10240 bytes."}
	Busy           = &Refusal{http.StatusServiceUnavailable, "Service Unavailable"}
)

// Refusals lists every refusal.
var Refusals = []*Refusal{Malformed, Stalled, BodyTooLarge, URLTooLong, HeaderTooLarge, Busy}

// contentType is the Content-Type of every refusal.
const contentType = "text; charset=utf-8"

// Write responds with the refusal. It ignores errors: the client may be gone.
func (r *Refusal) Write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(r.Message)))
	w.WriteHeader(r.Status)
	_, _ = io.WriteString(w, r.Message)
}
