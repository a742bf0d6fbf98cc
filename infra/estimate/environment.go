package estimate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/geo"
	"github.com/meridian-api/meridian/infra/provision"
)

// Variables of the process that choose what is estimated, beside geo.RegionsVariable and
// provision.EnvironmentVariable.
const (
	// profileVariable is the profile in place of the environment's own.
	profileVariable = "PROFILE"
	// defaultEnvironment is estimated if no environment is named.
	defaultEnvironment = "prod"
)

// ProfileFull and ProfileLean are the profiles of environments. A lean one has nothing that
// costs something at rest and that requests can do without: no firewall, keys, health
// checks, alarms, dashboards and metrics by route (infra/terraform/README.md, "Profiles").
const (
	ProfileFull = "full"
	ProfileLean = "lean"
)

// Environment has the settings of an environment that its cost depends on. Their meaning
// is described in infra/terraform/README.md.
type Environment struct {
	Name string `json:"-"`
	// Home is the Region that has what is once in the environment.
	Home    string
	Regions []string
	Profile string
	SignIn  struct{ ThreatProtection string }
	Traffic Traffic
	Health  struct{ IntervalSeconds float64 }
	// SLO.Operation is the function with an objective, such as accounts-get-my-account.
	SLO struct{ Operation string }
	// Traces.Rate is the share of requests that X-Ray records beyond one a second, 0 to 1.
	Traces struct{ Rate float64 }
}

// Traffic is the expected use in a month.
type Traffic struct {
	MonthlyUsers float64
	// RequestsPerMonth has the requests by operation ID. "default" is for all others.
	RequestsPerMonth map[string]float64
}

// lean reports whether the environment has the profile lean.
func (e *Environment) lean() bool { return e.Profile == ProfileLean }

// readEnvironment reads the settings of the environment that the process' variables name.
// One without a file is a developer's and has the template's. REGIONS and PROFILE replace
// the environment's own.
func readEnvironment(root string, getenv func(string) string) (Environment, error) {
	name := cmp.Or(getenv(provision.EnvironmentVariable), defaultEnvironment)
	if _, err := provision.ReadEnvironment(root, name); err != nil { // checks the name
		return Environment{}, err
	}
	path, data, _, err := provision.ReadSettings(root, name)
	if err != nil {
		return Environment{}, err
	}
	e := Environment{Name: name}
	if err := json.Unmarshal(data, &e); err != nil {
		return Environment{}, fmt.Errorf("%s: %w", path, err)
	}
	e.Profile = cmp.Or(getenv(profileVariable), e.Profile)
	if e.Profile != ProfileFull && e.Profile != ProfileLean {
		return Environment{}, fmt.Errorf("%s is %q: set it to %s or %s", profileVariable, e.Profile, ProfileFull, ProfileLean)
	}
	if getenv(geo.RegionsVariable) != "" {
		if e.Regions, err = geo.RegionsFromEnv(getenv); err != nil {
			return Environment{}, err
		}
		if !slices.Contains(e.Regions, e.Home) {
			e.Home = e.Regions[0]
		}
	}
	if err := e.check(); err != nil {
		return Environment{}, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// check checks the ranges that the estimate divides by or multiplies with.
func (e *Environment) check() error {
	if len(e.Regions) == 0 {
		return errors.New("regions is empty: add a Region")
	}
	if _, ok := e.Traffic.RequestsPerMonth["default"]; !ok {
		return errors.New("traffic.requestsPerMonth has no default: add one for the operations without a number")
	}
	for _, id := range slices.Sorted(maps.Keys(e.Traffic.RequestsPerMonth)) {
		if n := e.Traffic.RequestsPerMonth[id]; n < 0 {
			return fmt.Errorf("traffic.requestsPerMonth.%s is %v: use a number from 0", id, n)
		}
	}
	if e.Traffic.MonthlyUsers < 0 {
		return fmt.Errorf("traffic.monthlyUsers is %v: use a number from 0", e.Traffic.MonthlyUsers)
	}
	if e.Traces.Rate < 0 || e.Traces.Rate > 1 {
		return fmt.Errorf("traces.rate is %v: use a share from 0 to 1", e.Traces.Rate)
	}
	if e.Health.IntervalSeconds <= 0 {
		return fmt.Errorf("health.intervalSeconds is %v: use a number above 0", e.Health.IntervalSeconds)
	}
	return nil
}
