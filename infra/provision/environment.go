package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Variables of the process that choose what a deployment works on and with.
const (
	// EnvironmentVariable names the environment.
	EnvironmentVariable = "ENV"
	// RehearseVariable set to 1 makes a rehearsal: Terraform runs on the stand-in of
	// package rehearsal and on states of its own, and nothing reaches AWS.
	RehearseVariable = "REHEARSE"
	// TerraformVariable names the program to run in place of "terraform".
	TerraformVariable = "TERRAFORM"
)

// Environments is the folder of the environments' settings, below the monorepo's root.
const Environments = workspace.Environments

// template is the name of the file with the settings of an environment without a file
// of its own, a developer's.
const template = workspace.EnvironmentTemplate

// Environment has the settings that running Terraform needs. The module
// infra/terraform/modules/settings reads and checks all settings.
type Environment struct {
	Name string `json:"-"`
	// System is the name of the system, with which the names of an account's resources begin.
	System string `json:"-"`
	// Account is the AWS account, 12 digits.
	Account string `json:"account"`
	// Regions are the AWS Regions that serve.
	Regions []string `json:"regions"`
	State   State    `json:"state"`
	// Modules are the releases that contexts are pinned to, such as "v1.4.0", by name.
	// Other contexts come from the working tree.
	Modules map[string]string `json:"modules"`
}

// State says where an environment's states are kept.
type State struct {
	// Backend is "s3", or "local" for files on this machine.
	Backend string `json:"backend"`
	// Region is the Region of the bucket.
	Region string `json:"region"`
}

// environmentName matches the names that can be parts of paths. The settings module
// has more rules.
var environmentName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// ReadEnvironment reads the settings of an environment of the monorepo at root. An
// environment without a file is a developer's and has the settings of template.json.
func ReadEnvironment(root, name string) (Environment, error) {
	if !environmentName.MatchString(name) || name == template {
		return Environment{}, fmt.Errorf("%q is not an environment's name: use lower-case letters and digits, a letter first", name)
	}
	path, data, _, err := ReadSettings(root, name)
	if err != nil {
		return Environment{}, err
	}
	system, err := workspace.ReadSystem(root)
	if err != nil {
		return Environment{}, err
	}
	e := Environment{Name: name, System: system.Name}
	if err := json.Unmarshal(data, &e); err != nil {
		return Environment{}, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// ReadSettings returns the path and the content of the file with the settings of an
// environment, and whether it is the environment's own: else it is the template.
func ReadSettings(root, name string) (path string, data []byte, own bool, err error) {
	path = filepath.Join(root, Environments, name+".json")
	data, err = os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return path, data, true, err
	}
	path = filepath.Join(root, Environments, template+".json")
	data, err = os.ReadFile(path)
	return path, data, false, err
}
