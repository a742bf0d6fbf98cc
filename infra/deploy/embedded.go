package deploy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/edge"
	"github.com/meridian-api/meridian/infra/local/issuer"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
	"github.com/meridian-api/meridian/platform/rest"
)

// machineUser is the user of the embedded cloud that stands for the machine client.
const machineUser = "machine"

// embedded is the embedded cloud of a rehearsal. It gets the functions and documents
// of each stack that Terraform has applied on the stand-in, so a roll-out's checks
// have an API to ask. Its methods do nothing if it is nil, as in a real deployment.
//
// Packages are for Lambda's processor. The binaries for this machine are kept in a
// folder by the hash of the package that was built from the same source, so a way
// back finds them, and a package that changes restarts its function.
type embedded struct {
	dir      string // of the log
	binaries string

	cloud *local.Cloud // nil before start
	log   *os.File
}

// build builds a release's functions for this machine, and removes the binaries of
// releases that are not stored any longer.
func (e *embedded) build(ctx context.Context, ws workspace.Workspace, s *release.Store, r *release.Release) error {
	if e == nil {
		return nil
	}
	built, err := build.Functions(ctx, ws, build.Host)
	if err != nil {
		return err
	}
	for context, functions := range built {
		for name, path := range functions {
			if err := e.keep(path, r.Functions[context][name], name); err != nil {
				return err
			}
		}
	}
	return e.prune(ctx, s)
}

// binary returns the path of the binary that belongs to a package.
func (e *embedded) binary(f release.File, name string) string {
	return filepath.Join(e.binaries, f.SHA256, name)
}

// has reports whether the binaries of a release's contexts are there.
func (e *embedded) has(r *release.Release) bool {
	if e == nil {
		return true
	}
	for context, functions := range r.Functions {
		if _, isContext := r.Manifests[context]; !isContext {
			continue
		}
		for name, file := range functions {
			if !exists(e.binary(file, name)) {
				return false
			}
		}
	}
	return true
}

// keep copies a binary to the path that belongs to a package, unless it is there.
func (e *embedded) keep(binary string, f release.File, name string) error {
	path := e.binary(f, name)
	if exists(path) {
		return nil
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	return e.write(path, data)
}

// write writes a binary that is complete as soon as it is there.
func (e *embedded) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o755); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func (e *embedded) prune(ctx context.Context, s *release.Store) error {
	kept := map[string]bool{}
	stored, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, old := range stored {
		r, err := s.Release(ctx, old.ID)
		if err != nil {
			return err
		}
		for _, f := range r.Files() {
			kept[f.SHA256] = true
		}
	}
	folders, err := os.ReadDir(e.binaries)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if !kept[folder.Name()] {
			if err := os.RemoveAll(filepath.Join(e.binaries, folder.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// start starts the cloud with what each Region runs. A Region that runs nothing yet
// starts with the release that is rolled out. The cloud has the tables, secrets and
// scopes of all stored releases, as a deployment's data serves more than one release.
func (e *embedded) start(ctx context.Context, o *rollout) error {
	if e == nil || e.cloud != nil {
		return nil
	}
	data, err := o.everyManifest(ctx)
	if err != nil {
		return err
	}
	regions := slices.Concat(o.environment.Regions, o.leaving)
	houses := map[string]*house{}
	for _, region := range regions {
		if houses[region] = o.running(region); houses[region] == nil {
			houses[region] = o.houseOf(region)
		}
	}
	first, err := e.releaseOf(ctx, o.store, houses[regions[0]])
	if err != nil {
		return err
	}
	cfg := local.Config{Release: first}
	cfg.Services = withData(first.Services, data)
	if err := e.open(ctx, cfg, regions); err != nil {
		return err
	}
	for _, region := range regions[1:] {
		to, err := e.releaseOf(ctx, o.store, houses[region])
		if err != nil {
			return err
		}
		if err := e.cloud.Deploy(region, to); err != nil {
			return err
		}
	}
	return e.drain(regions, o.drained())
}

// everyManifest returns the manifests of all stored releases, the oldest first.
func (s *session) everyManifest(ctx context.Context) ([]*manifest.Service, error) {
	stored, err := s.store.List(ctx)
	if err != nil {
		return nil, err
	}
	var all []*manifest.Service
	for _, old := range slices.Backward(stored) {
		r, err := s.store.Release(ctx, old.ID)
		if err != nil {
			return nil, err
		}
		h, err := newHouse(ctx, s.store, r, s.settings, s.system)
		if err != nil {
			return nil, err
		}
		for _, name := range union(h.services, nil) {
			all = append(all, h.services[name])
		}
	}
	return all, nil
}

// withData returns services with the tables, secrets and scopes of manifests. Later
// manifests decide.
func withData(services, manifests []*manifest.Service) []*manifest.Service {
	byName := map[string]*manifest.Service{}
	for _, s := range services {
		byName[s.Name] = s
	}
	for _, m := range manifests {
		s := byName[m.Name]
		if s == nil {
			s = &manifest.Service{Name: m.Name}
		}
		data := *s
		data.Tables = merged(m.Tables, s.Tables)
		data.Secrets = merged(m.Secrets, s.Secrets)
		data.Scopes = merged(m.Scopes, s.Scopes)
		byName[m.Name] = &data
	}
	var all []*manifest.Service
	for _, name := range union(byName, nil) {
		all = append(all, byName[name])
	}
	return all
}

func (e *embedded) open(ctx context.Context, cfg local.Config, regions []string) error {
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(e.dir, "cloud.log"))
	if err != nil {
		return err
	}
	e.log = log
	cfg.Log = slog.New(slog.NewJSONHandler(log, nil))
	cfg.FunctionLog = func(region, function, instance, line string) {
		cfg.Log.Info("function", "region", region, "function", function, "instance", instance, "line", line)
	}
	cfg.Settings = local.Settings{Regions: regions, ReplicationLag: 200 * time.Millisecond}
	machine := issuer.User{Name: machineUser, Subject: machineUser}
	for _, s := range cfg.Services {
		for scope := range s.Scopes {
			if rest.IsAdminScope(scope) {
				machine.Scopes = append(machine.Scopes, scope)
			}
		}
	}
	cfg.Users = []issuer.User{machine}
	if cfg.Edge, err = local.Listen(0); err != nil {
		return err
	}
	e.cloud, err = local.Start(context.WithoutCancel(ctx), cfg)
	return err
}

// releaseOf returns what a Region has to run for a house.
func (e *embedded) releaseOf(ctx context.Context, s *release.Store, h *house) (local.Release, error) {
	document, err := readDocument(ctx, s, h.document)
	if err != nil {
		return local.Release{}, err
	}
	r := local.Release{Document: document, Binaries: map[string]map[string]string{}}
	for _, name := range union(h.services, nil) {
		service, binaries, err := e.functionsOf(h, name)
		if err != nil {
			return r, err
		}
		r.Services = append(r.Services, service)
		r.Binaries[name] = binaries
	}
	return r, nil
}

// functionsOf returns a context's functions, without the data that all releases
// share, and their binaries.
func (e *embedded) functionsOf(h *house, context string) (*manifest.Service, map[string]string, error) {
	service := &manifest.Service{Name: context}
	binaries := map[string]string{}
	if h.services[context] != nil {
		service.Functions = h.services[context].Functions
	}
	for name := range service.Functions {
		path := e.binary(h.packages[context][name], name)
		if !exists(path) {
			return nil, nil, fmt.Errorf("%s/%s was packaged without a binary for this machine: delete %s and rehearse again",
				context, name, e.dir)
		}
		binaries[name] = path
	}
	return service, binaries, nil
}

// applied deploys what Terraform has applied.
func (e *embedded) applied(ctx context.Context, s *release.Store, stack provision.Stack, h *house) error {
	if e == nil || e.cloud == nil {
		return nil
	}
	switch stack.Root {
	case "functions":
		service, binaries, err := e.functionsOf(h, stack.Context)
		if err != nil {
			return err
		}
		return e.cloud.DeployFunctions(stack.Region, service, binaries)
	case "api":
		document, err := readDocument(ctx, s, h.document)
		if err != nil {
			return err
		}
		if err := e.cloud.DeployDocument(stack.Region, document); err != nil {
			return err
		}
		return e.drain([]string{stack.Region}, h.drained)
	}
	return nil
}

// destroyed takes away what Terraform has destroyed.
func (e *embedded) destroyed(stack provision.Stack) error {
	if e == nil || e.cloud == nil {
		return nil
	}
	switch stack.Root {
	case "functions":
		return e.cloud.DeployFunctions(stack.Region, &manifest.Service{Name: stack.Context}, nil)
	case "api":
		err := e.cloud.Drain(stack.Region, true)
		if errors.Is(err, edge.ErrLastRegion) {
			return nil // all APIs move to another domain: the edge keeps one, and on AWS clients find no API
		}
		return err
	}
	return nil
}

// drain takes the drained Regions out of DNS, and brings the others back.
func (e *embedded) drain(regions, drained []string) error {
	for _, region := range regions {
		if err := e.cloud.Drain(region, slices.Contains(drained, region)); err != nil {
			return err
		}
	}
	return nil
}

// url returns a Region's own endpoint.
func (e *embedded) url(region string) string {
	for _, r := range e.cloud.Regions() {
		if r.Name == region {
			return r.URL
		}
	}
	return ""
}

func (e *embedded) token(context.Context) (string, error) {
	access, _, err := e.cloud.Token(machineUser)
	return access, err
}

// checker returns the checker of the cloud's Regions. It is not patient: what was
// deployed is there.
func (e *embedded) checker() Checker {
	return httpChecker{client: &http.Client{}, base: e.url, token: e.token, direct: e.direct}
}

// direct returns a request to a Region as to its default endpoint: DNS would find the
// endpoint of AWS.
func (e *embedded) direct(ctx context.Context, region, endpoint string) (*http.Request, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url(region)+u.Path, nil)
	if err == nil {
		r.Host = u.Host
	}
	return r, err
}

func (e *embedded) close() error {
	if e == nil || e.log == nil {
		return nil
	}
	var err error
	if e.cloud != nil {
		err = e.cloud.Close()
	}
	return errors.Join(err, e.log.Close())
}

// close ends the cloud of a rehearsal.
func (s *session) close() {
	if err := s.embedded.close(); err != nil {
		fmt.Fprintf(s.out, "the embedded cloud: %v\n", err)
	}
}
