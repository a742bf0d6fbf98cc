package provider

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// maxStatements is how deep the statements of WAF's rules nest in the real provider and
// in aws.json.
const maxStatements = 3

// nestingStatements are the blocks in a statement of WAF that contain statements.
var nestingStatements = []string{"and_statement", "not_statement", "or_statement", "scope_down_statement"}

// parseStatements parses the value of account.StatementsVariable.
func parseStatements(value string) (int, error) {
	if value == "" {
		return maxStatements, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxStatements {
		return 0, fmt.Errorf("%s is %q: set a number from 1 to %d", account.StatementsVariable, value, maxStatements)
	}
	return n, nil
}

// cutStatements removes the blocks that nest statements deeper than the given number of
// levels.
func (b *block) cutStatements(levels int) {
	for name, n := range b.Blocks {
		switch {
		case !slices.Contains(nestingStatements, name):
			n.Block.cutStatements(levels)
		case levels > 1:
			n.Block.cutStatements(levels - 1)
		default:
			delete(b.Blocks, name)
		}
	}
}
