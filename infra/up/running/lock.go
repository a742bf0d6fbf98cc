package running

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/meridian-api/meridian/contract/workspace"
)

// lockFile is locked while a cloud starts or runs, and ownerFile describes that cloud.
// They are two files because some systems do not let a locked file be read.
var (
	lockFile  = filepath.Join(workspace.Dist, "local.lock")
	ownerFile = filepath.Join(workspace.Dist, "local.owner")
)

// OtherError reports that another process runs the cloud of the clone.
type OtherError struct {
	PID int `json:"pid"`
	// Edge is the URL that clients call.
	Edge string `json:"edge"`
}

func (e *OtherError) Error() string {
	state := "runs already at " + e.Edge
	if e.Edge == "" {
		state = "is being started already"
	}
	return fmt.Sprintf("the cloud of this clone %s (pid %d): use it, or end it with Ctrl-C in its terminal or with 'kill %d'",
		state, e.PID, e.PID)
}

// Lock makes this process the only one that runs the cloud of a clone. The lock ends with
// the process, however that ends.
type Lock struct {
	lock  *flock.Flock
	owner string
}

// NewLock locks the clone with the folder root. If another process runs its cloud, the
// error is an *OtherError.
func NewLock(root string) (*Lock, error) {
	name := filepath.Join(root, lockFile)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	l := &Lock{lock: flock.New(name), owner: filepath.Join(root, ownerFile)}
	locked, err := l.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", lockFile, err)
	}
	if !locked {
		return nil, l.other()
	}
	if err := l.SetEdge(""); err != nil {
		return nil, errors.Join(err, l.lock.Unlock())
	}
	return l, nil
}

// other returns an error that describes the process that has the lock.
func (l *Lock) other() error {
	data, err := os.ReadFile(l.owner)
	if err != nil {
		return fmt.Errorf("the cloud of this clone is being started already: %w", err)
	}
	var other OtherError
	if err := json.Unmarshal(data, &other); err != nil {
		return fmt.Errorf("%s: %w", ownerFile, err)
	}
	return &other
}

// SetEdge records the URL that clients call, for those that are refused.
func (l *Lock) SetEdge(url string) error {
	data, err := json.Marshal(OtherError{PID: os.Getpid(), Edge: url})
	if err != nil {
		return err
	}
	return writeFile(l.owner, data)
}

// Unlock lets another process run the cloud of the clone.
func (l *Lock) Unlock() error { return l.lock.Unlock() }
