package estimate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/geo"
)

// profileVariable is the environment variable with the profile to estimate, full by default.
const profileVariable = "PROFILE"

// Run estimates the monorepo around dir in the Regions of geo.RegionsFromEnv, prints
// the tables and writes the map to dist/estimate.svg.
func Run(dir string, getenv func(string) string, out io.Writer) error {
	selected, err := geo.RegionsFromEnv(getenv)
	if err != nil {
		return err
	}
	merged, err := pipeline.Merge(dir)
	if err != nil {
		return err
	}
	profile := getenv(profileVariable)
	if profile != "" && profile != "full" && profile != ProfileLean {
		return fmt.Errorf("%s is %q: set it to full or %s", profileVariable, profile, ProfileLean)
	}
	e, err := New(merged.Services, selected, profile)
	if err != nil {
		return err
	}
	if err := e.Print(out); err != nil {
		return err
	}
	name := filepath.Join(merged.Root, workspace.Dist, "estimate.svg")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := e.Map(file); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nMap: %s\n", name)
	return file.Close()
}
