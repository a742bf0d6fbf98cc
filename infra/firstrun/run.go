package firstrun

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/up/running"
)

// Example is the module path of a project, as in the README.
const Example = "github.com/acme/shop"

// Run makes the project of a module path with the two commands of the README, from nothing: the module cache,
// the build cache and mage's cache are empty, other modules come from the user's proxy, and
// no file of this checkout is read. It sends the request that the terminal shows, adds a
// context and an operation, runs the project's tests and checks, releases the first context,
// rehearses a deployment where Terraform is installed, plans one with the ejected Terraform,
// installs the commands that need no project, and prints the seconds and CPU of each step.
func Run(ctx context.Context, dir, project string, out io.Writer) (err error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "first-run-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	proxy := filepath.Join(temp, "proxy")
	if err := WriteProxy(ctx, ws.Root, proxy); err != nil {
		return err
	}
	r := &run{ctx: ctx, out: out, dir: temp}
	if r.env, err = environment(ctx, temp, proxy); err != nil {
		return err
	}
	if err := r.step("go run .../infra/cmd/meridian@latest new "+project, "go", "run", workspace.Meridian+"/infra/cmd/meridian@latest", "new", project); err != nil {
		return err
	}
	r.dir = filepath.Join(temp, filepath.Base(project))
	if err := r.up("from nothing"); err != nil {
		return err
	}
	if err := r.up("a second time"); err != nil {
		return err
	}
	if err := r.mage("new:context carts", "new:operation orders cancelOrder", "test", "check"); err != nil {
		return err
	}
	if err := r.commit("Add carts"); err != nil {
		return err
	}
	if err := r.mage("release:module orders"); err != nil {
		return err
	}
	if err := r.deploy(); err != nil {
		return err
	}
	r.dir = temp
	return r.useParts()
}

// mage runs targets of the project.
func (r *run) mage(targets ...string) error {
	for _, target := range targets {
		args := append([]string{"tool", "mage"}, strings.Fields(target)...)
		if err := r.step("go tool mage "+target, "go", args...); err != nil {
			return err
		}
	}
	return nil
}

// commit commits every file of the project: a release is made from a commit.
func (r *run) commit(subject string) error {
	if err := r.command("git", "add", "--all").Run(r.ctx); err != nil {
		return err
	}
	return r.command("git", "-c", "commit.gpgsign=false", "commit", "-q", "-m", subject).Run(r.ctx)
}

// environment returns the variables of a machine that has nothing but Go.
func environment(ctx context.Context, temp, proxy string) ([]string, error) {
	out, err := command.Go(temp, "env", "GOPROXY").Output(ctx)
	if err != nil {
		return nil, err
	}
	return []string{
		"GOPROXY=" + modproxy.FileURL(proxy) + "," + strings.TrimSpace(string(out)), "GONOPROXY=none", "GOVCS=*:off", "GOWORK=",
		"GONOSUMDB=" + workspace.Meridian + "/*", "GOFLAGS=-modcacherw",
		"GOMODCACHE=" + filepath.Join(temp, "modules"), "GOCACHE=" + filepath.Join(temp, "builds"),
		"MAGEFILE_CACHE=" + filepath.Join(temp, "mage"), "PORT=0",
		"GIT_AUTHOR_NAME=first run", "GIT_AUTHOR_EMAIL=first@run.example",
		"GIT_COMMITTER_NAME=first run", "GIT_COMMITTER_EMAIL=first@run.example",
	}, nil
}

// run is a first run.
type run struct {
	ctx context.Context
	out io.Writer
	dir string
	env []string
}

func (r *run) command(name string, args ...string) command.Command {
	return command.Command{Name: name, Args: args, Dir: r.dir, Env: r.env, Group: true}
}

// step runs a command to its end.
func (r *run) step(label, name string, args ...string) error {
	start, before := time.Now(), childrenCPU()
	output, err := r.command(name, args...).Output(r.ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", label, err)
	}
	r.print(label, time.Since(start), childrenCPU()-before)
	if match := sizeLine.FindSubmatch(output); match != nil {
		fmt.Fprintf(r.out, "    %s\n", match[1])
	}
	return nil
}

// sizeLine is what 'meridian new' prints about the project's size.
var sizeLine = regexp.MustCompile(`(\d+ files, \d+ lines)`)

func (r *run) print(label string, took, cpu time.Duration) {
	fmt.Fprintf(r.out, "%-72s %6.1f s %6.1f s CPU\n", label, took.Seconds(), cpu.Seconds())
}

// up runs the system until it has responded to the request that the terminal shows.
func (r *run) up(when string) error {
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	start, before := time.Now(), childrenCPU()
	ended := make(chan error, 1)
	var output bytes.Buffer
	go func() {
		c := r.command("go", "tool", "mage", "up")
		c.Stdout, c.Stderr = &output, &output
		ended <- c.Run(ctx)
	}()
	var cloud running.Cloud
	for {
		var err error
		if cloud, err = running.Read(r.dir); err == nil {
			break
		}
		select {
		case err := <-ended:
			return fmt.Errorf("go tool mage up: %w\n%s", err, &output)
		case <-time.After(100 * time.Millisecond):
		}
	}
	status, err := r.get(cloud)
	took := time.Since(start)
	if err == nil {
		err = r.checkServedNames(cloud.Edge)
	}
	stop()
	<-ended // with the error of ctx
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return fmt.Errorf("go tool mage up: the first request has the status %d, want 200\n%s", status, &output)
	}
	r.print("go tool mage up, to the first response, "+when, took, childrenCPU()-before)
	return nil
}

// get sends the request of a new project's first context as the first user.
func (r *run) get(cloud running.Cloud) (int, error) {
	request, err := http.NewRequestWithContext(r.ctx, http.MethodGet, cloud.Edge+"/orders", nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+cloud.Users[0].AccessToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// deploy deploys without an account.
func (r *run) deploy() error {
	if _, err := exec.LookPath("terraform"); err != nil {
		fmt.Fprintln(r.out, "no Terraform: no deployment was rehearsed")
		return nil
	}
	r.env = append(r.env, "REHEARSE=1", "ENV=dev")
	if err := r.mage("deploy:all -create", "deploy:status"); err != nil {
		return err
	}
	if err := r.checkNames(); err != nil {
		return err
	}
	if err := r.step("go tool meridian eject", "go", "tool", "meridian", "eject"); err != nil {
		return err
	}
	return r.mage("deploy:plan")
}
