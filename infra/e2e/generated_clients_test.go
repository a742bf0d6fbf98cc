package e2e

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/meridian-api/meridian/contract/command"
)

// clientsVariable is the environment variable with the folder of the generated clients.
const clientsVariable = "CLIENTS_DIR"

// TestGeneratedClients runs programs that use the clients of 'go tool mage contract:client'.
func TestGeneratedClients(t *testing.T) {
	clients := os.Getenv(clientsVariable)
	if clients == "" {
		t.Skipf("%s is not set: run 'go tool mage contract:client', and set it to the path of dist/clients", clientsVariable)
	}
	for name, commands := range map[string]func(t *testing.T, dir string) []command.Command{
		"go": func(t *testing.T, dir string) []command.Command {
			module := filepath.Join(clients, "go")
			program(t, filepath.Join(dir, "cmd", "main.go"), filepath.Join("testdata", "clients", "main.go"))
			for _, name := range []string{"client.go", "go.mod", "go.sum"} {
				program(t, filepath.Join(dir, name), filepath.Join(module, name))
			}
			return []command.Command{command.Go(dir, "run", "./cmd")}
		},
		"go of a context": func(t *testing.T, dir string) []command.Command {
			main := filepath.Join(dir, "cmd", "main.go")
			program(t, main, filepath.Join("testdata", "clients", "main.go"))
			data, err := os.ReadFile(main)
			if err != nil {
				t.Fatal(err)
			}
			data = bytes.Replace(data, []byte(`"client"`), []byte(`"`+accounts+`/client"`), 1)
			if err := os.WriteFile(main, data, 0o644); err != nil {
				t.Fatal(err)
			}
			program(t, filepath.Join(dir, "go.sum"), filepath.Join("..", "..", "accounts", "go.sum"))
			requireAccounts(t, filepath.Join(dir, "go.mod"))
			return []command.Command{command.Go(dir, "run", "-mod=mod", "./cmd")}
		},
		"typescript": func(t *testing.T, dir string) []command.Command {
			client, err := filepath.Abs(filepath.Join(clients, "typescript"))
			if err != nil {
				t.Fatal(err)
			}
			program(t, filepath.Join(dir, "main.ts"), filepath.Join("testdata", "clients", "main.ts"))
			program(t, filepath.Join(dir, "package.json"), filepath.Join(client, "package.json")) // its type is module
			if err := os.Mkdir(filepath.Join(dir, "node_modules"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(client, filepath.Join(dir, "node_modules", "client")); err != nil {
				t.Fatal(err)
			}
			tsc := []string{
				filepath.Join(client, "node_modules", "typescript", "bin", "tsc"), "--strict", "--module", "nodenext",
				"--target", "es2022", "--skipLibCheck", "main.ts",
			}
			return []command.Command{
				{Name: "node", Args: tsc, Dir: dir}, {Name: "node", Args: []string{"main.js"}, Dir: dir},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cloud := startCloud(t)
			env := []string{"BASE_URL=" + cloud.URL(), "GOWORK=off"}
			for _, user := range []string{"ada", "bob", "root"} {
				access, _, err := cloud.Token(user)
				if err != nil {
					t.Fatal(err)
				}
				env = append(env, user+"="+access)
			}
			var output bytes.Buffer
			for _, c := range commands(t, t.TempDir()) {
				c.Env, c.Stdout, c.Stderr = env, &output, &output
				if err := c.Run(t.Context()); err != nil {
					t.Fatalf("%v\n%s", err, output.Bytes())
				}
			}
			if got := output.String(); got != "ok\n" {
				t.Errorf("the program printed %q, want ok", got)
			}
		})
	}
}

// accounts is the module of the context accounts.
const accounts = "github.com/meridian-api/meridian/accounts"

// requireAccounts writes the go.mod of a module that requires the context accounts, which
// is in the working tree.
func requireAccounts(t *testing.T, file string) {
	t.Helper()
	mod := "module program\n\ngo 1.26.0\n\nrequire " + accounts + " v0.0.0\n"
	for _, name := range []string{"accounts", "contract", "platform"} {
		dir, err := filepath.Abs(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		mod += "\nreplace " + path.Dir(accounts) + "/" + name + " v0.0.0 => " + dir + "\n"
	}
	if err := os.WriteFile(file, []byte(mod), 0o644); err != nil {
		t.Fatal(err)
	}
}

// program copies a file of a program to a new path.
func program(t *testing.T, to, from string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
