// Package lambdaenv reads the environment variables that the Lambda service and
// Terraform set for a function, and builds the configuration of the AWS clients
// from them. The SDK's config package also reads profiles, SSO, and the metadata
// of EC2 and ECS. Linking and running that code doubles the cold start of a Go
// Lambda.
package lambdaenv

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/meridian-api/meridian/platform/logs"
)

// Env is the environment of a Lambda function.
type Env struct {
	// Region is the AWS Region that the function runs in.
	Region string
	// Environment is the deployment's name, such as "prod": the first part of
	// the names of functions and tables.
	Environment string
	getenv      func(string) string
	settings    settings
}

// Read reads the environment with getenv, usually os.Getenv. AWS_REGION and
// ENVIRONMENT must be set. The error names every variable that is missing or
// malformed.
func Read(getenv func(string) string) (Env, error) {
	e := Env{Region: getenv("AWS_REGION"), Environment: getenv("ENVIRONMENT"), getenv: getenv}
	var missing []string
	if e.Region == "" {
		missing = append(missing, "AWS_REGION")
	}
	if e.Environment == "" {
		missing = append(missing, "ENVIRONMENT")
	}
	var err error
	if missing != nil {
		err = fmt.Errorf("environment variables are not set: %s", strings.Join(missing, ", "))
	}
	var malformed error
	e.settings, malformed = readSettings(getenv)
	return e, errors.Join(err, malformed)
}

// StrongRegion returns the Region whose replica of strongly consistent tables the function
// uses: STRONG_REGION, which the deployment sets where there is no replica, or else its own.
func (e Env) StrongRegion() string { return cmp.Or(e.getenv("STRONG_REGION"), e.Region) }

// StrongReplicas returns the Regions with a replica of strongly consistent tables:
// STRONG_REPLICAS, separated by commas, which the deployment sets for a function that may read
// all of them. It is empty if there is one Region.
func (e Env) StrongReplicas() []string {
	return strings.FieldsFunc(e.getenv("STRONG_REPLICAS"), func(r rune) bool { return r == ',' })
}

// StrongSuffix returns the end of the names of strongly consistent tables: STRONG_SUFFIX,
// which the deployment sets in an environment of one Region, where they are ordinary tables.
func (e Env) StrongSuffix() string { return e.getenv("STRONG_SUFFIX") }

// HoldsStrongWrites reports whether STRONG_HELD is set: the deployment copies the strongly
// consistent tables, and nothing may write to them meanwhile.
func (e Env) HoldsStrongWrites() bool { return e.getenv("STRONG_HELD") != "" }

// Must calls Read for a main function. If Read fails, Must logs the error and exits,
// which Lambda reports as a failed start.
func Must(getenv func(string) string) Env {
	e, err := Read(getenv)
	if err != nil {
		logs.New(os.Stdout).Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	return e
}
