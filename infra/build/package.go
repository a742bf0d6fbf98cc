package build

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
)

// deploymentFunctions are functions that serve the deployment itself, by module and
// function, with their packages. They are in no context's manifest; Terraform refers
// to them by name.
var deploymentFunctions = map[string]map[string]string{
	"platform": {
		"add-claims":    workspace.Meridian + "/platform/lambda/add-claims",
		"rotate-secret": workspace.Meridian + "/platform/lambda/rotate-secret",
	},
}

// Package builds every function for AWS Lambda and, beside each binary, its
// deployment package: dist/functions/linux-arm64/<context>/<function>.zip. It returns
// the binaries. The same source gives the same bytes.
func Package(ctx context.Context, ws workspace.Workspace) (Binaries, error) {
	binaries, err := Functions(ctx, ws, Lambda)
	if err != nil {
		return nil, err
	}
	for module, sources := range deploymentFunctions {
		if binaries[module], err = compile(ctx, ws, Lambda,
			source{to: filepath.Join(ws.Root, workspace.Dist, "functions", Lambda.String(), module), dir: ws.Root, mains: sources}); err != nil {
			return nil, fmt.Errorf("%s: %w", module, err)
		}
	}
	for _, functions := range binaries {
		for _, path := range slices.Sorted(maps.Values(functions)) {
			if err := zipFile(path); err != nil {
				return nil, err
			}
		}
	}
	return binaries, nil
}

// PackageAt calls Package for the workspace around dir.
func PackageAt(ctx context.Context, dir string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	_, err = Package(ctx, ws)
	return err
}

func zipFile(binary string) error {
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	zipped, err := Zip(data)
	if err != nil {
		return err
	}
	return os.WriteFile(binary+".zip", zipped, 0o644)
}

// Zip returns the deployment package of a binary: a ZIP archive with one executable
// file, bootstrap. The file's time is fixed, so that the same binary gives the same
// package and Terraform sees no change.
func Zip(binary []byte) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate,
		Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	f, err := z.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(binary); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
