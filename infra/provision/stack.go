package provision

import (
	"path"
	"slices"
	"strings"
)

// Stack is one application of a root module, with a state of its own.
type Stack struct {
	// Root is the root module's folder below infra/terraform.
	Root string
	// Context is the bounded context that it is applied for, or empty.
	Context string
	// Region is the AWS Region that it is applied in, or empty.
	Region string
}

// Bootstrap is the stack with the bucket of the states, which an account needs first. It
// is applied once and by hand (see infra/terraform/README.md).
var Bootstrap = Stack{Root: "bootstrap"}

// Key returns the name of the stack in its environment, such as
// "functions/accounts/us-east-1".
func (s Stack) Key() string { return path.Join(s.Root, s.Context, s.Region) }

// ParseKey returns the stack with a key, and reports whether it is one of an
// environment's.
func ParseKey(key string) (Stack, bool) {
	parts := strings.Split(key, "/")
	s := Stack{Root: parts[0]}
	switch {
	case len(parts) == 1 && (s.Root == "global" || s.Root == "portal"):
	case len(parts) == 2 && s.Root == "data":
		s.Context = parts[1]
	case len(parts) == 2 && s.Root == "api":
		s.Region = parts[1]
	case len(parts) == 3 && s.Root == "functions":
		s.Context, s.Region = parts[1], parts[2]
	default:
		return Stack{}, false
	}
	return s, true
}

// Waves returns all stacks of an environment in the order in which they are applied: the
// stacks of a wave depend on earlier waves only. They are destroyed in the opposite
// order.
func Waves(e Environment, contexts []string) [][]Stack {
	var data, functions, apis []Stack
	for _, c := range contexts {
		data = append(data, Stack{Root: "data", Context: c})
		for _, r := range e.Regions {
			functions = append(functions, Stack{Root: "functions", Context: c, Region: r})
		}
	}
	for _, r := range e.Regions {
		apis = append(apis, Stack{Root: "api", Region: r})
	}
	return [][]Stack{{{Root: "global"}}, data, functions, apis, {{Root: "portal"}}}
}

// Reversed returns the waves in the order in which they are destroyed.
func Reversed(waves [][]Stack) [][]Stack {
	waves = slices.Clone(waves)
	slices.Reverse(waves)
	return waves
}
