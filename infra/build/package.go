package build

import (
	"archive/zip"
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// own are the functions that are no context's: they serve the deployment, and
// Terraform names them.
var own = map[string][]string{"platform": {"rotate-secret"}}

// Package builds every function for AWS Lambda, and beside each binary its
// deployment package, dist/functions/linux-arm64/<context>/<function>.zip. It
// answers the binaries' paths. The same source gives the same bytes.
func Package(ctx context.Context, ws workspace.Workspace) (map[string]map[string]string, error) {
	binaries, err := Functions(ctx, ws, Lambda)
	if err != nil {
		return nil, err
	}
	for module, names := range own {
		dir := filepath.Join(ws.Root, workspace.Dist, "functions", Lambda.String(), module)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		args := append([]string{"build"}, Flags...)
		args = append(args, "-o", dir+string(filepath.Separator))
		binaries[module] = map[string]string{}
		for _, name := range names {
			args = append(args, "./lambda/"+name)
			binaries[module][name] = filepath.Join(dir, name)
		}
		cmd := command.Go(filepath.Join(ws.Root, module), args...)
		cmd.Env = Lambda.env()
		if err := cmd.Run(ctx); err != nil {
			return nil, err
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

// PackageAt is Package for the workspace that dir is in.
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

// Zip makes the deployment package of a binary: one executable file that is
// named bootstrap. Its time is fixed, so that the same binary gives the same
// package and Terraform sees no change.
func Zip(binary []byte) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
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
