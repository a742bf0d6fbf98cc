package deploy

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/objects"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
	"github.com/meridian-api/meridian/platform/resource"
)

// findContexts adds to before the contexts of stacks that neither the new release nor
// a Region has, as the newest stored release has them. Terraform does not plan a stack
// of a context without a manifest.
func (o *rollout) findContexts(ctx context.Context, existing []provision.Stack) error {
	known := o.shared
	for _, h := range o.before {
		known = known.with(h)
	}
	for _, stack := range existing {
		if stack.Context == "" || known.services[stack.Context] != nil {
			continue
		}
		h, err := o.storedHouse(ctx, stack.Context)
		if err != nil {
			return err
		}
		o.before = append(o.before, h)
		known = known.with(h)
	}
	return nil
}

// storedHouse returns the house of one context, from the newest stored release that
// has it. A context that no release has comes without functions and tables.
func (s *session) storedHouse(ctx context.Context, name string) (*house, error) {
	one := &house{settings: s.settings, services: map[string]*manifest.Service{name: {Name: name}}}
	stored, err := s.store.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, kept := range stored {
		r, err := s.store.Release(ctx, kept.ID)
		if err != nil {
			return nil, err
		}
		if _, has := r.Manifests[name]; !has {
			continue
		}
		h, err := newHouse(ctx, s.store, r, s.settings, s.system)
		if err != nil {
			return nil, err
		}
		one.services[name] = h.services[name]
		one.packages = map[string]map[string]release.File{name: h.packages[name]}
		return one, nil
	}
	return one, nil
}

// withoutIdle returns the steps without those that would shrink a stack that has
// nothing to lose, and those that would unprotect a stack without protection. Applying
// a stack takes the time of a plan at least.
func (o *rollout) withoutIdle(ctx context.Context, steps []Step) ([]Step, error) {
	var errs []error
	needed := selectSteps(steps, func(step Step) bool {
		switch step.Action {
		case ShrinkStep:
			wide := o.houseFor(Step{Action: WidenStep, Stack: step.Stack})
			return !reflect.DeepEqual(wide.sharedBy(step.Stack), o.houseFor(step).sharedBy(step.Stack))
		case UnprotectStep:
			protected, err := o.isProtected(ctx, step.Stack)
			errs = append(errs, err)
			return protected
		}
		return true
	})
	return needed, errors.Join(errs...)
}

// sharedBy returns what a stack of global or data reads that an earlier release or a
// Region that leaves adds to.
func (h *house) sharedBy(stack provision.Stack) []any {
	shared := []any{h.settings["regions"]}
	if stack.Root == "data" {
		if s := h.services[stack.Context]; s != nil {
			shared = append(shared, merged(s.Tables, nil))
		}
		return shared
	}
	for _, name := range union(h.services, nil) {
		s := h.services[name]
		shared = append(shared, name, merged(s.Scopes, nil), merged(s.Secrets, nil))
	}
	return append(shared, h.packagesFor(stack))
}

// keyedRegions returns the Regions in which global has a key, apart from the Region
// that always has one.
func (s *session) keyedRegions(ctx context.Context) ([]string, error) {
	members, err := s.deployedMembers(ctx)
	if err != nil {
		return nil, err
	}
	addresses, err := s.resources(ctx, provision.Stack{Root: "global"})
	var regions []string
	for _, address := range addresses {
		kind, key := splitAddress(address)
		if kind == "aws_kms_key" && key != "" && key != globalRegion && !slices.Contains(members, key) {
			regions = append(regions, key)
		}
	}
	return regions, err
}

var indexed = regexp.MustCompile(`^(\w+)\.\w+(?:\["(.*)"\])?$`)

// splitAddress returns the type of a resource and its key in for_each, from its
// address in a root module.
func splitAddress(address string) (kind, key string) {
	if m := indexed.FindStringSubmatch(address); m != nil {
		return m[1], m[2]
	}
	return "", ""
}

// checkLeaving returns an error if the roll-out would end with a loss of data that the
// user has not allowed, or would take a table from one context to another. It is
// called before anything is changed.
func (o *rollout) checkLeaving(ctx context.Context, existing []provision.Stack) error {
	var errs []error
	for _, stack := range existing {
		if stack.Root != "data" && stack.Root != "global" {
			continue
		}
		addresses, err := o.resources(ctx, stack)
		if err != nil {
			return err
		}
		var lost []string
		for _, address := range addresses {
			if moved := o.movedTo(stack, address); moved != "" {
				errs = append(errs, o.errMoved(stack, address, moved))
			} else if o.leaves(stack, address) {
				lost = append(lost, address)
			}
		}
		errs = append(errs, lossOf(o.environment.Name, stack.Key(), o.allowDataLoss, lost))
	}
	return errors.Join(errs...)
}

// leaves reports whether a resource with data is not needed after the roll-out.
func (o *rollout) leaves(stack provision.Stack, address string) bool {
	kind, key := splitAddress(address)
	service := o.shared.services[stack.Context]
	switch {
	case stack.Root == "data" && service == nil:
		return slices.Contains(keepsData, kind)
	case stack.Root == "data" && kind == "aws_dynamodb_table":
		_, stays := service.Tables[strings.TrimSuffix(key, resource.OrdinarySuffix)]
		return !stays
	case kind == "aws_secretsmanager_secret":
		for _, s := range o.shared.services {
			if _, stays := s.Secrets[key]; stays {
				return false
			}
		}
		return true
	}
	return kind == "aws_kms_key" && slices.Contains(o.leaving, key) && !slices.Contains(o.members(), key)
}

// movedTo returns the context that declares a table of another context's stack.
func (o *rollout) movedTo(stack provision.Stack, address string) string {
	kind, key := splitAddress(address)
	if stack.Root != "data" || kind != "aws_dynamodb_table" {
		return ""
	}
	for _, name := range union(o.shared.services, nil) {
		if _, declares := o.shared.services[name].Tables[strings.TrimSuffix(key, resource.OrdinarySuffix)]; declares && name != stack.Context {
			return name
		}
	}
	return ""
}

// errMoved says how to keep the data of a table whose context changes.
func (s *session) errMoved(from provision.Stack, address, context string) error {
	_, table := splitAddress(address)
	to := provision.Stack{Root: "data", Context: context}
	return fmt.Errorf("the table %s is in the state of %s, and now %s declares it: nothing was changed. "+
		"If %s is %s under another name, rename the state %s%s to %s%s in %s and deploy again: the tables stay. "+
		"Otherwise give the table another name, and move its items with a program of your own",
		table, from.Key(), context, context, from.Context, from.Key(), provision.StateSuffix, to.Key(), provision.StateSuffix,
		provision.StatesOf(s.environment, s.localStates))
}

var protection = regexp.MustCompile(`"deletion_protection(_enabled)?": *(true|"ACTIVE")`)

// isProtected reports whether a resource of a stack is protected from deletion, as of
// the last apply.
func (s *session) isProtected(ctx context.Context, stack provision.Stack) (bool, error) {
	data, err := s.states.Read(ctx, stack.Key()+provision.StateSuffix)
	if errors.Is(err, objects.ErrNotFound) {
		return false, nil
	}
	return protection.Match(data), err
}
