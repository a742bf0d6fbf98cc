package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
)

// Action is the kind of a step.
type Action string

// The actions, in the order in which a roll-out meets them.
const (
	// DrainStep takes a Region out of DNS, and UndrainStep brings it back.
	DrainStep   Action = "drain"
	UndrainStep Action = "undrain"
	// ApplyStep brings a stack to its configuration.
	ApplyStep Action = "apply"
	// AddStep applies a stack of functions that has the functions of the release
	// before as well, so that an operation leaves the API before its function.
	AddStep Action = "add"
	// DestroyStep removes a stack.
	DestroyStep Action = "destroy"
	// WidenStep applies global or a stack of data for the Regions that serve and for
	// those that leave, whose replicas still need their keys. It lifts the protection
	// of replicas from deletion.
	WidenStep Action = "widen"
	// ShrinkStep removes from global or a stack of data what served earlier releases
	// and Regions only, after every Region runs the new release.
	ShrinkStep Action = "shrink"
	// UnprotectStep lifts the protection from deletion of a stack that leaves.
	UnprotectStep Action = "unprotect"
	// VerifyStep compares what a Region serves with what it should serve, and
	// SmokeStep sends requests to the Region's own endpoint.
	VerifyStep Action = "verify"
	SmokeStep  Action = "smoke"
	// CompareStep compares a stack's state with what exists. No roll-out has it.
	CompareStep Action = "compare"
)

// Step is one thing that a roll-out does.
type Step struct {
	Action Action
	// Stack is the stack that the step applies or destroys. Steps that are not
	// Terraform's name a Region only.
	Stack provision.Stack
	// After has the steps that must be done before, as positions in the list.
	After []int
}

// String returns the step as people read it, such as "apply functions/accounts/us-east-1".
func (s Step) String() string {
	if s.Stack.Root == "" {
		return string(s.Action) + " " + s.Stack.Region
	}
	return string(s.Action) + " " + s.Stack.Key()
}

// Wanted is what an environment should have.
type Wanted struct {
	// Regions are those that serve, in the order of the roll-out.
	Regions []string
	// Contexts are the bounded contexts.
	Contexts []string
	// Keyed are the Regions that global has a key in. An interrupted roll-out can
	// have removed all other stacks of a Region that leaves.
	Keyed []string
	// Protected environments lose neither a Region nor a context.
	Protected bool
	// Drain takes each Region out of DNS while it changes.
	Drain bool
	// Moving removes the APIs first, because their domain changes.
	Moving bool
}

// Order returns the steps that lead from the stacks that exist to what is
// wanted. A step comes after those that it depends on:
//
//   - a Region that leaves is drained, then loses its API and its functions, and
//     after the roll-out the replicas of the tables, and its key, in this order;
//   - if the domain changes, all APIs go before anything else;
//   - global, then data, then Region by Region the functions, the API, the
//     functions that the API no longer names, the checks; then the portal;
//   - a context that leaves loses its functions after the last API, and then
//     its tables;
//   - data, and then global, lose what only earlier releases need.
//
// It fails if a protected environment would lose something.
func Order(w Wanted, existing []provision.Stack) ([]Step, error) {
	o := &order{wanted: w, regions: map[string]bool{}, contexts: map[string]bool{}}
	o.find(existing)
	if err := o.protected(); err != nil {
		return nil, err
	}
	removed, err := o.moveAPIs(existing)
	if err != nil {
		return nil, err
	}
	left := o.leaveRegions(existing)
	data := o.foundations(left, removed)
	done := o.rollOut(data)
	portal := o.add(ApplyStep, provision.Stack{Root: "portal"}, done...)
	o.shrink(existing, portal)
	return o.steps, nil
}

// order collects the steps.
type order struct {
	wanted            Wanted
	steps             []Step
	regions, contexts map[string]bool // that leave
}

func (o *order) add(a Action, s provision.Stack, after ...int) int {
	o.steps = append(o.steps, Step{Action: a, Stack: s, After: slices.Clone(after)})
	return len(o.steps) - 1
}

// find notes the Regions and contexts that exist and are not wanted.
func (o *order) find(existing []provision.Stack) {
	for _, s := range existing {
		if s.Region != "" && !slices.Contains(o.wanted.Regions, s.Region) {
			o.regions[s.Region] = true
		}
		if s.Context != "" && !slices.Contains(o.wanted.Contexts, s.Context) {
			o.contexts[s.Context] = true
		}
	}
	for _, r := range o.wanted.Keyed {
		if !slices.Contains(o.wanted.Regions, r) {
			o.regions[r] = true
		}
	}
}

func (o *order) protected() error {
	var leaving []string
	for _, r := range slices.Sorted(maps.Keys(o.regions)) {
		leaving = append(leaving, "Region "+r)
	}
	for _, c := range slices.Sorted(maps.Keys(o.contexts)) {
		leaving = append(leaving, "context "+c)
	}
	if !o.wanted.Protected || len(leaving) == 0 {
		return nil
	}
	return fmt.Errorf("the environment is protected and would lose %s: nothing was changed. "+
		"Put it back, or set protect to false and deploy first", strings.Join(leaving, ", "))
}

// leaveRegions drains each Region that leaves and removes its stacks. It returns
// the last steps.
func (o *order) leaveRegions(existing []provision.Stack) []int {
	var last []int
	for _, r := range slices.Sorted(maps.Keys(o.regions)) {
		var after []int
		if contains(existing, provision.Stack{Root: "api", Region: r}) {
			after = append(after, o.add(DrainStep, provision.Stack{Region: r}))
		}
		for _, root := range []string{"api", "functions"} {
			var removed []int
			for _, s := range existing {
				if s.Root == root && s.Region == r {
					removed = append(removed, o.add(DestroyStep, s, after...))
				}
			}
			if removed != nil {
				after = removed
			}
		}
		last = append(last, after...)
	}
	return last
}

// foundations applies global, after the APIs that are removed, and data. It returns the
// steps of data, or of global if there are no contexts.
func (o *order) foundations(left, removed []int) []int {
	first := ApplyStep
	if len(o.regions) > 0 {
		first = WidenStep
	}
	global := o.add(first, provision.Stack{Root: "global"}, removed...)
	var data []int
	for _, c := range o.wanted.Contexts {
		data = append(data, o.add(first, provision.Stack{Root: "data", Context: c}, append(left, global)...))
	}
	if data == nil {
		return append(left, global)
	}
	return data
}

// rollOut changes the Regions one after the other.
func (o *order) rollOut(after []int) []int {
	for _, r := range o.wanted.Regions {
		region := provision.Stack{Region: r}
		if o.wanted.Drain {
			after = []int{o.add(DrainStep, region, after...)}
		}
		after = o.functions(AddStep, r, after)
		after = []int{o.add(ApplyStep, provision.Stack{Root: "api", Region: r}, after...)}
		after = o.functions(ApplyStep, r, after)
		after = []int{o.add(VerifyStep, region, after...)}
		after = []int{o.add(SmokeStep, region, after...)}
		if o.wanted.Drain {
			after = []int{o.add(UndrainStep, region, after...)}
		}
	}
	return after
}

func (o *order) functions(a Action, region string, after []int) []int {
	var steps []int
	for _, c := range o.wanted.Contexts {
		steps = append(steps, o.add(a, provision.Stack{Root: "functions", Context: c, Region: region}, after...))
	}
	if steps == nil {
		return after
	}
	return steps
}

// shrink removes what the new release does not need: contexts, then data, then from
// global.
func (o *order) shrink(existing []provision.Stack, after int) {
	last := append([]int{after}, o.removeContexts(existing, after)...)
	for _, c := range o.wanted.Contexts {
		last = append(last, o.add(ShrinkStep, provision.Stack{Root: "data", Context: c}, after))
	}
	o.add(ShrinkStep, provision.Stack{Root: "global"}, last...)
}

// removeContexts removes the functions of contexts that leave, which no API
// names any longer, and then their tables. It returns the last steps.
func (o *order) removeContexts(existing []provision.Stack, after int) []int {
	var removed []int
	for _, c := range slices.Sorted(maps.Keys(o.contexts)) {
		last := []int{after}
		for _, s := range existing {
			if s.Root == "functions" && s.Context == c && !o.regions[s.Region] {
				last = append(last, o.add(DestroyStep, s, after))
			}
		}
		for _, s := range existing {
			if s.Root == "data" && s.Context == c {
				unprotected := o.add(UnprotectStep, s, last...)
				removed = append(removed, o.add(DestroyStep, s, unprotected))
			}
		}
	}
	return removed
}
