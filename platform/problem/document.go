package problem

// MediaType is the media type of a problem document (RFC 9457, section 3).
const MediaType = "application/problem+json"

// Problem is the answer to a request that failed (RFC 9457).
type Problem struct {
	// URN of the problem's type: the value to program against.
	Type string `json:"type" format:"uri" example:"urn:meridian:problem:not-found"`
	// Name of the problem's type, the same for every occurrence.
	Title string `json:"title" example:"Not found"`
	// HTTP status code, repeated from the status line.
	Status int `json:"status" minimum:"400" maximum:"599" example:"404"`
	// What went wrong this time, for a person.
	Detail string `json:"detail,omitempty" example:"There is no such account."`
	// Identifier of the request, to be quoted in a report.
	RequestID string `json:"requestId,omitempty" example:"c6af9ac6-7b61-11e6-9a41-93e8deadbeef"`
	// The parts of the request that are wrong.
	Errors []Field `json:"errors,omitempty"`
}

// Document is what the client sees of e.
func (e *Error) Document(requestID string) Problem {
	return Problem{
		Type: e.Kind.URI(), Title: e.Kind.Title, Status: e.Kind.Status,
		Detail: e.Detail, RequestID: requestID, Errors: e.Fields,
	}
}
