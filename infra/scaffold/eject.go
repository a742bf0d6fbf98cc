package scaffold

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/terraform"
)

// Eject writes the embedded Terraform into the project around dir, which owns it from then
// on: deployments apply the project's files, and an update of Meridian does not change
// them. It refuses a project that has them.
func Eject(dir string, out io.Writer) (err error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	to := filepath.Join(ws.Root, filepath.FromSlash(terraform.Folder))
	if err := os.Mkdir(to, 0o755); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: the project owns its Terraform already", terraform.Folder)
	} else if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(to))
		}
	}()
	files, err := terraform.Embedded()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(to, filepath.FromSlash(name))
		if folder, base := path.Split(name); folder != "" && base == terraform.BaseFile {
			// One file that every root has, as long as the file system has links.
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			if os.Symlink("../"+base, file) == nil {
				continue
			}
		}
		if err := writeFile(file, files[name]); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%s: %d files, which deployments apply from now on\n", terraform.Folder, len(files))
	return nil
}
