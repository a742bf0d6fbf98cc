package scaffold

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// names are the spellings of a new context's name in its source code.
type names struct {
	Context string // orders: the folder, the package and the first segment of the paths
	Types   string // Orders
	Title   string // Orders
	One     string // order
	Type    string // Order
	Var     string // order, as a variable
	Short   string // o, as a parameter
	AOne    string // an order

	AOneUpper string // An order
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]{1,30}$`)

// taken are the words that the templates use as names of their own.
var taken = []string{
	"adapter", "api", "claims", "content", "context", "cursor", "dynamo", "dynamodb", "errors", "handler", "health", "infra",
	"item", "lambda", "lambdaenv", "list", "main", "next", "os", "page", "platform", "precondition", "problem", "resource",
	"rest", "store", "tables", "time", "contract",
}

// newNames returns the spellings of a context's name. one is the singular, or "" to
// derive it from the name.
func newNames(context, one string) (names, error) {
	if err := checkName("the name of a context", context); err != nil {
		return names{}, err
	}
	if one == "" {
		one = singular(context)
	}
	if one == "" || one == context {
		return names{}, fmt.Errorf("no singular of %s is known: set -one=NAME", context)
	}
	if err := checkName("the singular -one", one); err != nil {
		return names{}, err
	}
	article := "a "
	if strings.ContainsAny(one[:1], "aeio") {
		article = "an "
	}
	return names{
		Context: context, Types: upperFirst(context), Title: upperFirst(context),
		One: one, Type: upperFirst(one), Var: one, Short: one[:1],
		AOne: article + one, AOneUpper: upperFirst(article + one),
	}, nil
}

func checkName(what, name string) error {
	switch {
	case !nameForm.MatchString(name):
		return fmt.Errorf("%s is %q: it must have 2 to 31 lower-case letters and digits, and begin with a letter, such as orders", what, name)
	case token.IsKeyword(name), slices.Contains(taken, name):
		return fmt.Errorf("%s is %q, which the source code of a context uses already: choose another name", what, name)
	}
	return nil
}

// singular returns the singular of a regular English plural, or "".
func singular(plural string) string {
	for _, rule := range []struct{ ending, replacement string }{
		{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"ss", ""}, {"us", ""}, {"s", ""},
	} {
		if stem, ok := strings.CutSuffix(plural, rule.ending); ok {
			if rule.ending == "ss" || rule.ending == "us" {
				return "" // address and status are no plurals
			}
			return stem + rule.replacement
		}
	}
	return ""
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
