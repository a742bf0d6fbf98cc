package pins

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/provision"
)

// member is the member of an environment's file with its pins.
const member = "modules"

// Pin pins a context to a release in the file of the environment that getenv names, and
// prints what it changed. It fails as Apply does, and if the environment has no file.
func Pin(ctx context.Context, dir string, getenv func(string) string, name, version string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	if _, err := Apply(ctx, ws, map[string]string{name: version}); err != nil {
		return err
	}
	return edit(ws, getenv, name, version, out)
}

// Unpin removes the pin of a context, which then comes from the working tree.
func Unpin(dir string, getenv func(string) string, name string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	return edit(ws, getenv, name, "", out)
}

// edit writes a pin into the environment's file; without a version, it removes the pin.
func edit(ws workspace.Workspace, getenv func(string) string, name, version string, out io.Writer) error {
	environment, err := provision.ReadEnvironment(ws.Root, getenv(provision.EnvironmentVariable))
	if err != nil {
		return err
	}
	path, data, own, err := provision.ReadSettings(ws.Root, environment.Name)
	if err != nil {
		return err
	}
	if !own {
		return fmt.Errorf("%s has no file in %s, so it deploys the working tree: pins are for environments with a file",
			environment.Name, provision.Environments)
	}
	before := environment.Modules[name]
	if before == "" && version == "" {
		return fmt.Errorf("%s does not pin %s: its pins are %s", environment.Name, name, List(environment.Modules))
	}
	data, err = set(data, name, version)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s/%s: %s %s -> %s\nto deploy it, run ENV=%s go tool mage deploy:module %s\n",
		provision.Environments, filepath.Base(path), name, orWorkingTree(before), orWorkingTree(version), environment.Name,
		name)
	return err
}

func orWorkingTree(version string) string {
	if version == "" {
		return "working tree"
	}
	return version
}

// List returns pins for people, such as "accounts v1.4.0, profiles v0.2.0".
func List(versions map[string]string) string {
	if len(versions) == 0 {
		return "empty"
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		text += ", " + name + " " + versions[name]
	}
	return text[2:]
}

// set sets the pin of a context in the JSON of an environment, or removes it without a
// version. Everything but the value of the member with the pins stays as it is.
func set(data []byte, name, version string) ([]byte, error) {
	start, end, indent, err := locate(data)
	if err != nil {
		return nil, err
	}
	pins := map[string]string{}
	if err := json.Unmarshal(data[start:end], &pins); err != nil {
		return nil, fmt.Errorf("%s: %w", member, err)
	}
	if version == "" {
		delete(pins, name)
	} else {
		pins[name] = version
	}
	value, err := json.MarshalIndent(pins, indent, indent)
	if err != nil {
		return nil, err
	}
	return slices.Concat(data[:start], value, data[end:]), nil
}

// locate returns where the value of the member with the pins is, and the white space
// before the names of the members.
func locate(data []byte) (start, end int, indent string, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return 0, 0, "", errors.Join(errors.New("the settings are not an object"), err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return 0, 0, "", err
		}
		after := int(d.InputOffset())
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return 0, 0, "", err
		}
		if key != member {
			continue
		}
		end = int(d.InputOffset())
		line := data[bytes.LastIndexByte(data[:after], '\n')+1 : after]
		indent = string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
		return end - len(value), end, indent, nil
	}
	return 0, 0, "", fmt.Errorf("the member %s is missing: add \"%s\": {}", member, member)
}
