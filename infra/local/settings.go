package local

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/geo"
)

// Settings are the settings that a user makes with environment variables.
type Settings struct {
	// Port is the edge's port, from PORT. 0 selects any free port. Default workspace.LocalPort.
	Port int
	// Regions are the AWS Regions to run, from REGIONS. The first one serves
	// clients that do not send their location. See geo.RegionsFromEnv.
	Regions []string
	// ReplicationLag is how long a write takes to reach the other Regions, from
	// REPLICATION_LAG. Default 200ms.
	ReplicationLag time.Duration
	// StaleReads is how old the data of an eventually consistent read can be within a
	// Region, from STALE_READS. Default 0s: every read returns the latest data.
	StaleReads time.Duration
	// Debug are the functions whose clocks stand still for a debugger, from DEBUG, such as
	// "accounts-get-account": context and function. Empty by default.
	Debug []string
	// DynamoDB is the URL of a DynamoDB Local to use in place of the embedded
	// engine, from DYNAMODB. Empty by default.
	DynamoDB string
	// Fresh starts with empty tables although an earlier run has left some, from FRESH=1.
	Fresh bool
	// Limits is the name of the environment whose limits the cloud has, from LIMITS: the
	// concurrency of functions and the rate of requests. Empty by default, for an account
	// without reservations. See Limits.
	Limits string
	// Strict turns a response that breaks the contract into a 500, from STRICT=1.
	// Otherwise the client receives it, as on AWS, and the breach is logged.
	Strict bool
	// Unchecked turns the comparison of responses with the specification off, from
	// CHECK=0, to measure what it costs.
	Unchecked bool
	// Unrecorded turns the record of requests off, from RECORD=0, to measure what it
	// costs. The console and local:logs then show no requests.
	Unrecorded bool
}

// maxLag limits ReplicationLag. A slower link is not worth simulating: cut it.
const maxLag = time.Minute

// ReadSettings reads the settings through getenv, usually os.Getenv. The error has a
// line for each setting that is wrong.
func ReadSettings(getenv func(string) string) (Settings, error) {
	value := func(name, fallback string) string {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			return v
		}
		return fallback
	}
	var s Settings
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	port := value("PORT", workspace.LocalPort)
	var err error
	if s.Port, err = strconv.Atoi(port); err != nil || s.Port < 0 || s.Port > 65535 {
		fail("PORT: %q is not a port: use a number from 0 (any free port) to 65535", port)
	}
	if s.Regions, err = geo.RegionsFromEnv(getenv); err != nil {
		errs = append(errs, err)
	}
	lag := value("REPLICATION_LAG", "200ms")
	if s.ReplicationLag, err = time.ParseDuration(lag); err != nil || s.ReplicationLag < 0 || s.ReplicationLag > maxLag {
		fail("REPLICATION_LAG: %q is not a duration from 0s to %s: use one such as 200ms or 2s", lag, maxLag)
	}
	stale := value("STALE_READS", "0s")
	if s.StaleReads, err = time.ParseDuration(stale); err != nil || s.StaleReads < 0 || s.StaleReads > maxLag {
		fail("STALE_READS: %q is not a duration from 0s to %s: use one such as 50ms", stale, maxLag)
	}
	s.Limits = value("LIMITS", "")
	s.Strict, s.Fresh = value("STRICT", "0") == "1", value("FRESH", "0") == "1"
	s.Unchecked, s.Unrecorded = value("CHECK", "1") == "0", value("RECORD", "1") == "0"
	for _, name := range []string{"STRICT", "CHECK", "RECORD", "FRESH"} {
		if v := value(name, "0"); v != "0" && v != "1" {
			fail("%s: %q is not 0 or 1", name, v)
		}
	}
	if debug := value("DEBUG", ""); debug != "" {
		s.Debug = strings.FieldsFunc(debug, func(r rune) bool { return r == ',' || r == ' ' })
	}
	if s.DynamoDB = value("DYNAMODB", ""); s.DynamoDB != "" {
		u, err := url.Parse(s.DynamoDB)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			fail("DYNAMODB: %q is not the URL of a DynamoDB Local: use one such as http://localhost:8000", s.DynamoDB)
		}
	}
	if s.StaleReads > 0 && s.DynamoDB != "" {
		fail("STALE_READS: DynamoDB Local, which DYNAMODB names, has no stale reads: unset one of the two")
	}
	if s.Fresh && s.DynamoDB != "" {
		fail("FRESH: DynamoDB Local, which DYNAMODB names, keeps its own data: unset one of the two")
	}
	return s, errors.Join(errs...)
}
