package dynamodb

import (
	"regexp"
	"strings"
)

// difference is a random request to which the engines respond differently.
type difference struct {
	operation, request string
	local, ours        outcome
}

// knownDifferences lists where DynamoDB Local and the embedded engine differ on purpose.
// The named files, in testdata/conformance, have AWS's response to each kind, with its
// source, or say that it is not known.
var knownDifferences = []struct {
	name    string // what differs, who is right, and the file with the response
	applies func(d difference) bool
}{
	{
		name: "an update without SET and ADD creates no item: AWS (updates.txt), not DynamoDB Local, which may refuse it",
		applies: func(d difference) bool {
			return d.updates() && !strings.Contains(d.ours.text, "Validation") && withoutSetAndAdd.MatchString(d.request)
		},
	},
	{
		name: "UPDATED_OLD and UPDATED_NEW return the written paths only: AWS (updates.txt), not DynamoDB Local",
		applies: func(d difference) bool {
			return d.operation == "UpdateItem" && d.ours.kind == "" && d.local.kind == "" &&
				strings.Contains(d.request, `"ReturnValues":"UPDATED_`)
		},
	},
	{
		name: "an update of an index key to another type is refused: AWS (updates.txt, transactions.txt), not DynamoDB Local",
		applies: func(d difference) bool {
			return d.updates() && strings.Contains(d.ours.text, "Validation") &&
				!strings.Contains(d.local.text, "Validation") && setsIndexKey.MatchString(d.request)
		},
	},
	{
		name: "an update that does not suit its item cancels a transaction, with a reason for each action: AWS " +
			"(transactions.txt); DynamoDB Local refuses the request, or lists this reason only",
		applies: func(d difference) bool {
			return d.operation == "TransactWriteItems" && strings.Contains(d.local.text, "Validation") &&
				d.ours.kind == "TransactionCanceledException" && strings.Contains(d.ours.text, `"Code":"ValidationError"`)
		},
	},
	{
		name: "a path into a key in a ConditionCheck is refused: assumed (keypaths.txt), not DynamoDB Local",
		applies: func(d difference) bool {
			return d.operation == "TransactWriteItems" && strings.HasPrefix(d.ours.message, "Key attributes must be scalars")
		},
	},
	{
		name: "a filter of a Scan on what the index does not project: unknown (scan.txt); the embedded engine refuses",
		applies: func(d difference) bool {
			return d.operation == "Scan" && strings.Contains(d.ours.message, "does not support a filter on")
		},
	},
}

var (
	withoutSetAndAdd = regexp.MustCompile(`"UpdateExpression":"(REMOVE|DELETE) [^"]*"`)
	setsIndexKey     = regexp.MustCompile(`"UpdateExpression":"[^"]*\b([grb] = |ADD [grb] )`)
)

func (d difference) updates() bool {
	return d.operation == "UpdateItem" || d.operation == "TransactWriteItems"
}

// knownDifference returns the name of the difference, or "" if it is not known.
func knownDifference(d difference) string {
	for _, known := range knownDifferences {
		if known.applies(d) {
			return known.name
		}
	}
	return ""
}
