// Package terraform has the root modules. A project of one's own has no copy of them: it
// applies the modules in the version of module infra that it requires, unless it has
// ejected them.
package terraform

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Folder is the folder of the root modules, below a project's root.
const Folder = "infra/terraform"

// BaseFile is what every root begins with. Each root has a symbolic link to it, which
// neither the zip of a module nor an embedded file system has.
const BaseFile = "base.tf"

// rootFile marks a root module.
const rootFile = "root.tf"

//go:embed base.tf README.md RUNBOOK.md api bootstrap data functions global modules portal
var embedded embed.FS

// Files returns the contents of the files of the root modules by their paths below Folder,
// with slashes: the files of the project at root, or the embedded files if
// the project has not ejected them. It leaves out what Terraform writes.
func Files(root string) (map[string][]byte, error) {
	own := filepath.Join(root, filepath.FromSlash(Folder))
	switch _, err := os.Stat(filepath.Join(own, BaseFile)); {
	case err == nil:
		return read(os.DirFS(own), map[string]bool{".terraform": true, "testdata": true})
	case errors.Is(err, fs.ErrNotExist):
		return Embedded()
	default:
		return nil, err
	}
}

// Embedded returns the files of this version of module infra, without Terraform's tests,
// which test the modules and not a project.
func Embedded() (map[string][]byte, error) {
	files, err := read(embedded, map[string]bool{"tests": true})
	if err != nil {
		return nil, err
	}
	for name := range files {
		if dir, file := path.Split(name); file == rootFile {
			files[dir+BaseFile] = files[BaseFile]
		}
	}
	return files, nil
}

// read returns the files of a file system by name, except in folders with a name to skip.
func read(from fs.FS, skip map[string]bool) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skip[d.Name()]:
			return fs.SkipDir
		case d.IsDir(), path.Ext(name) == ".tfstate", path.Ext(name) == ".go":
			return nil
		}
		files[name], err = fs.ReadFile(from, name)
		return err
	})
	return files, err
}
