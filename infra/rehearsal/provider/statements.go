package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// nestingStatements are the blocks in a statement of WAF that contain statements.
var nestingStatements = []string{"and_statement", "not_statement", "or_statement", "scope_down_statement"}

// statements are the blocks in which the statements of WAF's rules nest, one level deep.
// Nil allows all of them, as deep as in aws.json.
type statements []string

// parseStatements parses the value of account.StatementsVariable.
func parseStatements(value string) (statements, error) {
	if value == "" {
		return nil, nil
	}
	list := strings.Split(value, ",")
	for _, name := range list {
		if !slices.Contains(nestingStatements, name) {
			return nil, fmt.Errorf("%s is %q: set a list of %s", account.StatementsVariable, value, strings.Join(nestingStatements, ", "))
		}
	}
	return list, nil
}

// cut removes from a block the other blocks in which statements nest.
func (s statements) cut(b *block) {
	if s == nil {
		return
	}
	for name, n := range b.Blocks {
		switch {
		case !slices.Contains(nestingStatements, name):
			s.cut(&n.Block)
		case slices.Contains(s, name):
			statements{}.cut(&n.Block)
		default:
			delete(b.Blocks, name)
		}
	}
}
