package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/meridian-api/meridian/platform/problem"
)

// The log has the cause, the client's document does not.
func ExampleWrap() {
	err := error(problem.Wrap(problem.Conflict, errors.New("the condition failed"), "Order %d is already paid.", 7))
	fmt.Println(err)

	var e *problem.Error
	if errors.As(err, &e) {
		document, _ := json.MarshalIndent(e.Document("request-1"), "", "  ")
		fmt.Println(string(document))
	}
	fmt.Println(problem.Is(err, problem.Conflict))
	// Output:
	// conflict: Order 7 is already paid.: the condition failed
	// {
	//   "type": "urn:meridian:problem:conflict",
	//   "title": "Conflict",
	//   "status": 409,
	//   "detail": "Order 7 is already paid.",
	//   "requestId": "request-1"
	// }
	// true
}
