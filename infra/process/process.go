// Package process runs programs that must not be cut off: each finishes by itself
// if this process is killed, receives one interrupt and no deadline when the user
// presses Ctrl-C, and is found by the next run as long as it goes on.
//
// hashicorp/terraform-exec starts Terraform the other way: it kills it 60 s after
// an interrupt and, on Linux, when its parent dies, which can leave resources
// that no state knows.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Command is a run of a program.
type Command struct {
	// Path is the program, looked up in PATH if it has no separator.
	Path string
	Args []string
	Dir  string
	// Env is the complete environment; nil is this process's.
	Env []string
	// Log is the file that receives the program's output, in place of an earlier
	// one. It is not a pipe, whose end would kill the program with this process.
	Log string
	// Register is a file that is locked as long as the program runs, and has its process
	// id. Wait finds the program by it.
	Register string
	// Out receives the output as it is written to Log; nil discards it.
	Out io.Writer
	// Failure returns what an error repeats of the output; nil repeats the last lines.
	Failure func(output []byte) string
	// Ended is called when the program has ended, with what it used; nil is not called.
	Ended func(*os.ProcessState)
}

// String returns the command as it would be typed.
func (c Command) String() string {
	return strings.Join(append([]string{filepath.Base(c.Path)}, c.Args...), " ")
}

// ErrRunning is the error of a command whose Register is locked by a program
// that still runs.
var ErrRunning = errors.New("it is still running")

// Run runs the command. When ctx is done it sends the program one interrupt and
// waits for its end. An error of the program wraps *exec.ExitError and ends with
// the last lines of its output.
func (c Command) Run(ctx context.Context) error {
	register, err := c.lock()
	if err != nil {
		return err
	}
	defer register.Close() // the program has its own descriptor
	log, err := create(c.Log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{register}
	cmd.SysProcAttr = attributes()
	if err := cmd.Start(); err != nil {
		return err
	}
	fmt.Fprintln(register, cmd.Process.Pid) // for people, and for what ends a program that hangs
	ended := make(chan struct{})
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		follow(c.Log, c.Out, ended)
	}()
	interrupted := make(chan struct{})
	go func() {
		defer close(interrupted)
		select {
		case <-ended:
		case <-ctx.Done():
			interrupt(cmd.Process)
		}
	}()
	err = cmd.Wait()
	// Closing is not enough: a process that is being started somewhere else has
	// copies of all descriptors until it has replaced its program.
	unlock(register)
	close(ended)
	<-followed
	<-interrupted
	if c.Ended != nil {
		c.Ended(cmd.ProcessState)
	}
	if err != nil {
		return fmt.Errorf("%s (in %s): %w%s", c, c.Dir, err, c.failure())
	}
	return nil
}

func (c Command) lock() (*os.File, error) {
	register, err := create(c.Register)
	if err != nil {
		return nil, err
	}
	if err := tryLock(register); err != nil {
		register.Close()
		return nil, fmt.Errorf("%s: %w", c.Register, err)
	}
	return register, nil
}

func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
}

// maxTail is how much of a log an error repeats, in bytes.
const maxTail = 4 << 10

// failure returns what an error repeats of the output.
func (c Command) failure() string {
	data, err := os.ReadFile(c.Log)
	if err != nil {
		return ""
	}
	repeat := lastLines
	if c.Failure != nil {
		repeat = c.Failure
	}
	text := strings.TrimSpace(repeat(data))
	if text == "" {
		return ""
	}
	return "\n" + text
}

func lastLines(data []byte) string {
	if len(data) > maxTail {
		data = data[len(data)-maxTail:]
		if _, after, ok := strings.Cut(string(data), "\n"); ok {
			data = []byte(after)
		}
	}
	return string(data)
}
