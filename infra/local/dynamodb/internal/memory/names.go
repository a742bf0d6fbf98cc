package memory

import (
	"regexp"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Lengths of the names of tables and indexes. Source: "Supported data types and naming rules in Amazon
// DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const (
	minName = 3
	maxName = 255
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

// checkName checks the name of a table or an index. The path is the member's.
func checkName(o *protocol.Object, path, name string) {
	const failed = "Value '%s' at '%s' failed to satisfy constraint: "
	switch {
	case len(name) < minName:
		o.Violate(failed+"Member must have length greater than or equal to %d", name, path, minName)
	case len(name) > maxName:
		o.Violate(failed+"Member must have length less than or equal to %d", name, path, maxName)
	}
	if name != "" && !namePattern.MatchString(name) {
		o.Violate(failed+"Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name, path)
	}
}

// checkUsedName checks the name of a table that a request uses. AWS's model requires one
// character of it. What AWS says of one or two is unknown; DynamoDB Local refuses them.
func checkUsedName(o *protocol.Object, path, name string) {
	if name == "" {
		o.Violate("Value '' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1", path)
		return
	}
	checkName(o, path, name)
}

// errNoTable returns the error of an operation on items of an unknown table.
func errNoTable() error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found")
}

// errNoNamedTable returns the error of an operation on an unknown table.
func errNoNamedTable(name string) error {
	return protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found: Table: %s not found", name)
}
