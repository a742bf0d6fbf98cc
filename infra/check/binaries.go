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
	"strings"

	"github.com/meridian-api/meridian/infra/build"
)

// budgetFile has the sizes in bytes that no function may exceed. Each byte is read,
// checked and mapped in a cold start. Whoever raises a size gives the reason in the
// commit.
//
//go:embed budget.json
var budgetFile []byte

// budget limits a function's stripped binary and its deployment package for linux/arm64.
type budget struct {
	BinaryBytes int `json:"binaryBytes"`
	ZipBytes    int `json:"zipBytes"`
}

// keepAllMethods are functions that stop the linker from removing methods that
// nothing calls: if one of them is linked, every exported method is kept.
var keepAllMethods = []string{"reflect.Value.MethodByName", "reflect.(*rtype).MethodByName", "reflect.Value.Method", "reflect.(*rtype).Method"}

// slowStart are the beginnings of functions' names in packages that slow a cold start.
// The value says what to use instead.
var slowStart = map[string]string{
	"go.opentelemetry.io/otel/sdk":         "platform/tracing sends spans to X-Ray without it",
	"github.com/aws/aws-sdk-go-v2/config.": "platform/lambdaenv reads the environment",
}

// Binaries checks functions that are built for Lambda: their sizes against the
// budget, and that nothing they link defeats the linker's dead-code elimination.
func Binaries(binaries build.Binaries) error {
	var limit budget
	if err := json.Unmarshal(budgetFile, &limit); err != nil {
		return fmt.Errorf("read budget.json: %w", err)
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
		errs = append(errs, fmt.Errorf("the binary has %d bytes, and the budget is %d: link less, or raise infra/check/budget.json", len(data), b.BinaryBytes))
	}
	if len(zipped) > b.ZipBytes {
		errs = append(errs, fmt.Errorf("the deployment package has %d bytes, and the budget is %d: link less, or raise infra/check/budget.json", len(zipped), b.ZipBytes))
	}
	names, err := linkedFunctions(data)
	if err != nil {
		return err
	}
	return errors.Join(append(errs, linkErrors(names)...)...)
}

// linkErrors returns an error for each linked function that makes binaries larger or
// slower to start.
func linkErrors(names map[string]bool) (errs []error) {
	for _, name := range keepAllMethods {
		if names[name] {
			errs = append(errs, fmt.Errorf("the binary links %s, which keeps every exported method: find what calls it and use something else", name))
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(slowStart)) {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if strings.HasPrefix(name, prefix) {
				errs = append(errs, fmt.Errorf("the binary links %s, which slows the cold start: %s", name, slowStart[prefix]))
				break
			}
		}
	}
	return errs
}

// linkedFunctions returns the names of the functions in an ELF binary. Stripping
// keeps them, because the runtime needs them for stack traces.
func linkedFunctions(binary []byte) (map[string]bool, error) {
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
