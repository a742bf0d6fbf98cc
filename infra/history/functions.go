package history

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// clocksVariable names the folder with a file for each Region, which contains by how many
// milliseconds the clocks of the Region's functions are ahead.
const clocksVariable = "HISTORY_CLOCKS"

// clockName is the function that the functions call in place of time.Now.
const clockName = "timeOfHistory"

// clockSource is added to each package of a context that takes the time. The functions of
// the embedded cloud have the clock of the machine; on AWS they do not.
const clockSource = `package %s

import (
	"os"
	"strconv"
	"time"
)

func ` + clockName + `() time.Time {
	data, _ := os.ReadFile(os.Getenv("` + clocksVariable + `") + "/" + os.Getenv("AWS_REGION"))
	ahead, _ := strconv.ParseInt(string(data), 10, 64)
	return time.Now().Add(time.Duration(ahead) * time.Millisecond)
}

var _ = time.Now
`

// functions builds the functions with clocks that can be moved, and with a planted fault.
func functions(ctx context.Context, ws workspace.Workspace, p plant) (build.Binaries, error) {
	dir := filepath.Join(ws.Root, p.dir())
	sources, err := p.sources(ws.Root)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	for _, c := range contexts {
		if c.Pin == nil {
			if err := addClocks(c.Dir, sources); err != nil {
				return nil, err
			}
		}
	}
	overlay, err := writeOverlay(dir, sources)
	if err != nil {
		return nil, err
	}
	return build.Variant{Dir: filepath.Join(dir, "functions"), Overlay: overlay}.Functions(ctx, ws, build.Host)
}

// addClocks makes every package below dir call clockName. sources has the changed files
// by path.
func addClocks(dir string, sources map[string][]byte) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, ok := sources[path]
		if !ok {
			if source, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		if !bytes.Contains(source, []byte("time.Now")) {
			return nil
		}
		name, err := packageName(path, source)
		if err != nil {
			return err
		}
		source = bytes.ReplaceAll(source, []byte("time.Now"), []byte(clockName))
		sources[path] = append(source, "\nvar _ time.Time\n"...) // the import may have no other use
		sources[filepath.Join(filepath.Dir(path), "clock_of_history.go")] = fmt.Appendf(nil, clockSource, name)
		return nil
	})
}

func packageName(path string, source []byte) (string, error) {
	for line := range bytes.Lines(source) {
		if name, ok := bytes.CutPrefix(line, []byte("package ")); ok {
			return string(bytes.TrimSpace(name)), nil
		}
	}
	return "", fmt.Errorf("history: %s has no package clause", path)
}

// writeOverlay writes the changed files and the file of the go command's flag -overlay,
// whose path it returns.
func writeOverlay(dir string, sources map[string][]byte) (string, error) {
	folder := filepath.Join(dir, "sources")
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, source := range sources {
		changed := filepath.Join(folder, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(changed, source, 0o644); err != nil {
			return "", err
		}
		replace[path] = changed
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, data, 0o644)
}
