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

// errNoTable returns the error of an operation on items of an unknown table.
func errNoTable() error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found")
}

// errNoNamedTable returns the error of an operation on an unknown table.
func errNoNamedTable(name string) error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found: Table: %s not found", name)
}
