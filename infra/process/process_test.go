//go:build unix

package process

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestRunCopiesTheOutputAndKeepsIt(t *testing.T) {
	var out bytes.Buffer
	c := shell(t, "echo one; echo two >&2; sleep 0.1; echo three")
	c.Out = &out
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(c.Log)
	if want := "one\ntwo\nthree\n"; err != nil || string(log) != want || out.String() != want {
		t.Errorf("log %q, copy %q, %v; want %q", log, out.String(), err, want)
	}
}

func TestErrorHasStatusAndLastLines(t *testing.T) {
	err := shell(t, "echo no such bucket; exit 3").Run(t.Context())
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 || !strings.HasSuffix(err.Error(), "exit status 3\nno such bucket") {
		t.Errorf("error %v", err)
	}
}

// TestOneInterruptWithoutDeadline interrupts a program that takes its time, in a
// group of its own that a terminal's Ctrl-C does not reach.
func TestOneInterruptWithoutDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := shell(t, `n=0; trap 'n=$((n+1)); sleep 0.3; echo interrupts: $n; exit 0' INT
		echo ready; while :; do sleep 0.05; done`)
	c.Out = writerFunc(func(p []byte) {
		if bytes.Contains(p, []byte("ready")) {
			cancel()
		}
	})
	if err := c.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if log, _ := os.ReadFile(c.Log); !strings.Contains(string(log), "interrupts: 1\n") {
		t.Errorf("log %q", log)
	}
}

func TestAttributes(t *testing.T) {
	if a := attributes(); !a.Setpgid || a.Pgid != 0 {
		t.Errorf("the program is not in a group of its own: %+v", a)
	}
}

// TestProgramOutlivesItsParent kills a parent and finds its program by the register.
func TestProgramOutlivesItsParent(t *testing.T) {
	dir := t.TempDir()
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestHelperParent")
	parent.Env = append(os.Environ(), "PROCESS_TEST_DIR="+dir, "TMPDIR="+t.TempDir())
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	started := filepath.Join(dir, "started")
	waitFor(t, func() bool { _, err := os.Stat(started); return err == nil })
	if err := parent.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	parent.Wait()

	registers := filepath.Join(dir, "running")
	running, err := Running(registers)
	if err != nil || len(running) != 1 {
		t.Fatalf("running %q, %v", running, err)
	}
	c := shell(t, "exit 0")
	c.Register = running[0]
	if err := c.Run(t.Context()); !errors.Is(err, ErrRunning) {
		t.Errorf("a second program with the register: %v", err)
	}
	waited := false
	if err := os.WriteFile(filepath.Join(dir, "finish"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Wait(t.Context(), registers, func([]string) { waited = true }); err != nil || !waited {
		t.Errorf("wait: %v, called back: %v", err, waited)
	}
	if log, err := os.ReadFile(filepath.Join(dir, "log")); err != nil || string(log) != "started\nfinished\n" {
		t.Errorf("the program's log is %q, %v", log, err)
	}
}

// TestHelperParent runs as the parent that is killed.
func TestHelperParent(t *testing.T) {
	dir := os.Getenv("PROCESS_TEST_DIR")
	if dir == "" {
		return // this is not that parent
	}
	c := shell(t, `echo started; touch started; while [ ! -e finish ]; do sleep 0.02; done; sleep 0.3; echo finished`)
	c.Dir, c.Log, c.Register = dir, filepath.Join(dir, "log"), filepath.Join(dir, "running", "program")
	c.Run(t.Context())
}

// TestRegisterIsFreeAfterTheEnd runs programs one after the other while others
// are being started, whose copies of the descriptor must not keep the lock.
func TestRegisterIsFreeAfterTheEnd(t *testing.T) {
	var wait sync.WaitGroup
	for range 4 {
		c := shell(t, "exit 0")
		wait.Go(func() {
			for range 25 {
				if err := c.Run(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestWaitEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	f, err := create(filepath.Join(dir, "running"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := tryLock(f); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := Wait(ctx, dir, func([]string) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNoFolderNoPrograms(t *testing.T) {
	if running, err := Running(filepath.Join(t.TempDir(), "missing")); err != nil || len(running) != 0 {
		t.Errorf("running %q, %v", running, err)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func shell(t *testing.T, script string) Command {
	t.Helper()
	dir := t.TempDir()
	return Command{Path: "sh", Args: []string{"-c", script}, Dir: dir,
		Log: filepath.Join(dir, "log"), Register: filepath.Join(dir, "running", "program")}
}

func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing happened within 20 s")
		}
	}
}
