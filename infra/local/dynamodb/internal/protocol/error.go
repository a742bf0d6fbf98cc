// Package protocol implements DynamoDB's JSON protocol for both sides of the
// embedded DynamoDB: errors in AWS's format, and strict readers of requests, which
// refuse a member that no code has read instead of ignoring it.
package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error types, as sent in "__type" and matched by the SDKs. Source: "Error handling
// with DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const (
	ValidationException              = "com.amazon.coral.validate#ValidationException"
	SerializationException           = "com.amazon.coral.service#SerializationException"
	AccessDeniedException            = "com.amazon.coral.service#AccessDeniedException"
	UnknownOperationException        = "com.amazon.coral.service#UnknownOperationException"
	ResourceNotFoundException        = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
	ResourceInUseException           = "com.amazonaws.dynamodb.v20120810#ResourceInUseException"
	ConditionalCheckFailedException  = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
	TransactionCanceledException     = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
	ReplicatedWriteConflictException = "com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException"
	IdempotentParameterMismatch      = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
	InternalServerError              = "com.amazonaws.dynamodb.v20120810#InternalServerError"
	dynamoDBValidationException      = "com.amazonaws.dynamodb.v20120810#ValidationException"
	alternativeHint                  = "use DYNAMODB=http://... (DynamoDB Local)"
	internalServerErrorPublicMessage = "The request processing has failed because of an unknown error, exception or failure."
)

// Error is an error response.
type Error struct {
	// Status is the HTTP status: 400 or 500.
	Status int
	// Type is the complete "__type", such as ValidationException.
	Type string
	// Message is for people. Clients match Type only.
	Message string
	// Fields are additional members of the response, such as CancellationReasons.
	Fields map[string]any

	unsupported bool // the engine does not support the request
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Body returns the JSON of the response. AWS capitalizes the member "message" of a
// canceled transaction (infra/local/dynamodb/testdata/recorded/transaction), and of a
// SerializationException and an AccessDeniedException (dynalite's test/connection.js and
// test/helpers.js, which run against AWS).
func (e *Error) Body() []byte {
	message := "message"
	if e.Type == TransactionCanceledException || e.Type == SerializationException || e.Type == AccessDeniedException {
		message = "Message"
	}
	members := map[string]any{"__type": e.Type, message: e.Message}
	for name, value := range e.Fields {
		members[name] = value
	}
	data, err := json.Marshal(members)
	if err != nil {
		// Only a field that cannot be encoded leads here.
		return []byte(`{"__type":"` + InternalServerError + `"}`)
	}
	return data
}

// Newf returns an error with status 400.
func Newf(kind, format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Type: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalidf returns a ValidationException: the request is well-formed but not valid.
func Invalidf(format string, args ...any) *Error {
	return Newf(ValidationException, format, args...)
}

// Malformedf returns a SerializationException: the request does not have the shape
// that the API defines.
func Malformedf(format string, args ...any) *Error {
	return Newf(SerializationException, format, args...)
}

// Unsupported refuses a valid request that the embedded engine does not implement.
// It names the feature, such as a member of the request.
func Unsupported(feature string) *Error {
	e := Newf(dynamoDBValidationException, "the embedded DynamoDB does not support %s: %s", feature, alternativeHint)
	e.unsupported = true
	return e
}

// UnknownOperation refuses an operation that the embedded engine does not
// implement.
func UnknownOperation(operation string) *Error {
	return Newf(UnknownOperationException, "the embedded DynamoDB does not support %q: %s", operation, alternativeHint)
}

// Internal returns an opaque error with status 500. The cause belongs in the log.
func Internal() *Error {
	return &Error{Status: http.StatusInternalServerError, Type: InternalServerError, Message: internalServerErrorPublicMessage}
}

// From returns err if it is an *Error, and Internal otherwise.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal()
}
