package build

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// forwardFile is the name of a context's magefile, which runs targets of the root: mage
// looks for targets in the current folder only, and its error does not say so.
const forwardFile = "magefile.go"

//go:embed forward.go.txt
var forwardSource []byte

// writeForward writes the magefiles of contexts that differ. With check it fails instead.
func writeForward(contexts []workspace.Context, check bool) error {
	var errs []error
	for _, c := range contexts {
		name := filepath.Join(c.Dir, forwardFile)
		present, err := os.ReadFile(name)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			errs = append(errs, err)
		case bytes.Equal(present, forwardSource):
		case check:
			errs = append(errs, fmt.Errorf("%s/%s is out of date: %s", c.Name, forwardFile, manifest.Regenerate))
		default:
			errs = append(errs, os.WriteFile(name, forwardSource, 0o644))
		}
	}
	return errors.Join(errs...)
}
