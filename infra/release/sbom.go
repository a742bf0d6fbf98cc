package release

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/meridian-api/meridian/contract/command"
)

// writeSBOM writes the bill of materials of the module in dir: every module that
// its packages link for the target. It has no time and no serial number, so that
// the same module gives the same bytes.
func writeSBOM(ctx context.Context, path, dir string, b Build) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	linked, err := linkedModules(ctx, dir, b)
	if err != nil {
		return err
	}
	bom := cdx.NewBOM()
	var components []cdx.Component
	for _, name := range slices.Sorted(maps.Keys(linked)) {
		m := linked[name]
		if m.Main && m.Dir == dir {
			main := m.component()
			bom.Metadata = &cdx.Metadata{Component: &main}
			continue
		}
		components = append(components, m.component())
	}
	bom.Components = &components
	var buf bytes.Buffer
	if err := cdx.NewBOMEncoder(&buf, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, buf.Bytes(), 0o644)
}

// goModule is a module as `go list` describes it.
type goModule struct {
	Path, Version, Dir, Sum string
	Main                    bool
}

func (m goModule) component() cdx.Component {
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version}
	c.PackageURL = "pkg:golang/" + m.Path
	if m.Version != "" {
		c.PackageURL += "@" + m.Version
	}
	c.BOMRef = c.PackageURL
	// The hash in go.sum is the SHA-256 of the list of the module's files and their hashes.
	if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) > 0 {
		c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}}
	}
	return c
}

// linkedModules returns the modules of all packages that the module in dir links
// into its programs and libraries, tests excepted, by path.
func linkedModules(ctx context.Context, dir string, b Build) (map[string]goModule, error) {
	list := command.Go(dir, "list", "-deps", "-json=Module", "-tags="+b.Tags, "./...")
	list.Env = slices.Concat(b.Env, []string{"GOOS=" + b.OS, "GOARCH=" + b.Arch, "CGO_ENABLED=0"})
	out, err := list.Output(ctx)
	if err != nil {
		return nil, err
	}
	linked := map[string]goModule{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *goModule }
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return linked, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Module != nil {
			linked[p.Module.Path] = *p.Module
		}
	}
}
