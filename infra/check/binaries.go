package check

import (
	"bytes"
	"debug/elf"
	"debug/gosym"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/meridian-api/meridian/infra/build"
)

// budgetFile holds the sizes in bytes that no function may exceed. A size grows
// by what is linked, and each byte is read, checked and mapped in a cold start:
// raise it knowingly, with the reason in the commit.
//
//go:embed budget.json
var budgetFile []byte

// budget bounds a function's stripped binary and its deployment package, for linux/arm64.
type budget struct {
	BinaryBytes int `json:"binaryBytes"`
	ZipBytes    int `json:"zipBytes"`
}

// slowToLink are functions that keep the linker from dropping methods that
// nothing calls: with one of them linked, every exported method stays.
var slowToLink = []string{"reflect.Value.MethodByName", "reflect.(*rtype).MethodByName", "reflect.Value.Method", "reflect.(*rtype).Method"}

// Binaries holds the functions, as built for Lambda, to the size budget, and
// finds those that link what defeats dead-code elimination. binaries are paths
// by context and function.
func Binaries(binaries map[string]map[string]string) error {
	var limit budget
	if err := json.Unmarshal(budgetFile, &limit); err != nil {
		return fmt.Errorf("budget.json: %w", err)
	}
	var errs []error
	for _, service := range slices.Sorted(maps.Keys(binaries)) {
		for _, name := range slices.Sorted(maps.Keys(binaries[service])) {
			if err := limit.check(binaries[service][name]); err != nil {
				errs = append(errs, fmt.Errorf("%s/%s: %w", service, name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (b budget) check(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	zipped, err := build.Zip(data)
	if err != nil {
		return err
	}
	var errs []error
	if len(data) > b.BinaryBytes {
		errs = append(errs, fmt.Errorf("the binary has %d bytes, the budget is %d", len(data), b.BinaryBytes))
	}
	if len(zipped) > b.ZipBytes {
		errs = append(errs, fmt.Errorf("the zip has %d bytes, the budget is %d", len(zipped), b.ZipBytes))
	}
	names, err := linked(data)
	if err != nil {
		return err
	}
	for _, slow := range slowToLink {
		if names[slow] {
			errs = append(errs, fmt.Errorf("links %s, which keeps every exported method in the binary", slow))
		}
	}
	return errors.Join(errs...)
}

// linked are the names of the functions in an ELF binary. They survive
// stripping, since the runtime needs them for stack traces.
func linked(binary []byte) (map[string]bool, error) {
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return nil, err
	}
	text, lines := file.Section(".text"), file.Section(".gopclntab")
	if text == nil || lines == nil {
		return nil, errors.New("not a Go binary: no .text or .gopclntab section")
	}
	data, err := lines.Data()
	if err != nil {
		return nil, err
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(data, text.Addr))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, f := range table.Funcs {
		names[f.Name] = true
	}
	return names, nil
}
