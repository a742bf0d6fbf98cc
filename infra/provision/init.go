package provision

import (
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/platform/resource"
)

// Init returns the command that installs the stack's provider and opens its state: in
// the account's bucket under ENVIRONMENT/KEY.tfstate, or in a file of this machine.
func (w Workspace) Init(s Stack) Command {
	e := w.Environment
	key := e.Name + "/" + s.Key() + StateSuffix
	args := []string{"init", "-no-color", "-reconfigure"}
	if e.State.Backend == "local" {
		args = append(args, "-backend-config=path="+w.localState(s))
	} else {
		args = append(args, "-backend-config=bucket="+resource.StateBucketName(e.System, e.Account), "-backend-config=key="+key, "-backend-config=region="+e.State.Region)
	}
	return w.command(s, args...)
}

// InitOnly returns the command that installs a root's provider and opens no state, which
// is enough to validate and to test.
func InitOnly(dir string) Command {
	return Command{Dir: dir, Args: []string{"init", "-no-color", "-backend=false"}}
}

// Installed reports whether the providers that Init installed for a stack are there. Init
// links them to the folder that stacks share, which can be deleted at any time.
func (w Workspace) Installed(s Stack) (bool, error) {
	// REGISTRY/NAMESPACE/NAME/VERSION/PLATFORM
	links, err := filepath.Glob(filepath.Join(w.data(s), "providers", "*", "*", "*", "*", "*"))
	for _, link := range links {
		if _, err := os.Stat(link); err != nil {
			return false, nil
		}
	}
	return len(links) > 0, err
}

func (w Workspace) localState(s Stack) string {
	return filepath.Join(w.states, filepath.FromSlash(s.Key())+StateSuffix)
}

// MakeStateFolder creates the folder of a local state, which Terraform does not create.
func (w Workspace) MakeStateFolder(s Stack) error {
	if w.Environment.State.Backend != "local" {
		return nil
	}
	return os.MkdirAll(filepath.Dir(w.localState(s)), 0o700)
}
