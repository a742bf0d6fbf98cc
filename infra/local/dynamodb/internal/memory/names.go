package memory

import (
	"regexp"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// validName reports whether a table or an index may have the name. Source:
// "Supported data types and naming rules in Amazon DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
func validName(name string) bool { return namePattern.MatchString(name) }

func errName(name string) error {
	return protocol.Invalidf("Invalid table/index name %q.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'", name)
}

// errNoTable is the error of an operation on items of a table that does not exist.
func errNoTable() error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found")
}

// errNoNamedTable is the error of an operation on a table that does not exist.
func errNoNamedTable(name string) error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found: Table: %s not found", name)
}
