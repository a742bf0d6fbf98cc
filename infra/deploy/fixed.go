package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
)

// settingChange says what a changed member of an environment's file takes.
type settingChange string

const (
	// inPlace: each stack changes in its turn.
	inPlace settingChange = "in place"
	// inOrder: the roll-out removes and adds stacks in the order that the change needs.
	inOrder settingChange = "in order"
	// elsewhere: the states are looked for in the new location, which is empty, so
	// deploy:all refuses without -create.
	elsewhere settingChange = "elsewhere"
	// moved: the APIs must go before the certificates that they use. Roll-outs refuse
	// unless the user agrees that the API is down meanwhile.
	moved settingChange = "moved"
	// never: the users and the tables would be lost.
	never settingChange = "never"
)

// settingChanges has every member of an environment's file.
var settingChanges = map[string]settingChange{
	"account": never, "home": never, "strong": never, "profile": never,
	"domain": moved, "zone": moved,
	"state":   elsewhere,
	"regions": inOrder,
	"modules": inPlace, "portal": inPlace, "protect": inPlace, "signIn": inPlace, "api": inPlace, "functions": inPlace, "tables": inPlace,
	"logs": inPlace, "traces": inPlace, "health": inPlace, "alarms": inPlace, "budget": inPlace, "slo": inPlace, "traffic": inPlace,
	"creator": inPlace, "expires": inPlace,
}

// fixedOutput is the output of global with the settings that do not change in place, as
// it was last applied with them.
const fixedOutput = "fixed"

// fixedSystem is the member of fixedOutput with the name of the system, which is in no
// environment's file: with another name, Terraform would look for other states.
const fixedSystem = "system"

// fixedSettings returns the settings of fixedOutput, none before the first roll-out.
func (s *session) fixedSettings(ctx context.Context) (map[string]string, error) {
	stack := provision.Stack{Root: "global"}
	state, err := readState[struct {
		Outputs map[string]struct{ Value json.RawMessage }
	}](ctx, s, stack)
	if err != nil {
		return nil, err
	}
	value, applied := state.Outputs[fixedOutput]
	if !applied {
		return nil, nil // as of a release before the output
	}
	var fixed map[string]string
	if err := json.Unmarshal(value.Value, &fixed); err != nil {
		return nil, fmt.Errorf("the state of %s: the output %s: %w", stack.Key(), fixedOutput, err)
	}
	return fixed, nil
}

// setting returns a member of the environment's file: a text, or JSON of another value.
func (s *session) setting(name string) string {
	if name == fixedSystem {
		return s.system.Name
	}
	value, text := s.settings[name].(string)
	if data, err := json.Marshal(s.settings[name]); !text && err == nil {
		return string(data) // the members are sorted, as Terraform's jsonencode sorts them
	}
	return strings.ReplaceAll(value, "{environment}", s.environment.Name)
}

// checkFixed returns an error if the environment's file changes settings that cannot
// be changed like this. It reports whether the API is moved to another domain, which
// the user allows by naming the domain.
func (s *session) checkFixed(fixed map[string]string, moveDomain string) (moving bool, err error) {
	var errs []error
	for _, name := range union(fixed, nil) {
		was, is := fixed[name], s.setting(name)
		if was == is {
			continue
		}
		switch {
		case settingChanges[name] != moved:
			errs = append(errs, fmt.Errorf("%s is %s in %s's file, and the environment was deployed with %s: nothing was changed. "+
				"Users and tables cannot move, and a strongly consistent table keeps its members. So put it back, or deploy another "+
				"environment beside this one and move its clients",
				name, is, s.environment.Name, was))
		case moveDomain == s.setting("domain"):
			moving = true
		default:
			errs = append(errs, fmt.Errorf("%s is %s in %s's file, and the environment was deployed with %s: nothing was changed. "+
				"The APIs have to go before their certificates, and their clients find no API until each Region is back under the new name. "+
				"If they may, run deploy:all with -moveDomain=%s", name, is, s.environment.Name, was, s.setting("domain")))
		}
	}
	if moveDomain != "" && moveDomain != s.setting("domain") {
		errs = append(errs, fmt.Errorf("-moveDomain=%s is not the domain in %s's file, %s: nothing was changed",
			moveDomain, s.environment.Name, s.setting("domain")))
	}
	return moving, errors.Join(errs...)
}

// unchanged returns an error if a setting changed that only All can change.
func (s *session) unchanged(ctx context.Context) error {
	fixed, err := s.fixedSettings(ctx)
	if err != nil {
		return err
	}
	_, err = s.checkFixed(fixed, "")
	return err
}

// as returns the house with settings as an earlier roll-out had them, which a removal
// needs: it looks up what it uses.
func (h *house) as(fixed map[string]string) *house {
	if h == nil || len(fixed) == 0 {
		return h
	}
	s := *h
	s.settings = maps.Clone(h.settings)
	for name, value := range fixed {
		if name == fixedSystem {
			s.system.Name = value
			continue
		}
		s.settings[name] = value
		if _, text := h.settings[name].(string); text {
			continue
		}
		var decoded any
		if err := json.Unmarshal([]byte(value), &decoded); err == nil {
			s.settings[name] = decoded
		}
	}
	return &s
}

// moveAPIs removes the APIs that exist, which use the certificates of the domain from
// before. It returns the steps.
func (o *order) moveAPIs(existing []provision.Stack) ([]int, error) {
	if !o.wanted.Moving {
		return nil, nil
	}
	if len(o.regions) > 0 {
		return nil, errors.New("the domain changes and a Region leaves: nothing was changed. Deploy one change after the other")
	}
	var removed []int
	for _, s := range existing {
		if s.Root == "api" && slices.Contains(o.wanted.Regions, s.Region) {
			removed = append(removed, o.add(DestroyStep, s))
		}
	}
	return removed, nil
}
