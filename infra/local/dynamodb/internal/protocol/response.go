package protocol

// Response is the result of an operation.
type Response struct {
	// Status is the HTTP status.
	Status int
	// Body is the JSON of the result or of the error.
	Body []byte
	// Replay reports that a ClientRequestToken was repeated: the response is a
	// success, but the request wrote nothing.
	Replay bool
}

// ErrorResponse returns the response for an error.
func ErrorResponse(err error) Response {
	e := From(err)
	return Response{Status: e.Status, Body: e.Body()}
}
