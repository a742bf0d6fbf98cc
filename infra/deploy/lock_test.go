package deploy

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/release"
)

func TestLockNamesItsHolder(t *testing.T) {
	s := openStore(t)
	unlock, err := acquire(t.Context(), s, "prod", "deploy:all", noOrphans)
	if err != nil {
		t.Fatal(err)
	}
	_, err = acquire(t.Context(), s, "prod", "deploy:destroy", noOrphans)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Lock.Action != "deploy:all" || locked.Lock.Process == 0 ||
		locked.Lock.Host == "" {
		t.Fatalf("a second deployment: %v", err)
	}
	for _, part := range []string{"deploy:all of prod is running: ", locked.Lock.Host, "since 20",
		"ENV=prod go tool mage deploy:unlock"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if _, err := acquire(t.Context(), s, "prod", "deploy:all", noOrphans); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

func TestLockOfAKilledProcessIsTakenOver(t *testing.T) {
	s := openStore(t)
	abandon(t, s, newLock("deploy:all").Host)
	waited := false
	_, err := acquire(t.Context(), s, "prod", "deploy:all", func(context.Context) error {
		waited = true
		return nil
	})
	if err != nil || !waited {
		t.Errorf("acquire: %v; waited for the orphans: %v", err, waited)
	}
}

func TestLockStaysWhileOrphansRun(t *testing.T) {
	s := openStore(t)
	abandon(t, s, newLock("deploy:all").Host)
	running := errors.New("terraform runs")
	if _, err := acquire(t.Context(), s, "prod", "deploy:all",
		func(context.Context) error { return running }); !errors.Is(err, running) {
		t.Errorf("error %v", err)
	}
	if _, found, err := unlockRecord(t.Context(), s); !found || err != nil {
		t.Errorf("the lock is there: %v, %v", found, err)
	}
}

func TestLockOfAnotherMachineIsNotTakenOver(t *testing.T) {
	s := openStore(t)
	abandon(t, s, "elsewhere")
	if _, err := acquire(t.Context(), s, "prod", "deploy:all", noOrphans); err == nil ||
		!strings.Contains(err.Error(), " on elsewhere, process ") {
		t.Errorf("error %v", err)
	}
}

func TestOneOfManyTakesOver(t *testing.T) {
	s := openStore(t)
	abandon(t, s, newLock("deploy:all").Host)
	var taken atomic.Int32
	done := make(chan bool)
	for range 8 {
		go func() {
			if _, err := acquire(t.Context(), s, "prod", "deploy:all", noOrphans); err == nil {
				taken.Add(1)
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	if taken.Load() != 1 {
		t.Errorf("%d took the lock over, want 1", taken.Load())
	}
}

func noOrphans(context.Context) error { return nil }

// abandon leaves the lock of a process that has ended.
func abandon(t *testing.T, s *release.Store, host string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "version")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	lock := Lock{Holder: "ada", Host: host, Process: cmd.Process.Pid, Started: time.Now(), Action: "deploy:all"}
	if err := s.CreateRecord(t.Context(), lockRecord, lock); err != nil {
		t.Fatal(err)
	}
}

func openStore(t *testing.T) *release.Store {
	t.Helper()
	s, err := release.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}
