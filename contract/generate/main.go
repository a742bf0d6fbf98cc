package generate

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
)

// Main runs a context's generator command, whose package must be in the context's
// module. It writes manifest.SpecFile and manifest.File into the module's
// folder and exits with 1, errors on standard error, when the contract is wrong.
//
// With -check it writes nothing and exits with 1 when a file is out of date.
// -dir names the module's folder, for a binary without its source.
func Main(svc rest.Service) {
	_, generator, _, _ := runtime.Caller(1)
	os.Exit(run(svc, generator, os.Args[1:], os.Stderr))
}

// run runs the command and returns its exit code; generator is the command's source
// file.
func run(svc rest.Service, generator string, args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet(svc.Name+" generator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "", "`folder` of the context's module; by default the module of the generator's source")
	check := flags.Bool("check", false, "write nothing, fail when a generated file is out of date")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	err := func() (err error) {
		if *dir == "" {
			if *dir, err = module(generator); err != nil {
				return err
			}
		}
		if *check {
			return Check(svc, *dir)
		}
		return Write(svc, *dir)
	}()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// module returns the folder of the go.mod above a source file.
func module(file string) (string, error) {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above %s: pass the folder of the context's module with -dir", file)
		}
	}
}

// Write generates both files in the context's module folder dir. It does not write
// files that are up to date.
func Write(svc rest.Service, dir string) error {
	files, err := files(svc, dir)
	for _, f := range files {
		if !f.current() {
			err = errors.Join(err, os.WriteFile(f.path, f.content, 0o644))
		}
	}
	return err
}

// Check returns an error that names the files in dir that Write would change.
func Check(svc rest.Service, dir string) error {
	files, err := files(svc, dir)
	for _, f := range files {
		if !f.current() {
			err = errors.Join(err, fmt.Errorf("%s is out of date: %s", filepath.Join(filepath.Base(dir), filepath.Base(f.path)), manifest.Regenerate))
		}
	}
	return err
}

type file struct {
	path    string
	content []byte
}

func (f file) current() bool {
	present, err := os.ReadFile(f.path)
	return err == nil && bytes.Equal(present, f.content)
}

func files(svc rest.Service, dir string) ([]file, error) {
	doc, m, err := Generate(svc, dir)
	if err != nil {
		return nil, err
	}
	specification, err := canonical.JSON(doc)
	if err != nil {
		return nil, err
	}
	needs, err := canonical.JSON(m)
	if err != nil {
		return nil, err
	}
	return []file{
		{filepath.Join(dir, manifest.SpecFile), specification},
		{filepath.Join(dir, manifest.File), needs},
	}, nil
}
