package collection

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Variables of the requests.
const (
	baseURL    = "baseUrl"
	token      = "token"
	adminToken = "adminToken"
	subject    = "subject"
	email      = "email"
)

// The user of the examples in documents. The embedded cloud has data of this user when it
// starts, and a request that creates something would find it there.
const (
	ExampleSubject = "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"
	ExampleEmail   = "ada@example.com"
)

// personal replaces the user of the examples by the variables.
var personal = strings.NewReplacer(ExampleSubject, "{{"+subject+"}}", ExampleEmail, "{{"+email+"}}")

// EnvironmentFile is the file in which the HTTP clients of editors look for variables.
const EnvironmentFile = "http-client.env.json"

// environment is the name of the environment of the embedded cloud.
const environment = "local"

// Environment has the values of the variables.
type Environment struct {
	BaseURL string
	// Token is a user's access token, and AdminToken an administrator's.
	Token, AdminToken string
	// Subject and Email are the user's. Without them, the requests have the examples' values.
	Subject, Email string
}

// variables returns the names and values of the variables.
func (e Environment) variables() map[string]string {
	return map[string]string{
		baseURL: e.BaseURL, token: e.Token, adminToken: e.AdminToken,
		subject: cmp.Or(e.Subject, ExampleSubject), email: cmp.Or(e.Email, ExampleEmail),
	}
}

// Write writes the requests of a document into dir: HTTPFile, and BrunoFolder without its
// environments. Requests of operations that are no longer there are removed.
func Write(dir, title string, document []byte) error {
	requests, err := FromDocument(document)
	if err != nil {
		return err
	}
	files, err := Bruno(title, requests)
	if err != nil {
		return err
	}
	root := filepath.Join(dir, BrunoFolder)
	if err := removeOthers(root, files); err != nil {
		return err
	}
	for name, data := range files {
		if err := writeFile(filepath.Join(root, filepath.FromSlash(name)), data, 0o644); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(dir, HTTPFile), HTTP(requests), 0o644)
}

// WriteEnvironment writes the variables of the embedded cloud into dir, for Bruno and for
// HTTPFile. Only the owner can read the files, because they contain tokens. The caller
// calls remove when the cloud ends.
func WriteEnvironment(dir string, e Environment) (remove func(), err error) {
	data, err := json.MarshalIndent(map[string]map[string]string{environment: e.variables()}, "", "  ")
	if err != nil {
		return nil, err
	}
	editors := filepath.Join(dir, EnvironmentFile)
	bruno := filepath.Join(dir, BrunoFolder, environmentFolder, environment+".bru")
	remove = func() {
		os.Remove(editors)
		os.Remove(bruno)
	}
	if err := writeFile(editors, append(data, '\n'), 0o600); err != nil {
		return remove, err
	}
	return remove, writeFile(bruno, e.bruno(), 0o600)
}

func (e Environment) bruno() []byte {
	b := []byte("vars {\n")
	variables := e.variables()
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		b = fmt.Appendf(b, "  %s: %s\n", name, variables[name])
	}
	return append(b, "}\n"...)
}

// Zip returns Bruno's collection of a document as an archive, with an environment of the
// server at url without tokens. Equal arguments result in equal archives.
func Zip(title, url string, requests []Request) ([]byte, error) {
	files, err := Bruno(title, requests)
	if err != nil {
		return nil, err
	}
	files[path.Join(environmentFolder, environment+".bru")] = Environment{BaseURL: url}.bruno()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(path.Join(BrunoFolder, name))
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// removeOthers removes the files of requests that are not in files. Several processes may
// write the same collection, so a file that has just gone is no error.
func removeOthers(root string, files map[string][]byte) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		relative, _ := filepath.Rel(root, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case relative == environmentFolder:
			return fs.SkipDir
		case d.IsDir() || files[filepath.ToSlash(relative)] != nil:
			return nil
		}
		if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func writeFile(name string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, mode)
}
