// Package protocol is DynamoDB's JSON protocol as both ends of the local cloud
// need it: errors as AWS shapes them, and requests read strictly, so that a
// field nobody looked at is refused instead of ignored.
package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error types, as they stand in "__type" and as the SDKs match them.
const (
	ValidationException              = "com.amazon.coral.validate#ValidationException"
	SerializationException           = "com.amazon.coral.service#SerializationException"
	UnknownOperationException        = "com.amazon.coral.service#UnknownOperationException"
	ResourceNotFoundException        = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
	ResourceInUseException           = "com.amazonaws.dynamodb.v20120810#ResourceInUseException"
	ConditionalCheckFailedException  = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
	TransactionCanceledException     = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
	IdempotentParameterMismatch      = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
	InternalServerError              = "com.amazonaws.dynamodb.v20120810#InternalServerError"
	dynamoDBValidationException      = "com.amazonaws.dynamodb.v20120810#ValidationException"
	howToGetTheRest                  = "use DYNAMODB=http://... (DynamoDB Local)"
	internalServerErrorPublicMessage = "The request processing has failed because of an unknown error, exception or failure."
)

// Error is an answer other than 200.
type Error struct {
	// Status is the HTTP status, 400 or 500.
	Status int
	// Type is the full "__type", such as ValidationException.
	Type string
	// Message is for people; clients match Type only.
	Message string
	// Fields are further members of the answer, such as CancellationReasons.
	Fields map[string]any
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Body is the JSON of the answer.
func (e *Error) Body() []byte {
	members := map[string]any{"__type": e.Type, "message": e.Message}
	for name, value := range e.Fields {
		members[name] = value
	}
	data, err := json.Marshal(members)
	if err != nil {
		// Only a field that cannot be JSON gets here; the type still tells the client what happened.
		return []byte(`{"__type":"` + InternalServerError + `"}`)
	}
	return data
}

// Newf is an error of status 400.
func Newf(kind, format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Type: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalidf is a ValidationException: the request is understood and wrong.
func Invalidf(format string, args ...any) *Error {
	return Newf(ValidationException, format, args...)
}

// Malformedf is a SerializationException: the request is not of the API's shape.
func Malformedf(format string, args ...any) *Error {
	return Newf(SerializationException, format, args...)
}

// Unsupported refuses a right request that the embedded engine cannot answer rightly.
func Unsupported(what string) *Error {
	return Newf(dynamoDBValidationException, "the embedded DynamoDB does not support %s; %s", what, howToGetTheRest)
}

// UnknownOperation refuses an operation that is not on the list.
func UnknownOperation(operation string) *Error {
	return Newf(UnknownOperationException, "the embedded DynamoDB does not support %q; %s", operation, howToGetTheRest)
}

// Internal is the opaque answer to what should not have happened; the cause belongs in the log.
func Internal() *Error {
	return &Error{Status: http.StatusInternalServerError, Type: InternalServerError, Message: internalServerErrorPublicMessage}
}

// From is err as an answer: itself if it is an *Error, else Internal.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal()
}
