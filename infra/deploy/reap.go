package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/provision"
)

// reapWord confirms the removal of all environments that have expired.
const reapWord = "expired"

// Reap lists the environments without a file that have expired, next to the states of
// the environment that ENV names, and removes them after the user has
// confirmed it with the word "expired".
func Reap(ctx context.Context, dir string, getenv func(string) string, c Confirmation, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	expired, err := s.expired(ctx, time.Now())
	if err != nil || len(expired) == 0 {
		if err == nil {
			fmt.Fprintln(s.out, "No environment has expired.")
		}
		return err
	}
	for _, e := range expired {
		fmt.Fprintf(s.out, "%s  expired %s  %s  %s\n", e.name, e.Expires, strings.Join(e.Regions, ","), e.Creator)
	}
	if err := s.confirmed(c, reapWord); err != nil {
		return err
	}
	var errs []error
	for _, e := range expired {
		as := func(key string) string {
			if key == provision.EnvironmentVariable {
				return e.name
			}
			return getenv(key)
		}
		errs = append(errs, Destroy(ctx, dir, as, Confirmation{Name: e.name}, out))
	}
	return errors.Join(errs...)
}

// reaped is an environment that has expired.
type reaped struct {
	name string
	creation
}

// expired returns the environments whose last day is before today in UTC, by name.
func (s *session) expired(ctx context.Context, now time.Time) ([]reaped, error) {
	all, err := s.recordedCreations(ctx)
	if err != nil {
		return nil, err
	}
	today := now.UTC().Format(time.DateOnly)
	return slices.DeleteFunc(all, func(e reaped) bool { return e.Expires == "" || e.Expires >= today }), nil
}

// recordedCreations returns all environments of the account with a record of their
// creation, by name.
func (s *session) recordedCreations(ctx context.Context) ([]reaped, error) {
	found, err := s.allStates.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list the environments: %w", err)
	}
	const below = "/releases/records/" + creationRecord + ".json"
	var recorded []reaped
	for _, o := range found {
		folder, ok := strings.CutSuffix(o.Key, below)
		if !ok {
			continue
		}
		e := reaped{name: strings.Split(folder, "/")[0]}
		data, err := s.allStates.Read(ctx, o.Key)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &e.creation); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key, err)
		}
		recorded = append(recorded, e)
	}
	slices.SortFunc(recorded, func(a, b reaped) int { return strings.Compare(a.name, b.name) })
	return recorded, nil
}

// environmentsLocation returns the location of the states of all environments: the
// account's bucket, or the folder of the files.
func (s *session) environmentsLocation() string {
	if s.environment.State.Backend != "local" {
		location := provision.StatesOf(s.environment, "")
		return strings.Replace(location, "/"+s.environment.Name+"?", "?", 1)
	}
	folder := filepath.Dir(s.localStates)
	if s.rehearses {
		folder = filepath.Dir(folder)
	}
	return "file://" + filepath.ToSlash(folder)
}
