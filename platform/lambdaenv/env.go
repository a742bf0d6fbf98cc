// Package lambdaenv reads what the Lambda service and Terraform put into a
// function's environment, and builds the AWS clients' configuration from that
// alone. The SDK's config package also looks for profiles, SSO, EC2 and ECS
// metadata; linking and running that doubles the cold start of a Go Lambda.
package lambdaenv

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/meridian-api/meridian/platform/logs"
)

// Env is a Lambda's surroundings.
type Env struct {
	// Region is the AWS Region that the function runs in.
	Region string
	// Environment is the deployment's name, such as "prod": the first part of
	// the names of functions and tables.
	Environment string
	getenv      func(string) string
	settings    settings
}

// Read reads the environment through getenv, usually os.Getenv. AWS_REGION and
// ENVIRONMENT must be set. The error names all that is missing or malformed.
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
		err = fmt.Errorf("the function's environment lacks %s", strings.Join(missing, ", "))
	}
	var malformed error
	e.settings, malformed = readSettings(getenv)
	return e, errors.Join(err, malformed)
}

// Must is Read for a main function: on an error it logs one line and ends
// the process, which Lambda reports as a failed start.
func Must(getenv func(string) string) Env {
	e, err := Read(getenv)
	if err != nil {
		logs.New(os.Stdout).Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	return e
}
