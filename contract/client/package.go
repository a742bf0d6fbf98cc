package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Package is the folder of a context's client in its module.
const Package = "client"

// digestPrefix begins the line with the digest of a generated package. A directive is
// not shown in the documentation.
const digestPrefix = "//meridian:digest "

// Has reports whether the context has a client.
func Has(c workspace.Context) bool {
	_, err := os.Stat(packageFile(c))
	return err == nil
}

// WritePackage writes the context's client if it is missing or out of date, and reports
// whether it did. It needs a network for the first time, to fetch the generator.
func WritePackage(ctx context.Context, c workspace.Context) (written bool, err error) {
	spec, err := specification(c)
	if err != nil {
		return false, err
	}
	if current(c, spec) {
		return false, nil
	}
	temp, err := os.MkdirTemp("", "meridian-client-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(temp)
	file := filepath.Join(temp, manifest.SpecFile)
	if err := os.WriteFile(file, spec, 0o644); err != nil {
		return false, err
	}
	if err := generate(ctx, temp, file, "client.go"); err != nil {
		return false, fmt.Errorf("context %s: client in Go: %w", c.Name, err)
	}
	code, err := os.ReadFile(filepath.Join(temp, "client.go"))
	if err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(packageFile(c)), 0o755); err != nil {
		return false, err
	}
	return true, os.WriteFile(packageFile(c), seal(document(c, code), spec), 0o644)
}

// CheckPackages returns an error that names each client that is out of date or was edited.
// It compares digests and does not run the generator.
func CheckPackages(contexts []workspace.Context) error {
	var errs []error
	for _, c := range contexts {
		if !Has(c) {
			continue
		}
		spec, err := specification(c)
		if err == nil && !current(c, spec) {
			err = fmt.Errorf("%s/%s/client.go is out of date: %s", c.Name, Package, manifest.Regenerate)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// packageFile returns the path of the context's client.
func packageFile(c workspace.Context) string {
	return filepath.Join(c.Dir, Package, "client.go")
}

// specification returns the document that the context's client is generated from: the
// context's part of the public specification, which has no Go types. The client then has
// types of its own and does not import the packages of the context.
func specification(c workspace.Context) ([]byte, error) {
	doc, err := c.Spec()
	if err != nil {
		return nil, err
	}
	merged, err := merge.Merge(merge.About{}, []merge.Source{{Name: c.SpecPath(), Context: c.Name, Doc: doc}})
	if err != nil {
		return nil, err
	}
	data, err := canonical.JSON(merged)
	if err != nil {
		return nil, err
	}
	return forGo(data)
}

// forGo returns a specification without the members about deprecations. Descriptions have
// them in the form that Go's tools know, for operations as well; what oapi-codegen adds for
// the members is not a paragraph of its own, so that the tools miss it.
func forGo(spec []byte) ([]byte, error) {
	var tree any
	if err := json.Unmarshal(spec, &tree); err != nil {
		return nil, err
	}
	dropDeprecations(tree)
	return canonical.JSON(tree)
}

func dropDeprecations(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["deprecated"] == true {
			delete(v, "deprecated")
		}
		delete(v, manifest.ReasonExtension)
		for _, member := range v {
			dropDeprecations(member)
		}
	case []any:
		for _, element := range v {
			dropDeprecations(element)
		}
	}
}

// current reports whether the context's client was generated from the specification by
// this generator, and not edited since.
func current(c workspace.Context, spec []byte) bool {
	present, err := os.ReadFile(packageFile(c))
	if err != nil {
		return false
	}
	_, code, found := bytes.Cut(present, []byte("\n\n"))
	return found && bytes.Equal(present, seal(code, spec))
}

// document replaces the generator's first line, which is the same for every API.
func document(c workspace.Context, code []byte) []byte {
	_, rest, _ := bytes.Cut(code, []byte("\n"))
	return fmt.Appendf(nil, "// Package client calls the operations of %s over HTTP.\n%s", c.Name, rest)
}

// seal returns the code after a line with the digest of all that it depends on: the
// generator, the specification, and the code itself.
func seal(code, spec []byte) []byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(strings.Join(generator, " ")), spec, code} {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return fmt.Appendf(nil, "%s%s\n\n%s", digestPrefix, hex.EncodeToString(h.Sum(nil)), code)
}
