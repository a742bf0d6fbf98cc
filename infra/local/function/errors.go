package function

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Errors of Invoke and Warm if the function could not be run. Lambda calls the
// first three ResourceNotFoundException (404), TooManyRequestsException (429) and
// RequestTooLargeException (413). Source: "Invoke", section "Errors",
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
var (
	ErrNoFunction = errors.New("function: unknown function")
	ErrThrottled  = errors.New("function: concurrency limit reached") // wrapped in an error that states the limit
	ErrTooLarge   = fmt.Errorf("function: payload larger than %d bytes", MaxRequest)
	ErrClosed     = errors.New("function: service closed")
)

// errRetired is the error of a pool that Update has replaced.
var errRetired = errors.New("function: replaced")

// Error types of Lambda itself, for an invocation to which the function did not
// respond.
const (
	typeTimeout    = "Sandbox.Timedout"
	typeExit       = "Runtime.ExitError"
	typeEntrypoint = "Runtime.InvalidEntrypoint"
	typeTooLarge   = "Function.ResponseSizeTooLarge"
)

// FunctionError reports that the function ran, or tried to, and failed: the case
// that X-Amz-Function-Error announces. Type is the errorType that the function
// reported, or one of Lambda's own: "Sandbox.Timedout" (the timeout of the function
// or of its init), "Runtime.ExitError" (the process ended before it responded),
// "Runtime.InvalidEntrypoint" (the binary could not be started) or
// "Function.ResponseSizeTooLarge".
type FunctionError struct {
	Type    string
	Message string
	Payload []byte // the payload of Lambda's Invoke, as the function wrote it: {"errorMessage":...,"errorType":...}
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// failure is the reason for the end of an environment, for the waiting invocation
// and for the log.
type failure struct {
	errorType string
	detail    string         // without the request ID, such as "Task timed out after 3.00 seconds"
	reported  *FunctionError // the function's report through init/error, if any
	err       error          // set if the function is not at fault
	// unprepared is set if the executable does not exist: another try would not help.
	unprepared bool
}

// forRequest returns the error for the invocation with the given ID.
func (f failure) forRequest(requestID string) error {
	if f.err != nil {
		return f.err
	}
	if f.reported != nil {
		return f.reported
	}
	return platformError(f.errorType, "RequestId: "+requestID+" Error: "+f.detail)
}

// platformError returns an error that Lambda itself reports.
func platformError(errorType, message string) *FunctionError {
	payload, err := json.Marshal(map[string]string{"errorType": errorType, "errorMessage": message})
	if err != nil {
		panic(err) // a map of strings always marshals
	}
	return &FunctionError{Type: errorType, Message: message, Payload: payload}
}

// reportedError parses the body that a function posted to one of the error
// endpoints. If the body is not the usual object, the caller still receives it
// unchanged, and the type is header, the value of
// Lambda-Runtime-Function-Error-Type.
func reportedError(body []byte, header string) *FunctionError {
	var report struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}
	if json.Unmarshal(body, &report) != nil || report.ErrorType == "" {
		report.ErrorType = header
	}
	if report.ErrorType == "" {
		report.ErrorType = "Runtime.Unknown"
	}
	return &FunctionError{Type: report.ErrorType, Message: report.ErrorMessage, Payload: body}
}
