package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/provision/restapi"
)

// Drift is a resource that was changed or removed other than by Terraform.
type Drift struct {
	Address string
	// Removed reports whether the resource is gone. Else Attributes names what changed.
	Removed    bool
	Attributes []string
}

// String returns the drift as people read it.
func (d Drift) String() string {
	if d.Removed {
		return d.Address + " was removed"
	}
	return d.Address + " was changed: " + strings.Join(d.Attributes, ", ")
}

// drift compares the state of each stack with what exists, several at a time, and
// prints the differences. It takes about as long as the plans of all stacks, and holds
// the environment's lock, because it uses the folders of the stacks.
func (s *session) drift(ctx context.Context, existing []provision.Stack) (err error) {
	ctx, unlock, err := s.lock(ctx, "deploy:status -drift")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	var steps []Step
	for _, stack := range existing {
		steps = append(steps, Step{Action: CompareStep, Stack: stack})
	}
	var mu sync.Mutex
	found := map[string][]Drift{}
	_, err = s.runSteps(ctx, func(ctx context.Context, step Step) error {
		list, err := s.driftOf(ctx, step.Stack, existing)
		mu.Lock()
		found[step.Stack.Key()] = list
		mu.Unlock()
		return err
	}, steps)
	if err != nil {
		return err
	}
	count := 0
	for _, key := range union(found, nil) {
		for _, d := range found[key] {
			fmt.Fprintf(s.out, "  %s: %s\n", key, d)
			count++
		}
	}
	if count == 0 {
		fmt.Fprintf(s.out, "No drift: all %d stacks are as Terraform left them.\n", len(existing))
		return nil
	}
	fmt.Fprintf(s.out, "Drift: %d resources are not as Terraform left them. deploy:plan shows what the next deploy:all does about it.\n", count)
	return nil
}

func (s *session) driftOf(ctx context.Context, stack provision.Stack, existing []provision.Stack) ([]Drift, error) {
	h, err := s.destroyedHouse(ctx, existing)
	if err != nil {
		return nil, err
	}
	w, err := s.open(ctx, stack, h)
	if err != nil {
		return nil, err
	}
	c := w.PlanRefresh(stack)
	c.Args = append(c.Args, "-detailed-exitcode")
	err = s.run(ctx, stack, "drift", c)
	var exit *exec.ExitError
	if err == nil || !errors.As(err, &exit) || exit.ExitCode() != planHasChanges {
		return nil, err
	}
	data, err := s.output(ctx, w.ShowPlan(stack))
	if err != nil {
		return nil, err
	}
	return driftIn(data)
}

// refreshed is a plan that only reads what exists, from the output of terraform show
// -json.
type refreshed struct {
	PriorState struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Type   string
					Values struct{ Body string }
				}
			} `json:"root_module"`
		}
	} `json:"prior_state"`
	ResourceDrift []struct {
		Address string
		Mode    string
		Type    string
		Change  struct {
			Actions       []string
			Before, After map[string]json.RawMessage
		}
	} `json:"resource_drift"`
}

// driftIn reads the drift in a plan. The state of an API is from before the import of
// its document, so the API is compared with the document.
func driftIn(plan []byte) ([]Drift, error) {
	var p refreshed
	if err := json.Unmarshal(plan, &p); err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	imported, err := p.imported()
	if err != nil {
		return nil, err
	}
	var list []Drift
	for _, r := range p.ResourceDrift {
		d := Drift{Address: r.Address, Removed: slices.Contains(r.Change.Actions, "delete")}
		if r.Mode != "managed" {
			continue
		}
		before := maps.Clone(r.Change.Before)
		if r.Type == restapi.Type && before != nil {
			maps.Copy(before, imported)
		}
		for _, name := range union(before, r.Change.After) {
			if !sameValue(before[name], r.Change.After[name]) {
				d.Attributes = append(d.Attributes, name)
			}
		}
		if d.Removed || d.Attributes != nil {
			list = append(list, d)
		}
	}
	return list, nil
}

// imported returns the settings that the import of the stack's document made; none in
// a stack without an import.
func (p refreshed) imported() (map[string]json.RawMessage, error) {
	for _, r := range p.PriorState.Values.RootModule.Resources {
		if r.Type != restapi.ImportType {
			continue
		}
		settings, err := restapi.Imported(r.Values.Body)
		if err != nil {
			return nil, err
		}
		encoded := map[string]json.RawMessage{}
		for name, value := range settings {
			if encoded[name], err = json.Marshal(value); err != nil {
				return nil, err
			}
		}
		return encoded, nil
	}
	return nil, nil
}

// sameValue reports whether two values are the same to a provider, which does not
// distinguish an empty text or list from null.
func sameValue(a, b json.RawMessage) bool {
	normal := func(v json.RawMessage) string {
		if text := string(v); text != "null" && text != `""` && text != "[]" {
			return text
		}
		return ""
	}
	return normal(a) == normal(b)
}
