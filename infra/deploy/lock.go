package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/meridian-api/meridian/infra/release"
)

// Lock is who deploys to an environment.
type Lock struct {
	Holder  string    `json:"holder"`
	Host    string    `json:"host"`
	Process int       `json:"process"`
	Started time.Time `json:"started"`
	// Action is what the holder does, such as "deploy:all".
	Action string `json:"action"`
}

const lockRecord = "lock"

// LockedError is the error of a deployment while another one has the lock.
type LockedError struct {
	Environment string
	Lock        Lock
}

// Error names the holder, and the way out if the holder is gone.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%s of %s is running: %s on %s, process %d, since %s; wait for it. "+
		"If that process is gone for good, run ENV=%s go tool mage deploy:unlock",
		e.Lock.Action, e.Environment, e.Lock.Holder, e.Lock.Host, e.Lock.Process,
		e.Lock.Started.UTC().Format(time.RFC3339), e.Environment)
}

// acquire takes the lock of an environment. A lock that a process of this
// machine left behind when it was killed is taken over, once orphans, the
// Terraform processes that it started, have ended.
func acquire(ctx context.Context, s *release.Store, environment, action string, orphans func(context.Context) error) (unlock func() error, err error) {
	lock := newLock(action)
	err = s.CreateRecord(ctx, lockRecord, lock)
	if errors.Is(err, release.ErrRecorded) {
		err = takeOver(ctx, s, environment, lock, orphans)
	}
	if err != nil {
		return nil, err
	}
	return func() error { return s.DeleteRecord(context.WithoutCancel(ctx), lockRecord) }, nil
}

func takeOver(ctx context.Context, s *release.Store, environment string, mine Lock, orphans func(context.Context) error) error {
	var theirs Lock
	found, err := s.ReadRecord(ctx, lockRecord, &theirs)
	if err != nil {
		return err
	}
	if !found { // its holder has just ended
		return lostRace(environment, s.CreateRecord(ctx, lockRecord, mine))
	}
	if theirs.Host != mine.Host || alive(theirs.Process) {
		return &LockedError{environment, theirs}
	}
	if err := orphans(ctx); err != nil {
		return err
	}
	// Of several that take over one abandoned lock, one creates this record. It
	// stays, so that a late process cannot remove the new lock.
	abandoned := fmt.Sprintf("abandoned/%s-%d-%d", theirs.Host, theirs.Process, theirs.Started.UnixNano())
	if err := s.CreateRecord(ctx, abandoned, mine); err != nil {
		return lostRace(environment, err)
	}
	if err := s.DeleteRecord(ctx, lockRecord); err != nil {
		return err
	}
	return lostRace(environment, s.CreateRecord(ctx, lockRecord, mine))
}

func lostRace(environment string, err error) error {
	if errors.Is(err, release.ErrRecorded) {
		return fmt.Errorf("another process took the lock of %s just now: run the command again", environment)
	}
	return err
}

func newLock(action string) Lock {
	l := Lock{Process: os.Getpid(), Started: time.Now(), Action: action}
	l.Host, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		l.Holder = u.Username
	}
	return l
}

// unlockRecord removes the lock of an environment whoever holds it, and returns it.
func unlockRecord(ctx context.Context, s *release.Store) (Lock, bool, error) {
	var l Lock
	found, err := s.ReadRecord(ctx, lockRecord, &l)
	if err != nil || !found {
		return l, false, err
	}
	return l, true, s.DeleteRecord(ctx, lockRecord)
}
