// Package client writes clients of the API with maintained generators: oapi-codegen for
// Go, and openapi-typescript with openapi-fetch for TypeScript.
//
// The Go client is a module of its own, and not a package of a context: it requires
// github.com/oapi-codegen/runtime, which would become a requirement of every Lambda's
// module. ogen and kiota require more. The archive that is kept with a release has it.
package client

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Folder is the folder of the clients in the folder dist of the monorepo.
const Folder = "clients"

// generator is the version of oapi-codegen, which go run verifies with the checksum
// database. gomod.txt has the version of its runtime.
const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"

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
	if err := writeGo(ctx, filepath.Join(root, "go"), built.SpecPath); err != nil {
		return fmt.Errorf("client in Go: %w", err)
	}
	fmt.Fprintln(out, filepath.Join(root, "go"))
	if err := writeTypeScript(ctx, filepath.Join(root, "typescript"), built.Spec31Path); err != nil {
		return fmt.Errorf("client in TypeScript: %w", err)
	}
	fmt.Fprintln(out, filepath.Join(root, "typescript"))
	return nil
}

// writeGo writes a module. The suffix keeps the types of responses apart from schemas such
// as MergePreferencesResponse.
func writeGo(ctx context.Context, dir, spec string) error {
	files := map[string]string{"golang/gomod.txt": "go.mod", "golang/gosum.txt": "go.sum"}
	if err := extract(files, dir); err != nil {
		return err
	}
	generate := command.Go(dir, "run", generator, "-package", "client", "-generate", "types,client",
		"-response-type-suffix", "Result", "-o", "client.go", spec)
	build := command.Go(dir, "build", "./...")
	for _, c := range []command.Command{generate, build} {
		c.Env = append(c.Env, "GOWORK=off")
		if err := c.Run(ctx); err != nil {
			return err
		}
	}
	return nil
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
