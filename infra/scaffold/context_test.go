package scaffold

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/firstrun"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

// newWorkspace returns a copy of this repository without its contexts. Of module infra it
// has what the go command reads: the built program stands for its embedded DynamoDB.
func newWorkspace(t *testing.T) string {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, module := range []string{"platform", "contract"} {
		if err := os.CopyFS(filepath.Join(root, module), os.DirFS(filepath.Join(ws.Root, module))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"infra/go.mod", "infra/go.sum", "LICENSE"} {
		data, err := os.ReadFile(filepath.Join(ws.Root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := writeFile(filepath.Join(root, name), data); err != nil {
			t.Fatal(err)
		}
	}
	work, err := os.ReadFile(filepath.Join(ws.Root, "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	names := []byte(`{"name": "shop", "title": "Shop"}`)
	if err := writeFile(filepath.Join(root, filepath.FromSlash(workspace.SystemFile)), names); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\t./accounts\n", "", "\t./profiles\n", "").Replace(string(work))
	if err := writeFile(filepath.Join(root, "go.work"), []byte(text)); err != nil {
		t.Fatal(err)
	}
	return root
}

// goCommand runs the go command in a folder.
func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// TestANewContextWorks writes a context and one more operation, and runs the context's
// tests, in which its functions' declarations, store and documents meet.
func TestANewContextWorks(t *testing.T) {
	program := filepath.Join(t.TempDir(), "dynamodb")
	goCommand(t, ".", "build", "-o", program, "../cmd/dynamodb")
	t.Setenv(dynamodbtest.EmbeddedVariable, program)
	root := newWorkspace(t)
	if err := Context(t.Context(), root, "orders", nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	path := "/orders/{orderId}/cancellation"
	if err := Operation(t.Context(), root, "orders", "cancelOrder", Target{Path: &path}, io.Discard); err != nil {
		t.Fatal(err)
	}
	goCommand(t, root, "vet", "./orders/...")
	goCommand(t, root, "test", "-count=1", "./orders/...")
	for _, name := range []string{"get-order", "put-order", "list-orders", "check-orders", "cancel-order"} {
		spec, err := os.ReadFile(filepath.Join(root, "orders", "service.json"))
		if err != nil || !strings.Contains(string(spec), `"lambda/`+name+`"`) {
			t.Errorf("service.json has no function %s: %v", name, err)
		}
	}
	// The smoke test sends the machine client's token, which has only such scopes.
	spec, err := os.ReadFile(filepath.Join(root, "orders", "openapi.json"))
	if err != nil || !strings.Contains(string(spec), `"orders/admin"`) {
		t.Errorf("openapi.json has no scope of the machine client: %v", err)
	}

	t.Run("no name of another system", func(t *testing.T) {
		if err := pipeline.WriteDocuments(root, false, io.Discard); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"orders", workspace.Dist} {
			found, err := firstrun.MeridianNames(filepath.Join(root, dir))
			if err != nil || found != nil {
				t.Errorf("%s has Meridian's name: %v\n%s", dir, err, strings.Join(found, "\n"))
			}
		}
	})

	t.Run("a second time", func(t *testing.T) {
		before := filesOf(t, root)
		for _, refused := range []struct {
			what string
			err  error
			want string
		}{
			{"the context", Context(t.Context(), root, "orders", nil, io.Discard), "the folder orders exists"},
			{
				"the operation", Operation(t.Context(), root, "orders", "cancelOrder", Target{}, io.Discard),
				"lambda/cancel-order exists",
			},
			{
				"another context's operation", Operation(t.Context(), root, "carts", "emptyCart", Target{}, io.Discard),
				`no context "carts" in go.work`,
			},
		} {
			if refused.err == nil || !strings.Contains(refused.err.Error(), refused.want) {
				t.Errorf("%s: got the error %v, want one with %q", refused.what, refused.err, refused.want)
			}
		}
		if diff := cmp.Diff(before, filesOf(t, root)); diff != "" {
			t.Errorf("files (-before +after):\n%s", diff)
		}
	})

	t.Run("that fails", func(t *testing.T) {
		before := filesOf(t, root)
		work := filepath.Join(root, "go.work")
		text, err := os.ReadFile(work)
		if err != nil {
			t.Fatal(err)
		}
		// The generator of the new context cannot be compiled.
		broken := filepath.Join(root, "platform", "rest", "broken.go")
		if err := writeFile(broken, []byte("package rest\n\nvar x int = \"\"\n")); err != nil {
			t.Fatal(err)
		}
		if err := Context(t.Context(), root, "carts", nil, io.Discard); err == nil {
			t.Error("a context that does not compile was written")
		}
		if err := os.Remove(broken); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, filesOf(t, root)); diff != "" {
			t.Errorf("files (-before +after):\n%s", diff)
		}
		after, err := os.ReadFile(work)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), string(after)); diff != "" {
			t.Errorf("go.work (-before +after):\n%s", diff)
		}
	})
}
