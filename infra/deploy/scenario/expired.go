package scenario

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/infra/rehearsal"
)

// guest is an environment without a file, next to the states of environment.
const guest = "ada"

// leanAndExpired creates an environment without a file in one Region, on a day after its
// last one, gives it a second Region, and reaps it.
func leanAndExpired(_ context.Context, a *attempt) (err error) {
	folder := filepath.Join(a.root, filepath.FromSlash(rehearsal.Dir), guest)
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := a.createGuest(); err != nil {
		return err
	}
	if err := a.moveGuest(); err != nil {
		return err
	}
	return a.reapGuest()
}

// createGuest creates the environment in the Region that REGIONS names.
func (a *attempt) createGuest() error {
	create := []string{"ENV=" + guest, "REGIONS=us-east-1", "CREATOR=ada@example.com", "EXPIRES=2026-01-31"}
	if _, err := a.mustWith(create, "deploy:all", "-create"); err != nil {
		return err
	}
	a.checkGuest(true, "global", "data/one", "functions/one/us-east-1", "api/us-east-1")
	a.checkGuest(false, "functions/one/us-west-2", "api/us-west-2")
	return nil
}

// moveGuest changes the Regions, which a later REGIONS does not.
func (a *attempt) moveGuest() error {
	const regions = "us-east-1,us-west-2"
	other := []string{"ENV=" + guest, "REGIONS=" + regions}
	change := "run ENV=" + guest + " go tool mage deploy:regions " + regions
	if err := a.refusedWith(other, change, "deploy:all"); err != nil {
		return err
	}
	a.checkGuest(false, "api/us-west-2")
	as := []string{"ENV=" + guest}
	if _, err := a.mustWith(as, "deploy:regions", regions); err != nil {
		return err
	}
	if _, err := a.mustWith(as, "deploy:all"); err != nil {
		return err
	}
	a.checkGuest(true, "functions/one/us-west-2", "functions/two/us-west-2", "api/us-west-2")
	o, err := a.mustWith(other, "deploy:all")
	if err == nil {
		a.check(strings.Contains(o.text, unchanged), "the recorded Regions change something:\n%s", o.text)
	}
	return err
}

// reapGuest removes the environment, once that is confirmed.
func (a *attempt) reapGuest() error {
	if err := a.refusedWith(nil, "-confirm=expired", "deploy:reap"); err != nil {
		return err
	}
	a.checkGuest(true, "global", "api/us-west-2")
	o, err := a.mustWith(nil, "deploy:reap", "-confirm=expired")
	if err != nil {
		return err
	}
	const listed = guest + "  expired 2026-01-31  us-east-1,us-west-2  ada@example.com"
	a.check(strings.Contains(o.text, listed), "the list lacks %q:\n%s", listed, o.text)
	a.checkGuest(false, "global", "data/one", "data/two", "functions/one/us-east-1", "api/us-west-2", "portal")
	if o, err = a.mustWith(nil, "deploy:reap", "-confirm=expired"); err == nil {
		a.check(strings.Contains(o.text, "No environment has expired."), "it was not forgotten:\n%s", o.text)
	}
	return err
}

// checkGuest checks whether stacks of the environment without a file have resources.
func (a *attempt) checkGuest(want bool, keys ...string) {
	for _, key := range keys {
		resources, err := a.resourcesOf(guest, key)
		a.check(err == nil && (len(resources) > 0) == want,
			"%s of %s has %d resources, %v; want some: %t", key, guest, len(resources), err, want)
	}
}
