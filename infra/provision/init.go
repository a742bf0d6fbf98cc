package provision

import (
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/platform/resource"
)

// Init gets the stack's provider and opens its state: in the account's bucket
// under the environment's name and the stack's key, or in a file of this machine.
func (w Workspace) Init(s Stack) Command {
	e := w.Environment
	key := e.Name + "/" + s.Key() + StateSuffix
	args := []string{"init", "-no-color", "-reconfigure"}
	if e.State.Backend == "local" {
		args = append(args, "-backend-config=path="+w.localState(s))
	} else {
		args = append(args, "-backend-config=bucket="+resource.StateBucketName(e.Account), "-backend-config=key="+key, "-backend-config=region="+e.State.Region)
	}
	return w.command(s, args...)
}

// InitOnly gets a root's provider and leaves its state alone: enough to validate
// and to test.
func InitOnly(dir string) Command {
	return Command{Dir: dir, Args: []string{"init", "-no-color", "-backend=false"}}
}

func (w Workspace) localState(s Stack) string {
	return filepath.Join(w.states, filepath.FromSlash(s.Key())+StateSuffix)
}

// MakeStateFolder makes the folder of a local state, which Terraform does not.
func (w Workspace) MakeStateFolder(s Stack) error {
	if w.Environment.State.Backend != "local" {
		return nil
	}
	return os.MkdirAll(filepath.Dir(w.localState(s)), 0o700)
}
