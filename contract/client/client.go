// Package client writes clients of the API with maintained generators: oapi-codegen for
// Go, and openapi-typescript with openapi-fetch for TypeScript.
//
// In Go, each context has a client of its own operations: a package of its module, which
// go get fetches with the release (WritePackages). The module then requires
// github.com/oapi-codegen/runtime, which no Lambda links: package check refuses a Lambda
// that imports a client. ogen and kiota require more. Write also writes a client of all
// contexts, which is a module of its own because no module of the monorepo has them all.
package client

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Folder is the folder of the clients in the folder dist of the monorepo.
const Folder = "clients"

// generator is the oapi-codegen, which go run verifies with the checksum database, with
// its options. The suffix keeps the types of responses apart from schemas that a context
// calls Response. gomod.txt has the version of the runtime.
var generator = []string{
	"github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2",
	"-package", "client", "-generate", "types,client", "-response-type-suffix", "Result",
}

//go:embed golang typescript
var sources embed.FS

// Write writes the clients of the monorepo around dir to dist/clients, compiles them, and
// prints their folders. It needs Go, Node.js and, for the first time, a network.
func Write(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	built, err := pipeline.Build(ws.Root)
	if err != nil {
		return err
	}
	root := filepath.Join(ws.Root, workspace.Dist, Folder)
	if err := writeGo(ctx, filepath.Join(root, "go"), built.Document); err != nil {
		return fmt.Errorf("client in Go: %w", err)
	}
	fmt.Fprintln(out, filepath.Join(root, "go"))
	if err := writeTypeScript(ctx, filepath.Join(root, "typescript"), built.Spec31Path); err != nil {
		return fmt.Errorf("client in TypeScript: %w", err)
	}
	fmt.Fprintln(out, filepath.Join(root, "typescript"))
	return nil
}

// writeGo writes the module of the client of all contexts.
func writeGo(ctx context.Context, dir string, spec []byte) error {
	spec, err := forGo(spec)
	if err != nil {
		return err
	}
	files := map[string]string{"golang/gomod.txt": "go.mod", "golang/gosum.txt": "go.sum"}
	if err := extract(files, dir); err != nil {
		return err
	}
	file := filepath.Join(dir, "client.json")
	if err := os.WriteFile(file, spec, 0o644); err != nil {
		return err
	}
	if err := errors.Join(generate(ctx, dir, file, "client.go"), os.Remove(file)); err != nil {
		return err
	}
	build := command.Go(dir, "build", "./...")
	build.Env = append(build.Env, "GOWORK=off")
	return build.Run(ctx)
}

// generate runs the generator in dir. It writes the package of the specification to file.
func generate(ctx context.Context, dir, spec, file string) error {
	run := command.Go(dir, slices.Concat([]string{"run"}, generator, []string{"-o", file, spec})...)
	run.Env = append(run.Env, "GOWORK=off")
	return run.Run(ctx)
}

// writeTypeScript writes a package, in TypeScript and compiled. The lock file
// fixes the versions of the generator and of the compiler.
func writeTypeScript(ctx context.Context, dir, spec string) error {
	files := map[string]string{}
	for _, name := range []string{"package.json", "package-lock.json", "tsconfig.json", "src/index.ts"} {
		files["typescript/"+name] = name
	}
	if err := extract(files, dir); err != nil {
		return err
	}
	for _, c := range []command.Command{
		{Name: "npm", Args: []string{"ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"}},
		{Name: "node", Args: []string{"node_modules/openapi-typescript/bin/cli.js", spec, "--output", "src/schema.ts"}},
		{Name: "node", Args: []string{"node_modules/typescript/bin/tsc"}},
	} {
		c.Dir = dir
		if err := c.Run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// extract writes embedded files into dir, by their names there.
func extract(files map[string]string, dir string) error {
	for from, to := range files {
		data, err := fs.ReadFile(sources, from)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
