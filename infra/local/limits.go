package local

import (
	"encoding/json"
	"fmt"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

// Limits are the limits that an environment's settings, such as those in
// infra/environments/dev.json, set on AWS: Terraform reads the same members of the same
// file. The zero value is an account without reservations, whose stage is not throttled.
type Limits struct {
	// Throttle is the limit of a Region's stage; nil is no limit.
	Throttle *gateway.Throttle

	source      string // names the settings in errors
	account     int    // executions of all functions without a reservation; 0 is Lambda's default
	reserved    int    // executions of each function; 0 reserves no executions
	exceptional map[string]int
}

// ParseLimits parses the settings of an environment. source is where they come from, such
// as "infra/environments/dev.json".
func ParseLimits(source string, settings []byte) (Limits, error) {
	var s struct {
		API struct {
			RequestsPerSecond float64
			Burst             int
		}
		Functions struct {
			ReservedConcurrency   *int // 0 reserves none
			ReservedConcurrencyOf map[string]int
			AccountConcurrency    int
		}
	}
	if err := json.Unmarshal(settings, &s); err != nil {
		return Limits{}, fmt.Errorf("%s: %w", source, err)
	}
	reserved := s.Functions.ReservedConcurrency
	if s.API.RequestsPerSecond <= 0 || s.API.Burst <= 0 || reserved == nil || *reserved < 0 {
		return Limits{}, fmt.Errorf("%s: api.requestsPerSecond, api.burst or functions.reservedConcurrency is missing: "+
			"set the first two to positive numbers, and the last one to 0 or more", source)
	}
	return Limits{
		Throttle: &gateway.Throttle{
			Rate: s.API.RequestsPerSecond, Burst: s.API.Burst,
			Setting: "api.requestsPerSecond and api.burst in " + source,
		},
		source:  source,
		account: s.Functions.AccountConcurrency, reserved: *reserved,
		exceptional: s.Functions.ReservedConcurrencyOf,
	}, nil
}

// of returns the number of executions that are reserved for a function of a context and
// limit it. It returns 0 if the function has no reservation.
func (l Limits) of(service, function string) int {
	if n, ok := l.exceptional[service+"-"+function]; ok {
		return n
	}
	return l.reserved
}

// concurrency names the setting that limits the executions of functions.
func (l Limits) concurrency() string {
	if l.source == "" {
		return "it is the limit of an account: LIMITS selects an environment whose functions have reservations"
	}
	return "functions.reservedConcurrency and reservedConcurrencyOf in " + l.source + " set it"
}
