package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Environments is the folder of the environments' settings, from the
// monorepo's root.
const Environments = "infra/environments"

// template has the settings of an environment that has no file: a developer's own.
const template = "template"

// Environment is what running Terraform takes of an environment's settings. All
// of them are read, and judged, by the module infra/terraform/modules/settings.
type Environment struct {
	Name string `json:"-"`
	// Account is the AWS account, 12 digits.
	Account string `json:"account"`
	// Regions are the AWS Regions that serve.
	Regions []string `json:"regions"`
	State   State    `json:"state"`
}

// State tells where an environment's states are kept.
type State struct {
	// Backend is "s3", or "local" for a trial: files on this machine.
	Backend string `json:"backend"`
	// Region is the Region of the bucket.
	Region string `json:"region"`
}

// A name becomes a part of paths here; what else it must be is the settings
// module's to say.
var environmentName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// ReadEnvironment reads the settings of the environment name in the monorepo at
// root. Without a file of its own it is a developer's, and has the template's.
func ReadEnvironment(root, name string) (Environment, error) {
	if !environmentName.MatchString(name) || name == template {
		return Environment{}, fmt.Errorf("%q is not an environment's name: use lower-case letters and digits, a letter first", name)
	}
	path := filepath.Join(root, Environments, name+".json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		path = filepath.Join(root, Environments, template+".json")
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return Environment{}, err
	}
	e := Environment{Name: name}
	if err := json.Unmarshal(data, &e); err != nil {
		return Environment{}, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}
