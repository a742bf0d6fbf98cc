//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/up/running"
)

// testSecondUp starts the command again in the clone of a running cloud.
func testSecondUp(t *testing.T, root string, cloud running.Cloud) {
	second, out := mageUp(t, root, "PORT=0")
	if err := second.Wait(); err == nil {
		t.Error("the second one has exit status 0")
	}
	for _, want := range []string{"the cloud of this clone runs already at " + cloud.Edge, "(pid "} {
		if text := out.tail(10); !strings.Contains(text, want) {
			t.Errorf("the output lacks %q:\n%s", want, text)
		}
	}
	if still, err := running.Read(root); err != nil || still.Edge != cloud.Edge {
		t.Errorf("the description of the first one: %s, error %v", still.Edge, err)
	}
	if info, err := os.Stat(filepath.Join(root, "dist", "logs", "cloud.log")); err != nil || info.Size() == 0 {
		t.Errorf("the log of the first one is gone or empty: %v", err)
	}
}

// testReload edits source while the cloud runs, and calls what it has edited.
func testReload(t *testing.T, root string, cloud running.Cloud, out *lines) {
	handler := filepath.Join(root, "accounts", "lambda", "get-my-account", "main.go")
	const ok = "return api.GetOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil"
	mine := func() string { return body(t, cloud, cloud.Users[0], "/accounts/me") }
	before := mine()
	t.Run("a handler", func(t *testing.T) {
		edit(t, handler, ok, `a.Email = "edited@example.com"; `+ok)
		waitForBody(t, out, mine, "edited@example.com")
	})
	t.Run("a build that fails keeps the code", func(t *testing.T) {
		edit(t, handler, "a.Email = ", "a.Mail = ")
		waitForBody(t, out, func() string { return out.tail(10) }, "lambda/get-my-account/main.go:27:4: a.Mail undefined")
		if got := mine(); !strings.Contains(got, "edited@example.com") {
			t.Errorf("the response after the failed build: %s", got)
		}
		edit(t, handler, `a.Mail = "edited@example.com"; `, "")
		waitForBody(t, out, mine, before)
	})
	t.Run("a store, and the data stays", func(t *testing.T) {
		const open = "func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {"
		const constant = "\n\tif id != \"\" { return accounts.Account{ID: id, Email: \"store@example.com\"}, nil }\n"
		store := filepath.Join(root, "accounts", "store", "store.go")
		edit(t, store, open, open+constant)
		waitForBody(t, out, mine, "store@example.com")
		edit(t, store, constant, "")
		waitForBody(t, out, mine, before)
	})
	t.Run("an operation changes the document", func(t *testing.T) {
		reference := func() string { return body(t, cloud, cloud.Users[0], "/docs/openapi.json") }
		if got := reference(); !strings.Contains(got, "getMyAccount") {
			t.Fatalf("the portal's document: %s", got)
		}
		edit(t, filepath.Join(root, "accounts", "api", "get.go"), `Path: "/accounts/me"`, `Path: "/accounts/myself"`)
		waitForBody(t, out, func() string { return body(t, cloud, cloud.Users[0], "/accounts/myself") }, before)
		waitForBody(t, out, reference, "/accounts/myself")
	})
}

// edit replaces a text that a file contains once.
func edit(t *testing.T, name, from, to string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(data, []byte(from)); n != 1 {
		t.Fatalf("%s contains %q %d times, want once", name, from, n)
	}
	if err := os.WriteFile(name, bytes.Replace(data, []byte(from), []byte(to), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

// body returns the body of a response of the edge, with its status if that is not 200.
func body(t *testing.T, cloud running.Cloud, user running.User, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.Edge+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+user.AccessToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Sprint(resp.Status, " ", string(data))
	}
	return string(data)
}

// waitForBody waits until a text contains another one.
func waitForBody(t *testing.T, out *lines, text func() string, want string) {
	t.Helper()
	var got string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = text(); strings.Contains(got, want) {
			return
		}
	}
	t.Fatalf("after a minute: %s\nwant %q; the output of the command:\n%s", got, want, out.tail(20))
}

// testInterrupt presses Ctrl-C when the command has printed a text: the terminal sends an
// interrupt to all processes of the group.
func testInterrupt(t *testing.T, root, after string) {
	cmd, out := mageUp(t, root, "PORT=0")
	waitForBody(t, out, func() string { return out.tail(50) }, after)
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	if text := out.tail(50); err != nil || strings.Contains(text, "Error") || !strings.Contains(text, "stopped") {
		t.Errorf("%v, want exit status 0, no error, and \"stopped\" in\n%s", err, text)
	}
}
