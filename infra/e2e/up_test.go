//go:build unix

package e2e

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/up/running"
)

// copyTree copies the files of the repository that git tracks or would track, with
// changes that are not committed, and returns the copy's root. The copy is like the
// fresh clone of a user.
func copyTree(t *testing.T) string {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = ws.Root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	root := t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(ws.Root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // the removal is not committed
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(root, name), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// mageUp starts `go tool mage up` in root with the settings. It kills the command and
// its children when the test ends.
func mageUp(t *testing.T, root string, settings ...string) (*exec.Cmd, *lines) {
	t.Helper()
	cmd := exec.Command("go", "tool", "mage", "up")
	cmd.Dir, cmd.Env = root, append(os.Environ(), settings...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out lines
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	return cmd, &out
}

// waitForDescription waits until the cloud of root has started, and returns its
// description.
func waitForDescription(t *testing.T, root string, out *lines) running.Cloud {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		cloud, err := running.Read(root)
		if err == nil {
			return cloud
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	t.Fatalf("not up after 3 minutes:\n%s", out.tail(50))
	return running.Cloud{}
}

func TestUpCommand(t *testing.T) {
	root := copyTree(t)
	cmd, out := mageUp(t, root, "PORT=0", "REGIONS=ca-central-1,us-west-2", "REPLICATION_LAG=10ms")
	cloud := waitForDescription(t, root, out)
	t.Run("description", func(t *testing.T) {
		var regions, users []string
		for _, r := range cloud.Regions {
			regions = append(regions, r.Name)
		}
		for _, u := range cloud.Users {
			users = append(users, u.Name)
		}
		if diff := cmp.Diff([]string{"ca-central-1", "us-west-2"}, regions); diff != "" {
			t.Errorf("Regions (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"ada", "bob", "root"}, users); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
	})
	for _, region := range cloud.Regions {
		t.Run("seeded account in "+region.Name, func(t *testing.T) { expectSeededAccount(t, region, cloud.Users[0]) })
	}
	t.Run("output", func(t *testing.T) {
		for _, want := range []string{"curl -i", cloud.Edge} {
			if text := out.tail(30); !strings.Contains(text, want) {
				t.Errorf("the output lacks %s:\n%s", want, text)
			}
		}
	})
	t.Run("docs", func(t *testing.T) { testServedPortal(t, cloud.Edge) })
	t.Run("expired keys", func(t *testing.T) {
		if err := (control.Client{URL: cloud.Edge + control.Path}).ExpireKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		now, err := running.Read(root)
		if err != nil {
			t.Fatal(err)
		}
		expectSeededAccount(t, cloud.Regions[0], now.Users[0]) // with the new token
		cloud = now
	})
	t.Run("a second one is refused", func(t *testing.T) { testSecondUp(t, root, cloud) })
	t.Run("reload", func(t *testing.T) { testReload(t, root, cloud, out) })
	t.Run("SIGTERM ends everything", func(t *testing.T) {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		cmd.Wait() // its error is the signal
		waitForEnd(t, root, cmd.Process.Pid, out)
		for _, region := range cloud.Regions {
			if resp, err := http.Get(region.URL + "/accounts/health"); err == nil {
				resp.Body.Close()
				t.Errorf("%s still responds with %s", region.Name, resp.Status)
			}
		}
		if left := processesBelow(t, filepath.Join(root, workspace.Dist, "functions")); left != "" {
			t.Errorf("functions still run:\n%s", left)
		}
	})
	for _, phase := range []string{"generate", "build", "boot", "seed", "Press Ctrl-C"} {
		t.Run("Ctrl-C after "+phase, func(t *testing.T) { testInterrupt(t, root, phase) })
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, test := range []struct{ name, setting, want string }{
		{"port in use", "PORT=" + port, "Error: PORT: port " + port + " is in use"},
		{"unknown Region", "REGIONS=us-north-1", `Error: REGIONS: unknown Region "us-north-1"`},
		{"malformed lag", "REPLICATION_LAG=200", `Error: REPLICATION_LAG: "200" is not a duration`},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd, out := mageUp(t, root, test.setting)
			err := cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(out.tail(10), test.want) {
				t.Errorf("%v, want exit status 1 and %q in\n%s", err, test.want, out.tail(10))
			}
		})
	}
}

// expectSeededAccount reads the user's account from the gateway of a Region.
func expectSeededAccount(t *testing.T, region running.Region, user running.User) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, region.URL+"/accounts/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+user.AccessToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	ok := resp.StatusCode == http.StatusOK && resp.Header.Get("X-Region") == region.Name
	if !ok || !bytes.Contains(body, []byte(user.Subject)) {
		t.Errorf("got %s %v %s, want the account %s from %s", resp.Status, resp.Header, body, user.Subject, region.Name)
	}
}

// waitForEnd waits until no process is left in the group of the command, and the
// description is removed.
func waitForEnd(t *testing.T, root string, group int, out *lines) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		ended := errors.Is(syscall.Kill(-group, 0), syscall.ESRCH)
		_, err := running.Read(root)
		if ended && errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("10 s after SIGTERM: all processes ended: %v; %s: %v\n%s", ended, running.File, err, out.tail(20))
		}
	}
}

// processesBelow returns the processes whose executable is below dir, a line for each.
func processesBelow(t *testing.T, dir string) string {
	t.Helper()
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	var list []string
	for _, link := range links {
		if exe, err := os.Readlink(link); err == nil && strings.HasPrefix(exe, dir) {
			list = append(list, link+" "+exe)
		}
	}
	return strings.Join(list, "\n")
}
