package protocol

// Answer is what an operation came to.
type Answer struct {
	// Status is the HTTP status.
	Status int
	// Body is the JSON of the result, or of the error.
	Body []byte
	// Replay marks the answer to a repeated ClientRequestToken: a success that wrote nothing.
	Replay bool
}

// Refuse is an error as an answer.
func Refuse(err error) Answer {
	e := From(err)
	return Answer{Status: e.Status, Body: e.Body()}
}
