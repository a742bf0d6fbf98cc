package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Build says where a build left its files.
type Build struct {
	// Root is the monorepo's root folder.
	Root string
	// Dist is the folder for release.json and the bills of materials.
	Dist string
	// Modules has the folder of each module, by name.
	Modules map[string]string
	// Pins has the modules that are at a release and not as the working tree has them.
	Pins map[string]workspace.Pin
	// Document and Specification are the paths of both documents.
	Document, Specification string
	// Specifications has the paths of openapi.json, and Manifests the paths of
	// service.json, by context.
	Specifications, Manifests map[string]string
	// Smoke has the paths of the contexts' smoke tests, by context; contexts without
	// any are missing.
	Smoke map[string]string
	// Functions has the paths of the deployment packages by module and function.
	Functions map[string]map[string]string
	// OS and Arch are the target of the functions.
	OS, Arch string
	// Tags are the build tags of the functions, with commas in between.
	Tags string
	// Env has the variables that the go command is run with.
	Env []string
}

// Describe hashes the files of a build, writes a bill of materials for each
// module and release.json into Dist, and returns the Release. The version of a
// module is its pin, or v0.0.0- and the commit.
func Describe(ctx context.Context, b Build) (*Release, error) {
	commit, modified, err := commitOf(ctx, b.Root)
	if err != nil {
		return nil, err
	}
	return DescribeAt(ctx, b, commit, modified)
}

// DescribeAt does the same as Describe for a build of a known commit, such as a
// tag's.
func DescribeAt(ctx context.Context, b Build, commit string, modified bool) (*Release, error) {
	r := &Release{
		Format: format, Commit: commit, Modified: modified, Toolchain: runtime.Version(), Target: b.OS + "-" + b.Arch,
		Modules: map[string]string{}, Specifications: map[string]File{}, Manifests: map[string]File{},
		Functions: map[string]map[string]File{}, SBOMs: map[string]File{},
	}
	var errs []error
	file := func(path string) File {
		f, err := fileOf(path)
		errs = append(errs, err)
		return f
	}
	r.Document, r.Specification = file(b.Document), file(b.Specification)
	for name, path := range b.Specifications {
		r.Specifications[name] = file(path)
	}
	for name, path := range b.Smoke {
		if r.Smoke == nil {
			r.Smoke = map[string]File{}
		}
		r.Smoke[name] = file(path)
	}
	for name, path := range b.Manifests {
		r.Manifests[name] = file(path)
	}
	for module, functions := range b.Functions {
		r.Functions[module] = map[string]File{}
		for name, path := range functions {
			r.Functions[module][name] = file(path)
		}
	}
	for name, dir := range b.Modules {
		module := b
		r.Modules[name] = "v0.0.0-" + commit[:12]
		if pin, ok := b.Pins[name]; ok {
			module.Env = slices.Concat(b.Env, pin.Env)
			r.Modules[name] = pin.Version
			r.setOrigin(name, Origin{Commit: pin.Commit, Toolchain: r.Toolchain})
		}
		path := filepath.Join(b.Dist, "sbom", name+".cdx.json")
		if err := writeSBOM(ctx, path, dir, module); err != nil {
			return nil, fmt.Errorf("bill of materials of %s: %w", name, err)
		}
		r.SBOMs[name] = file(path)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, os.WriteFile(filepath.Join(b.Dist, "release.json"), r.JSON(), 0o644)
}

func fileOf(path string) (File, error) {
	in, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, in)
	return File{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size, path: path}, err
}

// commitOf returns the commit that is checked out in dir, and whether files that
// git knows differ from it.
func commitOf(ctx context.Context, dir string) (commit string, modified bool, err error) {
	out, err := git(ctx, dir, "rev-parse", "HEAD")
	if err != nil {
		return "", false, err
	}
	status, err := git(ctx, dir, "status", "--porcelain", "--untracked-files=no")
	return strings.TrimSpace(out), status != "", err
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s (in %s): %w", strings.Join(args, " "), dir, err)
	}
	return string(out), nil
}
