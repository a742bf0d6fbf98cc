package problem

// MediaType is the media type of a problem document (RFC 9457, section 3).
const MediaType = "application/problem+json"

// Problem is a problem document, the body of the response to a failed request (RFC 9457).
type Problem struct {
	// URN that identifies the type of the problem. Write programs against this value, and
	// treat a type that you do not know as its status: a later version may add types.
	Type string `json:"type"`
	// Short name of the problem's type, the same for every occurrence.
	Title string `json:"title" example:"Not found"`
	// HTTP status code, repeated from the status line.
	Status int `json:"status" minimum:"400" maximum:"599" example:"404"`
	// Explanation of this occurrence, for people.
	Detail string `json:"detail,omitempty" example:"There is no such account."`
	// Identifier of the request. Include it when you report the problem.
	RequestID string `json:"requestId,omitempty" example:"c6af9ac6-7b61-11e6-9a41-93e8deadbeef"`
	// The invalid parts of the request, at most 20 of the body. Absent if the problem has another reason.
	Errors []Field `json:"errors,omitempty"`
}

// Document returns the problem document that the client receives for e.
func (e *Error) Document(requestID string) Problem {
	return Problem{
		Type: e.Kind.URI(), Title: e.Kind.Title, Status: e.Kind.Status,
		Detail: e.Detail, RequestID: requestID, Errors: e.Fields,
	}
}
