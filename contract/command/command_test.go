package command

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// shell returns a command that runs a script of the POSIX shell.
func shell(script string) Command { return Command{Name: "sh", Args: []string{"-c", script}} }

func TestString(t *testing.T) {
	if got, want := Go("x", "build", "./...").String(), "go build ./..."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOutput(t *testing.T) {
	t.Setenv("COMMAND_TEST_A", "inherited")
	t.Setenv("COMMAND_TEST_B", "inherited")
	c := shell(`echo warning >&2; echo "$COMMAND_TEST_A|$COMMAND_TEST_B|$COMMAND_TEST_C|$(pwd)"`)
	c.Dir, c.Env, c.Unset = "/", []string{"COMMAND_TEST_C=added"}, []string{"COMMAND_TEST_B"}
	out, err := c.Output(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), "inherited||added|/\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStdin(t *testing.T) {
	c := shell("cat; echo .")
	for _, stdin := range []string{"", "read"} {
		if stdin != "" {
			c.Stdin = strings.NewReader(stdin)
		}
		out, err := c.Output(t.Context())
		if got, want := string(out), stdin+".\n"; got != want || err != nil {
			t.Errorf("stdin %q: got %q, error %v, want %q", stdin, got, err, want)
		}
	}
}

func TestErrorHasWhatWasWritten(t *testing.T) {
	for _, test := range []struct {
		name, script string
		run          func(Command) error
		want         string // after the command and its folder
	}{
		{
			name: "Run, both streams", script: "echo a; echo b >&2; exit 3", want: "exit status 3\na\nb",
			run: func(c Command) error { return c.Run(t.Context()) },
		},
		{
			name: "Run, nothing written", script: "exit 3", want: "exit status 3",
			run: func(c Command) error { return c.Run(t.Context()) },
		},
		{
			name: "Run, output shown already", script: "echo a; exit 3", want: "exit status 3",
			run: func(c Command) error {
				var shown bytes.Buffer
				c.Stdout, c.Stderr = &shown, &shown
				err := c.Run(t.Context())
				if shown.String() != "a\n" {
					t.Errorf("shown %q, want what the program wrote", &shown)
				}
				return err
			},
		},
		{
			name: "Output, standard error", script: "echo a; echo b >&2; exit 3", want: "exit status 3\nb",
			run: func(c Command) error { _, err := c.Output(t.Context()); return err },
		},
		{
			name: "Output, standard output only", script: "echo a; exit 3", want: "exit status 3\na",
			run: func(c Command) error { _, err := c.Output(t.Context()); return err },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := shell(test.script)
			c.Dir = "/"
			err := test.run(c)
			if want := "sh -c " + test.script + " (in /): " + test.want; err == nil || err.Error() != want {
				t.Errorf("error %v\nwant  %s", err, want)
			}
		})
	}
}

func TestErrorsCanBeTold(t *testing.T) {
	if err := (Command{Name: "no-such-program"}).Run(t.Context()); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("missing program: %v, want exec.ErrNotFound", err)
	}
	var exit *exec.ExitError
	if err := shell("exit 3").Run(t.Context()); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("exit status 3: %v, want an exec.ExitError", err)
	}
}

// started cancels when the program writes for the first time.
type started struct {
	text   strings.Builder
	cancel func()
}

func (s *started) Write(p []byte) (int, error) {
	s.cancel()
	return s.text.Write(p)
}

func TestContextEndsTheProgram(t *testing.T) {
	// The shell runs the trap after its sleep of 10 ms.
	const script = `trap 'echo cleaned up; exit 0' INT; echo started; while :; do sleep 0.01; done`
	for _, test := range []struct {
		name      string
		interrupt bool
		want      string
	}{
		{name: "killed", interrupt: false, want: "started\n"},
		{name: "interrupted", interrupt: true, want: "started\ncleaned up\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			c, out := shell(script), &started{cancel: cancel}
			c.Stdout, c.Interrupt = out, test.interrupt
			err := c.Run(ctx)
			if got := out.text.String(); got != test.want {
				t.Errorf("the program wrote %q, want %q", got, test.want)
			}
			if !test.interrupt && !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want context.Canceled", err)
			}
		})
	}
}

func TestDirIsNamedOnlyIfSet(t *testing.T) {
	if err := shell("exit 1").Run(t.Context()); err == nil || strings.Contains(err.Error(), "(in ") {
		t.Errorf("error %v, want one without a folder", err)
	}
}
