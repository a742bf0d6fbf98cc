package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/infra/geo"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// Variables of the process that describe an environment without a file when it is
// created. geo.RegionsVariable has its Regions.
const (
	profileVariable = "PROFILE" // "lean", which is the template's, or "full"
	creatorVariable = "CREATOR" // e-mail address; by default the one in git's configuration
	expiresVariable = "EXPIRES" // a date such as 2026-12-31, or "never"
)

// lifetime is how long an environment without a file lasts unless it is created with
// another date.
const lifetime = 14 * 24 * time.Hour

// creationRecord is the name of the record of a creation, next to the states.
const creationRecord = "creation"

// creation has the settings of an environment without a file that its creator chose.
// They are recorded when it is created and read from there afterwards, so nothing has
// to be committed.
type creation struct {
	Profile string   `json:"profile"`
	Regions []string `json:"regions"`
	Creator string   `json:"creator"`
	// Expires is a date such as 2026-12-31. It is empty if the environment does not expire.
	Expires string `json:"expires"`
}

// readCreation completes the settings of an environment without a file from the record
// of its creation, or for a new one from the process's variables. A later REGIONS or
// PROFILE that differs from the record is refused.
func (s *session) readCreation(ctx context.Context, getenv func(string) string, now time.Time) error {
	regions, profile := getenv(geo.RegionsVariable), getenv(profileVariable)
	if s.named {
		if profile != "" {
			return fmt.Errorf("%s has a file, so %s has no effect: edit %s/%s.json",
				s.environment.Name, profileVariable, provision.Environments, s.environment.Name)
		}
		return nil
	}
	var c creation
	recorded, err := s.store.ReadRecord(ctx, creationRecord, &c)
	if err != nil {
		return fmt.Errorf("the creation of %s: %w", s.environment.Name, err)
	}
	if recorded {
		if err := s.agrees(c, regions, profile); err != nil {
			return err
		}
		s.use(c)
		return nil
	}
	existing, err := s.resources(ctx, provision.Stack{Root: "global"})
	if err != nil {
		return err
	}
	if c, err = s.newCreation(ctx, getenv, now); err != nil {
		return err
	}
	if len(existing) > 0 { // created before there were records, with everything that full has
		c.Profile, c.Expires = "full", ""
	}
	s.created = &c
	s.use(c)
	return nil
}

// agrees returns an error if the variables ask for other Regions or another profile
// than the environment was created with.
func (s *session) agrees(c creation, regions, profile string) error {
	name := s.environment.Name
	if want := strings.Split(regions, ","); regions != "" && !slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(c.Regions))) {
		return fmt.Errorf("%s was created in %s, and %s is %s: nothing was changed. To change its Regions, run ENV=%s go tool mage deploy:regions %s",
			name, strings.Join(c.Regions, ","), geo.RegionsVariable, regions, name, regions)
	}
	if profile != "" && profile != c.Profile {
		return fmt.Errorf("%s was created with the profile %s, and %s is %s: nothing was changed. A profile decides the keys of tables "+
			"and cannot be changed: destroy the environment, or create another one", name, c.Profile, profileVariable, profile)
	}
	return nil
}

// newCreation returns what the variables choose for a new environment.
func (s *session) newCreation(ctx context.Context, getenv func(string) string, now time.Time) (creation, error) {
	c := creation{Profile: getenv(profileVariable), Regions: s.environment.Regions, Creator: getenv(creatorVariable),
		Expires: now.Add(lifetime).Format(time.DateOnly)}
	if c.Profile == "" {
		c.Profile, _ = s.settings["profile"].(string)
	}
	if c.Creator == "" { // without git, or without an address, no one is mailed
		out, err := command.Command{Name: "git", Args: []string{"config", "user.email"}, Dir: s.root}.Output(ctx)
		if err == nil {
			c.Creator = strings.TrimSpace(string(out))
		}
	}
	switch expires := getenv(expiresVariable); expires {
	case "":
	case "never":
		c.Expires = ""
	default:
		if _, err := time.Parse(time.DateOnly, expires); err != nil {
			return c, fmt.Errorf("%s is %q: set it to a date such as 2026-12-31, or to never", expiresVariable, expires)
		}
		c.Expires = expires
	}
	if regions := getenv(geo.RegionsVariable); regions != "" {
		c.Regions = strings.Split(regions, ",")
	}
	return c, s.checkRegions(c.Regions)
}

// checkRegions returns an error if an environment of the template cannot have these
// Regions. The settings module checks that each exists.
func (s *session) checkRegions(regions []string) error {
	home, _ := s.settings["home"].(string)
	if home != "" && !slices.Contains(regions, home) {
		return fmt.Errorf("%s is %s, without the home %s, where users and secrets are: add it",
			geo.RegionsVariable, strings.Join(regions, ","), home)
	}
	return nil
}

// use puts a creation into the settings that stacks are applied with.
func (s *session) use(c creation) {
	s.environment.Regions = c.Regions
	regions := make([]any, 0, len(c.Regions))
	for _, r := range c.Regions {
		regions = append(regions, r)
	}
	s.settings["regions"] = regions
	s.settings["profile"], s.settings["creator"], s.settings["expires"] = c.Profile, c.Creator, c.Expires
}

// recordCreation records the creation of a new environment. A second process that
// creates it at the same time keeps the record of the first.
func (s *session) recordCreation(ctx context.Context) error {
	if s.created == nil {
		return nil
	}
	err := s.store.CreateRecord(ctx, creationRecord, s.created)
	if errors.Is(err, release.ErrRecorded) {
		return fmt.Errorf("%s was created by another process at the same time: run this command again", s.environment.Name)
	}
	return err
}
