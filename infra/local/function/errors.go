package function

import (
	"encoding/json"
	"errors"
	"fmt"
)

// What Invoke and Warm return when the function has not failed but could not be run. Lambda's names for the first three:
// ResourceNotFoundException (404), TooManyRequestsException (429), RequestTooLargeException (413).
var (
	ErrNoFunction = errors.New("function: no function has this name")
	ErrThrottled  = errors.New("function: its concurrency is used up")
	ErrTooLarge   = fmt.Errorf("function: the payload has more than %d bytes", maxRequest)
	ErrClosed     = errors.New("function: the service is closed")
)

// The error types Lambda itself gives to an invocation that the function did not answer.
const (
	typeTimeout    = "Sandbox.Timedout"
	typeExit       = "Runtime.ExitError"
	typeEntrypoint = "Runtime.InvalidEntrypoint"
	typeTooLarge   = "Function.ResponseSizeTooLarge"
)

// FunctionError says that the function ran, or tried to, and failed: it is what X-Amz-Function-Error announces.
// Type is the errorType the function reported, or one of Lambda's own: "Sandbox.Timedout" (the function's timeout, or
// that of its init), "Runtime.ExitError" (the process ended before it answered), "Runtime.InvalidEntrypoint" (the binary
// could not be started), "Function.ResponseSizeTooLarge".
type FunctionError struct {
	Type    string
	Message string
	Payload []byte // what a caller of Lambda's Invoke reads: {"errorMessage":...,"errorType":...}, as the function wrote it
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// failure is why an environment came to its end: what a waiting invocation is told and what the log says.
type failure struct {
	errorType string
	detail    string         // without the request id: "Task timed out after 3.00 seconds"
	reported  *FunctionError // what the function itself told through init/error, if it did
	err       error          // set when it is no fault of the function
}

// of is the failure as the invocation with that id gets it.
func (f failure) of(requestID string) error {
	if f.err != nil {
		return f.err
	}
	if f.reported != nil {
		return f.reported
	}
	return platformError(f.errorType, "RequestId: "+requestID+" Error: "+f.detail)
}

// platformError is an error of Lambda's own making.
func platformError(errorType, message string) *FunctionError {
	payload, err := json.Marshal(map[string]string{"errorType": errorType, "errorMessage": message})
	if err != nil {
		panic(err) // a map of strings always marshals
	}
	return &FunctionError{Type: errorType, Message: message, Payload: payload}
}

// reportedError reads what a function posted to one of the error endpoints. A body that is not the usual object still
// reaches the caller as it is; header, the value of Lambda-Runtime-Function-Error-Type, names the type then.
func reportedError(body []byte, header string) *FunctionError {
	var told struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}
	if json.Unmarshal(body, &told) != nil || told.ErrorType == "" {
		told.ErrorType = header
	}
	if told.ErrorType == "" {
		told.ErrorType = "Runtime.Unknown"
	}
	return &FunctionError{Type: told.ErrorType, Message: told.ErrorMessage, Payload: body}
}
