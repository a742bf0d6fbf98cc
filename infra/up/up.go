// Package up implements `go tool mage up`: it builds the system as a deployment does,
// and runs it in the embedded cloud.
package up

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/portal"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/docs"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/pins"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/up/running"
)

// Run generates the contexts' files, builds the documents and the functions, starts
// the embedded cloud, fills it with demo data and prints its addresses. It serves
// until ctx is done, the process receives a signal to end, or its parent has ended.
// It reads local.Settings through getenv. ENV names an environment whose pinned contexts
// run as their releases are; without it, everything comes from the working tree.
func Run(ctx context.Context, dir string, getenv func(string) string, out io.Writer) (err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := endWithParent(ctx)
	defer cancel()

	settings, err := local.ReadSettings(getenv)
	if err != nil {
		return err
	}
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	var versions map[string]string
	if name := getenv(provision.EnvironmentVariable); name != "" {
		environment, err := provision.ReadEnvironment(ws.Root, name)
		if err != nil {
			return err
		}
		versions = environment.Modules
	}
	edge, err := local.Listen(settings.Port)
	if err != nil {
		return err
	}
	defer edge.Close()
	p := &progress{out: out}
	if len(versions) > 0 {
		if err := p.step("pins", func() (string, error) {
			ws, err = pins.Apply(ctx, ws, versions)
			return pins.List(versions), err
		}); err != nil {
			return unlessEnded(ctx, err)
		}
	}
	cfg, err := prepare(ctx, ws, p)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	cfg.Settings, cfg.Edge = settings, edge
	if cfg.Limits, err = limitsOf(ws.Root, settings.Limits); err != nil {
		return err
	}
	logs, err := openLogs(filepath.Join(ws.Root, workspace.Dist, logsFolder))
	if err != nil {
		return err
	}
	defer logs.close()
	cfg.Log, cfg.FunctionLog, cfg.Trace = logs.events, logs.function, logs.trace

	var cloud *local.Cloud
	if err := p.step("boot", func() (string, error) {
		cloud, err = local.Start(ctx, cfg)
		return fmt.Sprint(settings.Regions), err
	}); err != nil {
		return unlessEnded(ctx, err)
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	if err := p.step("seed", func() (string, error) { return seed(ctx, ws, cloud) }); err != nil {
		return unlessEnded(ctx, err)
	}
	if err := mountDocs(ctx, ws, cloud); err != nil {
		return err
	}
	description, err := describe(cloud)
	if err != nil {
		return err
	}
	remove, err := running.Write(ws.Root, description)
	if err != nil {
		return err
	}
	defer remove()
	printAddresses(out, description)
	<-ctx.Done()
	fmt.Fprintln(out, "stopping")
	return nil
}

// docsPath is the portal's path on the edge's address.
const docsPath = "/docs"

// mountDocs serves the portal beside the API. Visitors can send requests as the demo
// users.
func mountDocs(ctx context.Context, ws workspace.Workspace, cloud *local.Cloud) error {
	cfg, err := docs.ConfigOf(ctx, ws)
	if err != nil {
		return err
	}
	cfg.BasePath = docsPath
	cfg.Users = func() ([]portal.User, error) {
		var list []portal.User
		for _, u := range cloud.Users() {
			access, _, err := cloud.Token(u.Name)
			if err != nil {
				return nil, err
			}
			list = append(list, portal.User{Name: u.Name, AccessToken: access})
		}
		return list, nil
	}
	handler, err := portal.New(cfg)
	if err != nil {
		return err
	}
	cloud.Mount(docsPath, handler)
	return nil
}

// limitsOf returns the limits of an environment, which has settings in
// infra/environments; no name is none.
func limitsOf(root, name string) (local.Limits, error) {
	if name == "" {
		return local.Limits{}, nil
	}
	path, data, own, err := provision.ReadSettings(root, name)
	if err == nil && !own {
		err = fmt.Errorf("%s does not exist: use the name of a file in this folder without .json",
			filepath.Join(provision.Environments, name+".json"))
	}
	if err != nil {
		return local.Limits{}, fmt.Errorf("LIMITS: %w", err)
	}
	if relative, err := filepath.Rel(root, path); err == nil {
		path = relative
	}
	return local.ParseLimits(path, data)
}

// unlessEnded returns err, or nil if ctx is done: then err is only a consequence of
// the end that the user asked for.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// prepare builds what the cloud serves: the deployable document and the functions.
func prepare(ctx context.Context, ws workspace.Workspace, p *progress) (local.Config, error) {
	var cfg local.Config
	err := p.step("generate", func() (string, error) {
		return "openapi.json and service.json of every context", build.Generate(ctx, ws, false)
	})
	if err != nil {
		return cfg, err
	}
	if err := p.step("contract", func() (string, error) {
		built, err := pipeline.BuildWorkspace(ws)
		if err != nil {
			return "", err
		}
		cfg.Document, cfg.Services = built.Deployable.Document, built.Services
		return "dist/openapi.json, dist/deployable.json", nil
	}); err != nil {
		return cfg, err
	}
	return cfg, p.step("build", func() (string, error) {
		cfg.Binaries, err = build.Functions(ctx, ws, build.Host)
		n := 0
		for _, b := range cfg.Binaries {
			n += len(b)
		}
		return fmt.Sprintf("%d Lambdas", n), err
	})
}

// endWithParent returns a context that is done when the process that started this one
// has ended. A SIGTERM to `go tool mage` ends mage, which does not pass the signal on
// to its compiled targets.
func endWithParent(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for os.Getppid() == parent {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		cancel()
	}()
	return ctx, cancel
}
