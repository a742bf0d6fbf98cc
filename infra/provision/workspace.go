package provision

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/infra/terraform"
	"github.com/meridian-api/meridian/platform/resource"
)

// Sources is the folder of the root modules, below the monorepo's root.
const Sources = terraform.Folder

// Staged is the folder of the environments' copies, below the monorepo's root.
const Staged = "dist/terraform"

// repository is the path from a staged root module to the monorepo's root. It is
// relative because Terraform keeps the paths of uploaded files in the state: the
// absolute path of another machine would look like a change.
const repository = "../../../.."

// LocalStates is the folder of local states, below Environments. It is not below dist,
// because everything in dist can be built again, and a state cannot.
const LocalStates = ".state"

// Workspace is an environment's copy of the root modules. With a copy, a backend can be
// chosen without editing the sources, and the sources can change during a deployment.
type Workspace struct {
	Environment Environment

	dir        string // the copy, absolute
	states     string // the folder of local states, absolute
	repository string // from a root module in the copy to what it reads

	opened *opened
}

// opened has the stacks of a workspace that are initialized.
type opened struct {
	sync.Mutex
	stacks map[Stack]bool
}

// Stage copies the root modules for an environment of the monorepo at root.
func Stage(root string, e Environment) (Workspace, error) {
	return stage(root, e, filepath.Join(root, Staged, e.Name), filepath.Join(root, Environments, LocalStates, e.Name))
}

// StageHouse prepares dir for stacks that read the environment's settings, the
// manifests, the document and the packages in the folder House of dir in place of
// the monorepo. With fresh it copies the root modules of the monorepo at root, and
// the stacks must be initialized; else dir has them from before. Local states are
// in the folder states.
func StageHouse(root string, e Environment, dir, states string, fresh bool) (Workspace, error) {
	w, err := newWorkspace(e, dir, states)
	if err != nil {
		return w, err
	}
	w.repository = "../" + House
	if !fresh {
		return w, nil
	}
	return w, w.copy(root)
}

// House is the folder, in a copy of StageHouse, that its stacks read. The path is
// the same for every stack, machine and release, because Terraform remembers it.
const House = "house"

func stage(root string, e Environment, dir, states string) (Workspace, error) {
	w, err := newWorkspace(e, dir, states)
	if err != nil {
		return w, err
	}
	return w, w.copy(root)
}

func newWorkspace(e Environment, dir, states string) (Workspace, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Workspace{}, err
	}
	states, err = filepath.Abs(states)
	return Workspace{Environment: e, dir: dir, states: states, repository: repository, opened: &opened{stacks: map[Stack]bool{}}}, err
}

// copy replaces the copies of the root modules of the project at root.
func (w Workspace) copy(root string) error {
	if err := w.copyModules(root); err != nil {
		return fmt.Errorf("stage %s: %w", w.Environment.Name, err)
	}
	return nil
}

func (w Workspace) copyModules(root string) error {
	files, err := terraform.Files(root)
	if err != nil {
		return err
	}
	for name := range files {
		if folder, _, ok := strings.Cut(name, "/"); ok {
			if err := os.RemoveAll(filepath.Join(w.dir, folder)); err != nil {
				return err
			}
		}
	}
	for name, data := range files {
		target := filepath.Join(w.dir, filepath.FromSlash(name))
		if !strings.Contains(name, "/") {
			continue // what roots share is in each of them
		}
		if err := write(target, data); err != nil {
			return err
		}
		if filepath.Base(name) == "root.tf" && w.Environment.State.Backend == "local" {
			// Terraform merges a file of such a name over the others.
			override := []byte("terraform {\n  backend \"local\" {}\n}\n")
			if err := write(filepath.Join(filepath.Dir(target), "backend_override.tf"), override); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// command returns a command that runs in the stack's root module. Its working data are
// the stack's own, so that stacks of one root do not share an initialization.
func (w Workspace) command(s Stack, args ...string) Command {
	return Command{
		Dir:  filepath.Join(w.dir, s.Root),
		Args: args,
		Env:  []string{"TF_DATA_DIR=" + w.data(s)},
	}
}

// data returns the folder of a stack's working data.
func (w Workspace) data(s Stack) string {
	return filepath.Join(w.dir, ".data", filepath.FromSlash(s.Key()))
}

// StatesOf returns where an environment's states are, as package objects opens it;
// local is the folder of states that are files. A state's key there is the
// stack's with the ending StateSuffix.
func StatesOf(e Environment, local string) string {
	if e.State.Backend == "local" {
		return "file://" + filepath.ToSlash(local)
	}
	return "s3://" + resource.StateBucketName(e.System, e.Account) + "/" + e.Name + "?region=" + e.State.Region
}

// StateSuffix is the ending of a state's name.
const StateSuffix = ".tfstate"

// plan returns the path of the stack's plan.
func (w Workspace) plan(s Stack) string {
	return filepath.Join(w.data(s), "plan.tfplan")
}
