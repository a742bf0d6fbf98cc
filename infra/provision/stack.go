package provision

import (
	"path"
	"slices"
)

// Stack is one root module applied once, with a state of its own.
type Stack struct {
	// Root is the root module's folder below infra/terraform.
	Root string
	// Context is the bounded context that it is applied for, or empty.
	Context string
	// Region is the AWS Region that it is applied in, or empty.
	Region string
}

// Bootstrap is what an account needs before anything else: the bucket of the
// states. It is applied once and by hand (see infra/terraform/README.md).
var Bootstrap = Stack{Root: "bootstrap"}

// Key is the stack's place among an environment's, such as
// "functions/accounts/us-east-1".
func (s Stack) Key() string { return path.Join(s.Root, s.Context, s.Region) }

// arguments are the stack's input variables.
func (s Stack) arguments(environment string) []string {
	args := []string{"-var=environment=" + environment, "-var=repository=" + repository}
	if s.Context != "" {
		args = append(args, "-var=context="+s.Context)
	}
	if s.Region != "" {
		args = append(args, "-var=region="+s.Region)
	}
	return args
}

// Waves are all stacks of an environment in the order in which they are applied:
// those of a wave need only earlier waves. They are destroyed in the opposite order.
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

// Reversed are the waves in the order in which they are destroyed.
func Reversed(waves [][]Stack) [][]Stack {
	waves = slices.Clone(waves)
	slices.Reverse(waves)
	return waves
}
