package specimen

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// WriteMonorepo writes a monorepo with the contexts into dir: go.work, and for each
// context a module with a generator, the generated files and a Lambda for every
// operation.
func WriteMonorepo(dir string, contexts []Context) error {
	var work strings.Builder
	work.WriteString("go 1.26\n")
	files := map[string][]byte{}
	for _, c := range contexts {
		fmt.Fprintf(&work, "use ./%s\n", c.Name)
		service, err := json.Marshal(c.Service)
		if err != nil {
			return err
		}
		files[c.Name+"/go.mod"] = []byte("module example.org/" + c.Name + "\n")
		files[c.Name+"/api/gen/main.go"] = []byte("package main\n")
		files[c.Name+"/"+manifest.SpecFile] = c.Spec
		files[c.Name+"/"+manifest.File] = service
		for _, f := range c.Service.Functions {
			files[c.Name+"/"+f.Source+"/main.go"] = []byte("package main\n")
		}
	}
	files["go.work"] = []byte(work.String())
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
