package rehearsal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// Dir is the folder, below the monorepo's root, of everything that a rehearsal
// writes. It can be deleted whenever no rehearsal runs.
const Dir = "dist/rehearsal"

// mainPackage is the provider's main package, and the file name that Terraform
// expects of a provider.
const mainPackage = "terraform-provider-aws"

// The parts of an installation.
const (
	mirror     = "mirror"
	configFile = "cli.tfrc"
)

// registries are the addresses under which the provider is offered: Terraform and
// OpenTofu complete the source "hashicorp/aws" with their own registry's host.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// buildFlags make the binary independent of the checkout's path and history.
var buildFlags = []string{"-trimpath", "-buildvcs=false"}

// Provider is an installed stand-in.
type Provider struct {
	// Config is the path of a CLI configuration file that points Terraform or
	// OpenTofu to the stand-in and to no other provider.
	Config string
}

// Environ returns the environment variables that make Terraform use the stand-in,
// each NAME=VALUE. They also clear what the caller's environment could change about
// a run: another workspace, more arguments, a Region. Terraform and the provider live for
// seconds, of which the garbage collector took a fifth: it may let their memory grow to
// five times what is in use. TF_DISABLE_PLUGIN_TLS is Terraform's for this kind of use,
// which starts a provider often: a sixth of the time was spent on certificates.
func (p Provider) Environ() []string {
	return []string{
		"TF_CLI_CONFIG_FILE=" + p.Config, "CHECKPOINT_DISABLE=1",
		"TF_WORKSPACE=", "TF_CLI_ARGS=", "TF_DATA_DIR=", "TF_PLUGIN_CACHE_DIR=",
		"AWS_REGION=", "AWS_DEFAULT_REGION=", account.Variable + "=",
		"GOGC=400", "TF_DISABLE_PLUGIN_TLS=1",
	}
}

// Keeping returns the variables of Environ, and one that makes the stand-in keep what
// it makes in the folder dir, outside Terraform's states (package account).
func (p Provider) Keeping(dir string) []string {
	return append(p.Environ(), account.Variable+"="+dir)
}

// Install builds the stand-in from the monorepo at root and lays it out for
// Terraform and OpenTofu. If this build is installed already, it changes nothing.
// Several processes can call it at the same time.
//
// Each build has a folder of its own, named after its content: Terraform records
// the provider's hash in a lock file, so an installed binary must never change.
func Install(ctx context.Context, root string) (Provider, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return Provider{}, err
	}
	return install(ctx, root, filepath.Join(root, Dir, ".provider"))
}

// install installs the provider below the folder cache.
func install(ctx context.Context, root, cache string) (Provider, error) {
	id, err := buildID(ctx, root)
	if err != nil {
		return Provider{}, fmt.Errorf("install the stand-in provider: %w", err)
	}
	dir := filepath.Join(cache, id)
	if err := fill(ctx, root, dir); err != nil {
		return Provider{}, fmt.Errorf("install the stand-in provider: %w", err)
	}
	return Provider{Config: filepath.Join(dir, configFile)}, nil
}

// fill makes the folder dir with the provider and its configuration, unless it
// exists. The folder appears complete, by a rename.
func fill(ctx context.Context, root, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err // nil if it exists
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := build(ctx, root, filepath.Join(temp, mirror)); err != nil {
		return err
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(filepath.Join(dir, mirror)))
	if err := os.WriteFile(filepath.Join(temp, configFile), []byte(config), 0o644); err != nil {
		return err
	}
	return os.Rename(temp, dir)
}

// build builds the provider into the filesystem mirror dir, once for each registry.
func build(ctx context.Context, root, dir string) error {
	binary := func(registry string) string {
		platform := filepath.Join(dir, registry, "hashicorp", "aws", schema.Version, runtime.GOOS+"_"+runtime.GOARCH)
		return filepath.Join(platform, mainPackage+"_v"+schema.Version)
	}
	args := append([]string{"build", "-ldflags=-s -w", "-o", binary(registries[0])}, buildFlags...)
	if err := goCommand(root, append(args, workspace.Meridian+"/infra/cmd/"+mainPackage)...).Run(ctx); err != nil {
		return err
	}
	for _, registry := range registries[1:] {
		if err := os.MkdirAll(filepath.Dir(binary(registry)), 0o755); err != nil {
			return err
		}
		if err := os.Link(binary(registries[0]), binary(registry)); err != nil {
			return err
		}
	}
	return nil
}

// buildID returns a name for the binary that build makes: a hash of the build IDs
// of its packages. They change with sources, embedded files, dependencies, the
// toolchain and its flags.
func buildID(ctx context.Context, root string) (string, error) {
	args := append([]string{"list", "-deps", "-export", "-f", "{{.ImportPath}} {{.BuildID}}"}, buildFlags...)
	ids, err := goCommand(root, append(args, workspace.Meridian+"/infra/cmd/"+mainPackage)...).Output(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(ids)
	return fmt.Sprintf("%x", sum[:8]), nil
}

// goCommand returns a run of the go command in the workspace at root. The provider runs
// on this machine, whatever the caller builds for.
func goCommand(root string, args ...string) command.Command {
	c := command.Go(root, args...)
	c.Env = []string{"CGO_ENABLED=0", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH}
	return c
}
