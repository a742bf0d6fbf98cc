//go:build unix

package deploy

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
)

// The variables of a deployment in a process of its own.
const (
	deployerRoot     = "DEPLOY_TEST_DEPLOYER_ROOT"
	deployerRecorder = "DEPLOY_TEST_DEPLOYER_RECORDER"
	deployerProgram  = "DEPLOY_TEST_DEPLOYER_PROGRAM"
	deployerRegions  = "DEPLOY_TEST_DEPLOYER_REGIONS"
)

// TestHelperDeploy deploys in a process that tests interrupt and kill. As mage does, it
// listens for interrupts before the deployment starts, and would end at one.
func TestHelperDeploy(t *testing.T) {
	root := os.Getenv(deployerRoot)
	if root == "" {
		return // this is not that process
	}
	mage := make(chan os.Signal, 1)
	signal.Notify(mage, os.Interrupt)
	go func() {
		<-mage
		os.Exit(3)
	}()
	s := siteAt(t, root, os.Getenv(deployerRecorder))
	s.regions = strings.Fields(os.Getenv(deployerRegions))
	if out, err := s.deploy(Options{Create: true}); err != nil {
		os.Stdout.WriteString(out)
		t.Fatal(err)
	}
}

// deployer returns a deployment of the site in a process of its own.
func (s *site) deployer() *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), os.Args[0], "-test.run=^TestHelperDeploy$")
	cmd.Env = append(os.Environ(),
		deployerProgram+"="+recorderProgram, deployerRoot+"="+s.root, deployerRecorder+"="+s.dir,
		deployerRegions+"="+strings.Join(s.regions, " "),
		"TMPDIR="+s.t.TempDir()) // a killed process does not remove its own
	return cmd
}

// waitForRun waits until the recorder has been started with a command on a stack.
func (s *site) waitForRun(run string) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		data, _ := os.ReadFile(filepath.Join(s.dir, "journal"))
		if strings.Contains(string(data), run+"\n") {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s was not run within a minute; the journal:\n%s", run, data)
		}
	}
}

// TestOneCtrlC presses Ctrl-C on a terminal while a key takes its time.
func TestOneCtrlC(t *testing.T) {
	s := newSite(t)
	s.fault("apply global 2s")
	cmd := s.deployer()
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	printed := make(chan string)
	go func() {
		text, _ := io.ReadAll(terminal) // the end of a terminal is an error on Linux
		printed <- string(text)
	}()
	s.waitForRun("apply global")
	if _, err := terminal.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	text := <-printed
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(text, ErrInterrupted.Error()) {
		t.Fatalf("the deployment ended with %v:\n%s", err, text)
	}
	for _, want := range []string{"done     apply global", "skipped  apply data/one", "skipped  apply api/us-east-1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the states lack %q:\n%s", want, text)
		}
	}
	if data, err := os.ReadFile(filepath.Join(s.dir, "interrupts")); err != nil || string(data) != "global\n" {
		t.Errorf("Terraform was interrupted: %q, %v; want once, for global", data, err)
	}
	state, err := recorder.ReadState(s.state("global"))
	for _, region := range s.regions {
		if _, ok := state["aws_kms_key."+region]; !ok {
			t.Errorf("the state of global lacks the key of %s: %v, %v", region, state, err)
		}
	}
	s.fault()
	s.journal()
	s.mustDeploy(Options{Create: true})
	if applied := s.journal(); slices.Contains(applied, "global") {
		t.Errorf("the next run repaired global: it applied %q", applied)
	}
}

// TestKilledDeploymentIsCompleted kills the deployment in ten places. Terraform goes
// on without it; the next run waits for it and completes.
func TestKilledDeploymentIsCompleted(t *testing.T) {
	for _, run := range []string{
		"init global", "plan global", "apply global", "plan data/one", "apply data/two", "init functions/one/us-east-1",
		"apply functions/two/us-east-1", "plan api/us-east-1", "apply api/us-east-1", "apply portal",
	} {
		t.Run(run, func(t *testing.T) {
			s := newSite(t)
			s.regions = s.regions[:1]
			s.fault(run + " 500ms")
			cmd := s.deployer()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			s.waitForRun(run)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			out := s.mustDeploy(Options{Create: true})
			stack := run[strings.Index(run, " ")+1:]
			want := "waiting for Terraform, which an interrupted deployment left running on " + stack
			if !strings.Contains(out, want) {
				t.Errorf("the next run does not say %q:\n%s", want, out)
			}
			if got, want := s.serves("us-east-1"), []string{"1", "1", "1", "1"}; !cmp.Equal(got, want) {
				t.Errorf("us-east-1 serves %q, want %q", got, want)
			}
			if out := s.mustDeploy(Options{}); !strings.Contains(out, "Nothing was changed.\n") {
				t.Errorf("a third run:\n%s", out)
			}
		})
	}
}

func TestTwoDeploymentsAtOnce(t *testing.T) {
	s := newSite(t)
	s.fault("apply global 4s")
	cmd := s.deployer()
	var printed bytes.Buffer
	cmd.Stdout = &printed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.waitForRun("apply global")
	before := s.snapshot()
	_, err := s.deploy(Options{Create: true})
	after := s.snapshot()
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("the second deployment ended with %v", err)
	}
	host, hostErr := os.Hostname()
	if hostErr != nil {
		t.Fatal(hostErr)
	}
	if l := locked.Lock; l.Process != cmd.Process.Pid || l.Host != host || time.Since(l.Started) > time.Minute {
		t.Errorf("the lock is %+v, want process %d on %s", l, cmd.Process.Pid, host)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the second deployment changed the folder of the first (-before +after):\n%s", diff)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the first deployment ended with %v:\n%s", err, printed.String())
	}
}

// snapshot returns the files of the staged stacks with the time of their last change.
func (s *site) snapshot() map[string]time.Time {
	s.t.Helper()
	files := map[string]time.Time{}
	folder := filepath.Join(s.root, "dist", "terraform", "trial")
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files[path] = info.ModTime()
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(files) < 5 {
		s.t.Fatalf("%s has only %d files", folder, len(files))
	}
	return files
}
