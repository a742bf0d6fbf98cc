package scenario

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/rehearsal"
)

// environment is the environment that scenarios deploy.
const environment = "trial"

// contextFiles are the files of a context of the workspace.
//
//go:embed context.txtar
var contextFiles []byte

// shared are the modules of the monorepo that the workspace has copies of.
var shared = []string{"platform", "contract", "infra"}

// dist is the folder of what is built.
const dist = workspace.Dist

// sandbox is a monorepo of two small contexts, with the platform and the deployment
// of this one.
type sandbox struct {
	root string
}

// newSandbox writes a workspace into the empty folder dir, from the monorepo at root.
func newSandbox(ctx context.Context, root, dir string) (*sandbox, error) {
	w := &sandbox{root: dir}
	for _, module := range shared {
		if err := copySources(filepath.Join(root, module), filepath.Join(dir, module)); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{".gitignore", "go.work.sum"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		if err := w.write(name, string(data)); err != nil {
			return nil, err
		}
	}
	settings := "infra/environments/" + environment + ".json"
	if err := errors.Join(
		w.addContext("one"), w.addContext("two"), w.set("regions", []string{"us-east-1", "us-west-2"}),
		// An objective needs an operation of the workspace.
		w.edit(settings, `"accounts-get-my-account"`, `""`),
		w.edit("infra/environments/template.json", `"accounts-get-my-account"`, `""`),
	); err != nil {
		return nil, err
	}
	return w, w.git(ctx, "init", "-q")
}

// copySources copies a module without tests and what tests read.
func copySources(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case d.IsDir() && slices.Contains([]string{"testdata", "node_modules", ".state", ".terraform"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case strings.HasSuffix(path, "_test.go"):
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

// addContext writes a context and adds its module to go.work.
func (w *sandbox) addContext(name string) error {
	fill := strings.NewReplacer("CONTEXT", name, "TITLE", strings.ToUpper(name[:1])+name[1:])
	for _, f := range txtar.Parse(contextFiles).Files {
		if err := w.write(name+"/"+fill.Replace(f.Name), fill.Replace(string(f.Data))); err != nil {
			return err
		}
	}
	return w.writeWork()
}

// removeContext removes a context and its module.
func (w *sandbox) removeContext(name string) error {
	if err := os.RemoveAll(filepath.Join(w.root, name)); err != nil {
		return err
	}
	return w.writeWork()
}

// writeWork writes go.work with the modules that there are.
func (w *sandbox) writeWork() error {
	mods, err := filepath.Glob(filepath.Join(w.root, "*", "go.mod"))
	if err != nil {
		return err
	}
	text := "go 1.26.0\n\n"
	for _, mod := range mods {
		text += "use ./" + filepath.Base(filepath.Dir(mod)) + "\n"
	}
	for _, name := range []string{"contract", "platform"} {
		text += fmt.Sprintf("\nreplace github.com/meridian-api/meridian/%s v0.0.0 => ./%s\n", name, name)
	}
	return w.write("go.work", text)
}

// write writes a file of the workspace.
func (w *sandbox) write(name, content string) error {
	path := filepath.Join(w.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// edit replaces text that a file has.
func (w *sandbox) edit(name, old, replacement string) error {
	data, err := os.ReadFile(filepath.Join(w.root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	if !strings.Contains(string(data), old) {
		return fmt.Errorf("%s does not have %q", name, old)
	}
	return w.write(name, strings.ReplaceAll(string(data), old, replacement))
}

// set changes a member of the environment's settings.
func (w *sandbox) set(member string, value any) error {
	name := "infra/environments/" + environment + ".json"
	data, err := os.ReadFile(filepath.Join(w.root, name))
	if err != nil {
		return err
	}
	var settings map[string]any
	if err := json.Unmarshal(data, &settings); err != nil {
		return err
	}
	settings[member] = value
	if data, err = json.MarshalIndent(settings, "", "  "); err != nil {
		return err
	}
	return w.write(name, string(data))
}

func (w *sandbox) git(ctx context.Context, args ...string) error {
	identity := []string{"-c", "user.name=scenario", "-c", "user.email=scenario@example.com", "-c", "commit.gpgsign=false"}
	return command.Command{Name: "git", Args: append(identity, args...), Dir: w.root}.Run(ctx)
}

// commit commits all sources.
func (w *sandbox) commit(ctx context.Context) error {
	return errors.Join(w.git(ctx, "add", "-A"), w.git(ctx, "commit", "-q", "--allow-empty", "-m", "Change the workspace"))
}

// rehearsed returns the folder of the environment's states, logs and resources.
func (w *sandbox) rehearsed() string {
	return filepath.Join(w.root, filepath.FromSlash(rehearsal.Dir), environment)
}

func (w *sandbox) savedFolder() string { return filepath.Join(w.root, dist, "saved") }

// save keeps the environment, so that scenarios can begin with it.
func (w *sandbox) save() error {
	return os.CopyFS(w.savedFolder(), os.DirFS(w.rehearsed()))
}

// reset takes the sources back to the commit with the tag saved, and the environment to
// what save kept. Without deployed there is no environment.
func (w *sandbox) reset(ctx context.Context, deployed bool) error {
	err := errors.Join(w.git(ctx, "reset", "-q", "--hard", "saved"), w.git(ctx, "clean", "-fdq"), os.RemoveAll(w.rehearsed()))
	if err != nil || !deployed {
		return err
	}
	return os.CopyFS(w.rehearsed(), os.DirFS(w.savedFolder()))
}

// resources returns the addresses in a stack's state; nil without a state.
func (w *sandbox) resources(key string) ([]string, error) { return w.resourcesOf(environment, key) }

// resourcesOf returns the addresses in the state of another environment's stack.
func (w *sandbox) resourcesOf(environment, key string) ([]string, error) {
	folder := filepath.Join(w.root, filepath.FromSlash(rehearsal.Dir), environment)
	data, err := os.ReadFile(filepath.Join(folder, ".state", filepath.FromSlash(key)+".tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var state struct {
		Resources []struct{ Mode, Type, Name string }
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return nil, fmt.Errorf("the state of %s: %w", key, err)
	}
	var addresses []string
	for _, r := range state.Resources {
		if r.Mode == "managed" {
			addresses = append(addresses, r.Type+"."+r.Name)
		}
	}
	return addresses, nil
}
