package local

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/geo"
)

// Settings are what a user sets by environment variables.
type Settings struct {
	// Port is the edge's, PORT; 0 takes any free one. Default 8080.
	Port int
	// Regions are the AWS Regions to run, REGIONS, separated by commas; the
	// first is where clients without a place are. Default us-east-1,us-west-2.
	Regions []string
	// ReplicationLag is the time that a write takes to the other Regions, REPLICATION_LAG. Default 200ms.
	ReplicationLag time.Duration
	// DynamoDB is the URL of a DynamoDB Local to use in place of the embedded engine, DYNAMODB, or empty.
	DynamoDB string
}

// maxLag bounds ReplicationLag: beyond it, a slow link is a cut one.
const maxLag = time.Minute

// ReadSettings reads the settings through getenv, usually os.Getenv. The error
// tells all that are wrong, in one line each.
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

	port := value("PORT", "8080")
	var err error
	if s.Port, err = strconv.Atoi(port); err != nil || s.Port < 0 || s.Port > 65535 {
		fail("PORT: %q is not a port: give a number from 0 (any free one) to 65535", port)
	}
	if s.Regions, err = geo.RegionsFromEnv(getenv); err != nil {
		errs = append(errs, err)
	}
	lag := value("REPLICATION_LAG", "200ms")
	if s.ReplicationLag, err = time.ParseDuration(lag); err != nil || s.ReplicationLag < 0 || s.ReplicationLag > maxLag {
		fail("REPLICATION_LAG: %q is not a duration from 0s to %s: give one such as 200ms or 2s", lag, maxLag)
	}
	if s.DynamoDB = value("DYNAMODB", ""); s.DynamoDB != "" {
		u, err := url.Parse(s.DynamoDB)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			fail("DYNAMODB: %q is not the URL of a DynamoDB Local: give one such as http://localhost:8000", s.DynamoDB)
		}
	}
	return s, errors.Join(errs...)
}
