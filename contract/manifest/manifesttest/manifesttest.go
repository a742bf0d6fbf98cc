// Package manifesttest contains, for each format of the generated files, the files of a
// context with every feature, as a release of that format has them. Every reader of
// generated files is tested with all of them, because environments deploy releases
// that an earlier version of contract has generated.
//
// The files of a format never change once a release has it. A new format gets a folder
// of its own in testdata.
package manifesttest

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"github.com/meridian-api/meridian/contract/manifest"
)

//go:embed testdata
var files embed.FS

// Fixture has the generated files of the context Name.
type Fixture struct {
	Format                  int
	Name                    string
	Manifest, Specification []byte
}

// Fixtures returns one fixture for each format, in ascending order.
func Fixtures() []Fixture {
	var all []Fixture
	for format := 1; format <= manifest.Format; format++ {
		dir := path.Join("testdata", strconv.Itoa(format))
		all = append(all, Fixture{
			Format: format, Name: "orders",
			Manifest: read(path.Join(dir, manifest.File)), Specification: read(path.Join(dir, manifest.SpecFile)),
		})
	}
	return all
}

func read(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("manifesttest: a format needs fixtures: %v", err))
	}
	return data
}

// Newer returns the newest fixture with the format after it, which every reader must
// refuse with a *manifest.FormatError.
func Newer() Fixture {
	all := Fixtures()
	f := all[len(all)-1]
	f.Format++
	raise := func(data []byte, member string) []byte {
		from := fmt.Appendf(nil, "%q: %d", member, f.Format-1)
		if bytes.Count(data, from) != 1 {
			panic(fmt.Sprintf("manifesttest: the fixture of format %d does not contain %s once", f.Format-1, from))
		}
		return bytes.Replace(data, from, fmt.Appendf(nil, "%q: %d", member, f.Format), 1)
	}
	f.Manifest, f.Specification = raise(f.Manifest, "format"), raise(f.Specification, manifest.SpecFormat)
	return f
}

// Write writes both files into the context's folder below dir.
func (f Fixture) Write(dir string) error {
	dir = filepath.Join(dir, f.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, manifest.File), f.Manifest, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifest.SpecFile), f.Specification, 0o644)
}
