package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/creack/pty"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// program is the program that users run, mage with the targets of the monorepo.
type program struct {
	path      string
	terraform string
}

// command returns a run of a target in the workspace.
func (p program) command(w *sandbox, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Dir = w.root
	cmd.Env = append(os.Environ(),
		"ENV="+environment, "REHEARSE=1", "TERRAFORM="+p.terraform,
		"MAGEFILE_VERBOSE=", "GOWORK=", "GOFLAGS=",
		account.StatementsVariable+"=or_statement") // what the Terraform of the workspace needs
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// output is what one run of the program printed and took.
type output struct {
	text string
	err  error
	cost
}

// code returns the exit code; -1 if the program was killed.
func (o output) code() int {
	var exit *exec.ExitError
	switch {
	case o.err == nil:
		return 0
	case errors.As(o.err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// cost is what runs took. The CPU time includes all programs that they waited
// for.
type cost struct {
	wall, cpu time.Duration
	// terraformWall is the time in which Terraform ran, and terraformCPU its CPU time
	// with the provider's.
	terraformWall, terraformCPU time.Duration
	lines                       int
}

func (c *cost) add(o cost) {
	c.wall += o.wall
	c.cpu += o.cpu
	c.terraformWall += o.terraformWall
	c.terraformCPU += o.terraformCPU
	c.lines += o.lines
}

// terraformLine matches the line in which a command says what Terraform took.
var terraformLine = regexp.MustCompile(`Terraform ran for ([0-9.]+)s of ([0-9.]+)s and used ([0-9.]+)s of CPU`)

// measured returns the output of a run that has ended.
func measured(text string, err error, state *os.ProcessState, wall time.Duration) output {
	o := output{text: text, err: err, cost: cost{wall: wall, lines: strings.Count(text, "\n")}}
	if state != nil {
		o.cpu = state.UserTime() + state.SystemTime()
	}
	for _, m := range terraformLine.FindAllStringSubmatch(text, -1) {
		o.terraformWall += seconds(m[1])
		o.terraformCPU += seconds(m[3])
	}
	return o
}

func seconds(text string) time.Duration {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0 // the expression matches numbers only
	}
	return time.Duration(f * float64(time.Second))
}

// started is a run of the program.
type started struct {
	cmd      *exec.Cmd
	begin    time.Time
	terminal io.ReadWriteCloser // nil without a terminal
	log      string
	printed  chan string   // on the terminal
	ended    chan struct{} // is closed when the program has ended
	err      error         // of the program, once it has ended
	wall     time.Duration
}

// start starts the program. Its output goes to a file, as in CI, because the end of a
// pipe would be seen by what a killed program leaves behind.
func start(cmd *exec.Cmd, log string) (*started, error) {
	f, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cmd.Stdout, cmd.Stderr = f, f
	s := &started{cmd: cmd, begin: time.Now(), log: log, ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go s.watch()
	return s, nil
}

// startOnTerminal starts the program on a terminal of its own.
func startOnTerminal(cmd *exec.Cmd) (*started, error) {
	s := &started{cmd: cmd, begin: time.Now(), printed: make(chan string, 1), ended: make(chan struct{})}
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return nil, err
	}
	s.terminal = terminal
	go func() {
		var text bytes.Buffer
		io.Copy(&text, terminal) // the end of a terminal is an error on Linux
		s.printed <- text.String()
	}()
	go s.watch()
	return s, nil
}

// watch waits for the end of the program.
func (s *started) watch() {
	s.err = s.cmd.Wait()
	s.wall = time.Since(s.begin)
	close(s.ended)
}

// interrupt presses Ctrl-C on the program's terminal.
func (s *started) interrupt() error {
	_, err := s.terminal.Write([]byte{3})
	return err
}

// kill ends the program at once, as kill -9 does.
func (s *started) kill() error { return s.cmd.Process.Kill() }

// wait waits for the end of the program and returns what it printed.
func (s *started) wait() output {
	<-s.ended
	if s.terminal != nil {
		text := <-s.printed
		s.printed <- text // for the next call
		s.terminal.Close()
		return measured(text, s.err, s.cmd.ProcessState, s.wall)
	}
	data, err := os.ReadFile(s.log)
	return measured(string(data), errors.Join(s.err, err), s.cmd.ProcessState, s.wall)
}

// patience is how long something may take to happen.
const patience = 3 * time.Minute

// until waits until a condition holds. It fails if the program ends before that, and
// after some minutes.
func (s *started) until(ctx context.Context, what string, condition func() bool) error {
	deadline := time.After(patience)
	for !condition() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ended:
			return fmt.Errorf("%s: the program ended before:\n%s", what, s.wait().text)
		case <-deadline:
			return fmt.Errorf("%s: it did not happen within %s", what, patience)
		case <-time.After(3 * time.Millisecond):
		}
	}
	return nil
}

// runs waits until the program runs a command of Terraform on a stack: "init", "plan"
// or "apply", whose output is in a file of the stack's folder.
func (s *started) runs(ctx context.Context, w *sandbox, command, key string) error {
	return s.until(ctx, command+" of "+key, func() bool {
		info, err := os.Stat(w.log(command, key))
		return err == nil && info.ModTime().After(s.begin)
	})
}

// creates waits until Terraform creates a resource of a type in a stack.
func (s *started) creates(ctx context.Context, w *sandbox, kind, key string) error {
	if err := s.runs(ctx, w, "apply", key); err != nil {
		return err
	}
	creating := regexp.MustCompile(kind + `\..*: Creating\.\.\.`)
	return s.until(ctx, "creation of "+kind+" in "+key, func() bool {
		data, err := os.ReadFile(w.log("apply", key))
		return err == nil && creating.Match(data)
	})
}

// log returns the path of the output of Terraform's last run of a command on a stack.
func (w *sandbox) log(command, key string) string {
	name := command + ".log"
	if command == "apply" {
		name = "apply.jsonl"
	}
	return filepath.Join(w.rehearsed(), "stacks", filepath.FromSlash(key), name)
}
