package build

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Unset has the variables that change what Go builds, or how its tools behave, and
// that a build does not set.
var Unset = []string{"GODEBUG", "GO_EXTLINK_ENABLED", "GCCGO", "GOGCCFLAGS"}

// sources are the settings that say where Go finds source code and caches. They
// change no binary, because go.sum fixes the content.
var sources = []string{
	"GOAUTH", "GOCACHE", "GOCACHEPROG", "GOINSECURE", "GOMODCACHE", "GONOPROXY", "GONOSUMDB", "GOPATH",
	"GOPRIVATE", "GOPROXY", "GOSUMDB", "GOTMPDIR", "GOVCS",
}

// Environment returns the variables with which the go command builds for a target.
// They leave nothing to the machine: neither to its variables, such as GOFLAGS, nor
// to its file of `go env -w`. A binary depends on the source and the toolchain
// alone, so that a commit that does not change a function does not change its
// package. The toolchain is the one that built this program, which a release
// records.
func Environment(ctx context.Context, ws workspace.Workspace, target Target) ([]string, error) {
	out, err := command.Go(ws.Root, slices.Concat([]string{"env", "-json"}, sources)...).Output(ctx)
	if err != nil {
		return nil, err
	}
	var found map[string]string
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	toolchain, _, _ := strings.Cut(runtime.Version(), " ") // experiments may follow
	env := []string{
		// The file of `go env -w` takes the place of a variable that is empty.
		"GOENV=off", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GO111MODULE=on",
		"GOTOOLCHAIN=" + toolchain, "GOWORK=" + filepath.Join(ws.Root, "go.work"),
		"CGO_ENABLED=0", "GOOS=" + target.OS, "GOARCH=" + target.Arch, "GOARM64=v8.0", "GOAMD64=v1",
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		env = append(env, name+"="+found[name])
	}
	return env, nil
}
