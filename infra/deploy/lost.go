package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/provision/importid"
)

// A resource is lost if it exists and no state has it. That happens when Terraform is
// killed after AWS has created the resource and before the state is written.

// explainLost adds to the error of an apply, for each resource that exists already, how
// to take it into the state. The ids follow from the attributes in the plan.
func (s *session) explainLost(ctx context.Context, stack provision.Stack, w provision.Workspace, output jsonOutput, err error) error {
	var lost []diagnostic
	for _, d := range output.Errors {
		if d.exists() {
			lost = append(lost, d)
		}
	}
	if len(lost) == 0 {
		return err
	}
	planned, showErr := s.output(context.WithoutCancel(ctx), w.ShowPlan(stack))
	if showErr != nil {
		return fmt.Errorf("%w\nand the plan cannot be read: %w", err, showErr)
	}
	var text strings.Builder
	for _, d := range lost {
		text.WriteString(s.repair(stack, d.Address, planned))
	}
	return fmt.Errorf("%w\n%s", err, text.String())
}

// repair returns how to take a resource into the state of a stack.
func (s *session) repair(stack provision.Stack, address string, plan []byte) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s exists, and the state of %s does not have it: Terraform was killed after it had created the resource, "+
		"or something else owns the name.\n", address, stack.Key())
	kind, attributes := plannedAttributes(plan, address)
	id, known := importid.Of(kind, attributes)
	command := fmt.Sprintf("ENV=%s go tool mage deploy:import %s %s", s.environment.Name, stack.Key(), quote(address))
	if s.rehearses {
		command = "REHEARSE=1 " + command
	}
	switch {
	case !known:
		fmt.Fprintf(&text, "If it belongs to %s, find its import id in the documentation of %s, and run\n  %s ID\n",
			s.environment.Name, kind, command)
	case id.Text != "":
		fmt.Fprintf(&text, "If it belongs to %s, take it into the state and deploy again:\n  %s %s\n",
			s.environment.Name, command, quote(id.Text))
	default:
		suffix := ""
		if id.Region != "" {
			suffix = "@" + id.Region
		}
		fmt.Fprintf(&text, "If it belongs to %s, take it into the state and deploy again. Only AWS knows its id, which the command in it prints:\n"+
			"  %s \"$(%s)%s\"\n", s.environment.Name, command, id.Lookup, suffix)
	}
	return text.String()
}

// quote returns an argument as a shell reads it.
func quote(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// plannedAttributes returns the type of a resource in a plan, and the attributes that
// it is planned to have as far as they are known.
func plannedAttributes(plan []byte, address string) (kind string, attributes map[string]any) {
	var p struct {
		ResourceChanges []struct {
			Address string
			Type    string
			Change  struct{ After map[string]any }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &p); err != nil {
		return "", nil // Terraform has just written it
	}
	for _, c := range p.ResourceChanges {
		if c.Address == address {
			return c.Type, c.Change.After
		}
	}
	return "", nil
}

// Import takes a resource that exists into the state of a stack of the environment that
// ENV names. key is the stack's, such as functions/accounts/us-east-1, address is the
// resource's in the configuration, and id is its import id. Deploy prints all three when
// a resource that it creates exists already.
func Import(ctx context.Context, dir string, getenv func(string) string, key, address, id string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.importResource(ctx, key, address, id)
}

func (s *session) importResource(ctx context.Context, key, address, id string) (err error) {
	stack, ok := provision.ParseKey(key)
	if !ok {
		return fmt.Errorf("%q is not a stack of an environment: name one such as functions/accounts/us-east-1", key)
	}
	if id == "" || id == "@"+stack.Region {
		return fmt.Errorf("the import id of %s is empty: look it up, and name it", address)
	}
	ctx, unlock, err := s.lock(ctx, "deploy:import")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	h, err := s.newestHouse(ctx, stack)
	if err != nil {
		return err
	}
	w, err := s.open(ctx, stack, h)
	if err != nil {
		return err
	}
	if err := s.run(ctx, stack, "import", w.Import(stack, address, id)); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is in the state of %s now: deploy again\n", address, key)
	return nil
}

// newestHouse returns what a stack reads while a resource is taken into its state: the
// newest stored release, which the interrupted roll-out stored before it began, and in
// addition what the stack's Region runs.
func (s *session) newestHouse(ctx context.Context, stack provision.Stack) (*house, error) {
	stored, err := s.store.List(ctx)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		return nil, fmt.Errorf("no release of %s is stored, so nothing was rolled out: run deploy:all", s.environment.Name)
	}
	newest, err := s.store.Release(ctx, stored[0].ID)
	if err != nil {
		return nil, err
	}
	existing, err := s.existing(ctx)
	if err != nil {
		return nil, err
	}
	o, err := s.readRollout(ctx, newest, existing)
	if err != nil {
		return nil, err
	}
	h := o.houseFor(Step{Action: AddStep, Stack: stack})
	for _, region := range o.environment.Regions {
		if stack.Region == "" {
			h = h.with(o.running(region))
		}
	}
	return h.settled(slices.Concat(o.environment.Regions, o.leaving), o.drained()), nil
}
