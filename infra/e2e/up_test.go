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

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/up/running"
)

// copyTree copies what git knows of the repository, with changes not yet
// committed: the command is tested as a user with a fresh clone would run it.
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
			continue // removed, not yet committed
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

// mageUp starts `go tool mage up` in root with the settings.
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

func TestUpCommand(t *testing.T) {
	root := copyTree(t)
	cmd, out := mageUp(t, root, "PORT=0", "REGIONS=ca-central-1,us-west-2", "REPLICATION_LAG=10ms")
	var cloud running.Cloud
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var err error
		if cloud, err = running.Read(root); err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("not up after 3 minutes:\n%s", out.tail(50))
		}
	}
	if len(cloud.Regions) != 2 || cloud.Regions[0].Name != "ca-central-1" || len(cloud.Users) != 3 || cloud.Users[0].Name != "ada" {
		t.Errorf("dist/local.json: %+v", cloud)
	}
	for _, region := range cloud.Regions {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, region.URL+"/accounts/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+cloud.Users[0].AccessToken)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(cloud.Users[0].Subject)) || resp.Header.Get("X-Region") != region.Name {
			t.Errorf("the seeded account in %s: %s %s", region.Name, resp.Status, body)
		}
	}
	if text := out.tail(30); !strings.Contains(text, "curl -i") || !strings.Contains(text, cloud.Edge) {
		t.Errorf("printed:\n%s", text)
	}
	t.Run("docs", func(t *testing.T) { tryDocs(t, cloud.Edge) })

	// A SIGTERM to the command that the user started ends all that it started.
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // killed by a signal: the error says so
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		// No process is left in the group of the command, and none serves.
		gone := errors.Is(syscall.Kill(-cmd.Process.Pid, 0), syscall.ESRCH)
		_, err := os.Stat(filepath.Join(root, running.File))
		if gone && errors.Is(err, os.ErrNotExist) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("10 s after SIGTERM: group gone: %v, dist/local.json: %v\n%s", gone, err, out.tail(20))
		}
	}
	for _, region := range cloud.Regions {
		if resp, err := http.Get(region.URL + "/accounts/health"); err == nil {
			resp.Body.Close()
			t.Errorf("%s still answers %s", region.Name, resp.Status)
		}
	}
	if left := processesBelow(t, filepath.Join(root, "dist", "functions")); left != "" {
		t.Errorf("functions left running:\n%s", left)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for setting, want := range map[string]string{
		"PORT=" + port:        "Error: PORT: port " + port + " is in use",
		"REGIONS=us-north-1":  `Error: REGIONS: unknown Region "us-north-1"`,
		"REPLICATION_LAG=200": `Error: REPLICATION_LAG: "200" is not a duration`,
	} {
		cmd, out := mageUp(t, root, setting)
		err := cmd.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(out.tail(10), want) {
			t.Errorf("%s: %v\n%s", setting, err, out.tail(10))
		}
	}
}

// processesBelow lists the processes whose executable is below dir.
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
