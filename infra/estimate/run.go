package estimate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Run estimates an environment of the monorepo around dir, by default prod, prints the
// tables and writes the map to dist/estimate.svg. The variables ENV, REGIONS and PROFILE
// choose another environment, and other Regions and another profile than its own.
func Run(dir string, getenv func(string) string, out io.Writer) error {
	merged, err := pipeline.Merge(dir)
	if err != nil {
		return err
	}
	environment, err := readEnvironment(merged.Root, getenv)
	if err != nil {
		return err
	}
	e, err := New(merged.Services, environment)
	if err != nil {
		return err
	}
	if err := e.Print(out); err != nil {
		return err
	}
	warnOfOldPrices(e.quotes, time.Now(), out)
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
