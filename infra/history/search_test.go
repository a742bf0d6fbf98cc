package history

import (
	"fmt"
	"testing"
)

// TestManyLostResponses checks that operations without a response do not make the search
// long: most of them had no effect.
func TestManyLostResponses(t *testing.T) {
	ops := []op{at(1, 2, 0, create("a", ""), opened(201, "a", "1"))}
	for n := range int64(25) {
		ops = append(ops, at(10+n, 11+n, 0, update("*", fmt.Sprint("b", n)), lost))
	}
	ops = append(ops, at(50, 51, 0, read, opened(200, "b7", "2")), at(52, 53, 0, read, opened(200, "b9", "3")))
	if !explained(accountModel, operations(ops)) {
		t.Error("two lost updates explain the history, and were not found")
	}
	ops = append(ops, at(54, 55, 0, read, opened(200, "a", "1")))
	if explained(accountModel, operations(ops)) {
		t.Error("a version that was replaced is back, and was explained")
	}
}
