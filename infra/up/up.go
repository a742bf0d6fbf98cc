// Package up implements `go tool mage up`: it builds the system and runs it in the
// embedded cloud, and swaps what has changed when source is saved.
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

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/local/console"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/pins"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/up/running"
	"github.com/meridian-api/meridian/infra/up/shell"
	"github.com/meridian-api/meridian/platform/system"
)

// Run generates the contexts' files, builds the documents and the functions, starts
// the embedded cloud, fills it with demo data and prints its addresses. It serves, and
// reloads what is saved, until ctx is done, the process receives a signal to end, or its
// parent has ended: then it returns nil, whatever it was doing. It reads local.Settings
// through getenv. ENV names an environment whose pinned contexts run as their releases
// are; without it, everything comes from the working tree.
func Run(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := endWithParent(ctx)
	defer cancel()

	settings, err := local.ReadSettings(getenv)
	if err != nil {
		return err
	}
	ws, err := workspace.Find(dir)
	if err == nil {
		err = ws.CheckUsed()
	}
	if err != nil {
		return err
	}
	names, err := workspace.ReadSystem(ws.Root)
	if err != nil {
		return err
	}
	system.Set(names.System)
	var versions map[string]string
	if name := getenv(provision.EnvironmentVariable); name != "" {
		environment, err := provision.ReadEnvironment(ws.Root, name)
		if err != nil {
			return err
		}
		versions = environment.Modules
	}
	err = serve(ctx, ws, settings, versions, newTerminal(out))
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil // the end that the user asked for
	}
	return err
}

// serve runs the cloud until ctx is done, with contexts at versions, by name. Its error then wraps ctx.Err(), unless
// something else has failed.
func serve(ctx context.Context, ws workspace.Workspace, settings local.Settings, versions map[string]string, term *terminal) (err error) {
	defer func() {
		if ctx.Err() != nil {
			term.printf("stopped\n")
		}
	}()
	// A second cloud in the clone is refused before it asks for the first one's port, or
	// touches its files.
	lock, err := running.NewLock(ws.Root)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	edge, err := local.Listen(settings.Port)
	if err != nil {
		return err
	}
	defer edge.Close()
	if err := lock.SetEdge("http://" + edge.Addr().String()); err != nil {
		return err
	}
	if len(versions) > 0 {
		if err := term.step("pins", func() (string, error) {
			ws, err = pins.Apply(ctx, ws, versions)
			return pins.List(versions), err
		}); err != nil {
			return err
		}
	}
	s := &session{ws: ws, term: term, builder: build.NewIncremental(ws, build.Options{
		Debug: settings.Debug, Progress: term.compiling(),
	})}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	s.started = s.release.Services
	if s.data, err = openKept(ws.Root, settings); err != nil {
		return err
	}
	limits, err := limitsOf(ws.Root, settings.Limits)
	if err != nil {
		return err
	}
	s.recorder = control.NewRecorder()
	s.recorder.Ended = term.request
	logs, err := openLogs(filepath.Join(ws.Root, workspace.Dist, shell.LogsFolder), s.recorder)
	if err != nil {
		return err
	}
	defer logs.close()
	s.recorder.Printed = func(line control.Line) {
		logs.function(line)
		term.functionLine(line)
	}
	cfg := local.Config{
		Settings: settings, Limits: limits, Edge: edge, Release: s.release,
		Data: s.data.folder, Log: logs.events, FunctionLog: func(_, _, _, _ string) {}, Trace: logs.trace, Recorder: s.recorder,
		Breach:         func(region string, b breach.Breach) { term.printf("contract  %s: %s\n", region, b) },
		ChecksDeferred: true, // with many contexts the first check takes longer than everything else
		Prepare:        func(binary string) error { return s.build(ctx, binary) },
		DebugStarted: func(region, function string, pid int) {
			term.printf("debug     %s in %s: dlv attach %d\n", function, region, pid)
		},
	}
	if settings.Unrecorded {
		cfg.Recorder = nil
		cfg.FunctionLog = func(region, function, instance, text string) {
			logs.function(control.Line{Time: time.Now(), Region: region, Function: function, Instance: instance, Text: text})
		}
	}
	if err := term.step("boot", func() (string, error) {
		s.cloud, err = local.Start(ctx, cfg)
		return fmt.Sprint(settings.Regions), s.data.explain(err)
	}); err != nil {
		return err
	}
	defer func() {
		term.show("stopping")
		err = errors.Join(err, s.cloud.Close())
	}()
	if err := s.served(); err != nil {
		return err
	}
	return s.serve(ctx)
}

// serve fills the cloud with demo data, prints its addresses and reloads what is saved.
func (s *session) serve(ctx context.Context) error {
	if err := s.term.step("seed", func() (string, error) { return s.data.seed(ctx, s.ws, s.cloud) }); err != nil {
		return err
	}
	if err := s.cloud.Warm(ctx); err != nil {
		return err
	}
	s.mountDocs(ctx)
	s.cloud.Mount(local.ConsolePath, console.Handler(local.ConsolePath, system.Current().Title))
	s.cloud.Mount(control.Path, control.NewServer(controlled{s.cloud, s.ws.Root}, s.recorder))
	description, err := Describe(s.cloud)
	if err != nil {
		return err
	}
	remove, err := running.Write(s.ws.Root, description)
	if err != nil {
		return err
	}
	defer remove()
	s.term.printf("%s", addresses(system.Current().Title, firstPath(s.release.Services), description, s.data))
	go s.cloud.StartChecks(ctx)
	if err := s.reloadWhenSaved(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

// limitsOf returns the limits of an environment, which has settings in
// infra/environments. Without a name there are no limits.
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
