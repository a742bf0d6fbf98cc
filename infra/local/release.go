package local

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/platform/resource"
)

// Release is what a Region runs.
type Release struct {
	// Document is the deployable document with the placeholder of its user pools.
	Document []byte
	// Checked says that a gateway of this program has served Document before, so that it is
	// not checked again.
	Checked bool
	// Specification is the merged document, with which the responses of functions are
	// compared. If it is nil, they are not: a foreign document is served as it is.
	Specification []byte
	// Services are the contexts' manifests.
	Services []*manifest.Service
	// Binaries has the paths of the functions' executables by context and function.
	// A path stands for its content: a function restarts if its path changes.
	Binaries map[string]map[string]string
}

// Deploy replaces what a Region runs while it serves. It adds and changes functions,
// replaces the document, and then removes the functions that the release does not
// have. Requests in progress end on the functions and the document that they began
// with. Functions that stay the same are not restarted. If the Region refuses the
// document, it keeps its functions as well.
//
// The cloud gets its tables and secrets when it starts, so Deploy refuses a release
// that needs others.
func (c *Cloud) Deploy(name string, to Release) error {
	return c.deploy(name, to.Services, func(r *region) error {
		before := r.running()
		if err := r.setFunctions(before.with(to)); err != nil {
			return err
		}
		if err := r.setDocument(to.Document, to.Specification, to.Checked); err != nil {
			return errors.Join(err, r.setFunctions(before))
		}
		return r.setFunctions(to)
	})
}

// Reload calls Deploy for every Region, in their order. A Region that is stopped gets the
// release when it starts.
func (c *Cloud) Reload(to Release) error {
	for _, r := range c.regions {
		err := c.Deploy(r.name, to)
		if errors.Is(err, errStopped) {
			r.mu.Lock()
			r.release = to
			r.mu.Unlock()
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeployFunctions replaces the functions of one context in a Region, as a part of
// Deploy. A service without functions removes those that the context has.
func (c *Cloud) DeployFunctions(name string, s *manifest.Service, binaries map[string]string) error {
	return c.deploy(name, []*manifest.Service{s}, func(r *region) error {
		to := r.running().without(s.Name)
		if len(s.Functions) > 0 {
			to = to.with(Release{Services: []*manifest.Service{s}, Binaries: map[string]map[string]string{s.Name: binaries}})
		}
		return r.setFunctions(to)
	})
}

// DeployDocument replaces the document of a Region, as a part of Deploy, with one that
// has no specification. It returns when no request uses the document before, so that functions can be removed.
func (c *Cloud) DeployDocument(name string, document []byte) error {
	return c.deploy(name, nil, func(r *region) error { return r.setDocument(document, nil, false) })
}

func (c *Cloud) deploy(name string, services []*manifest.Service, do func(*region) error) error {
	r, err := c.region(name)
	if err != nil {
		return err
	}
	if err := c.checkData(services); err != nil {
		return fmt.Errorf("deploy to %s: %w", name, err)
	}
	r.deploying.Lock()
	defer r.deploying.Unlock()
	if err := do(r); err != nil {
		return fmt.Errorf("deploy to %s: %w", name, err)
	}
	return nil
}

// checkData returns an error if services need tables or secrets that the cloud lacks.
func (c *Cloud) checkData(services []*manifest.Service) error {
	wanted := Config{Release: Release{Services: services}}
	tables, secrets := c.cfg.tables(), c.cfg.secretNames()
	var errs []error
	for name, t := range wanted.tables() {
		if have, ok := tables[name]; !ok || !reflect.DeepEqual(have, t) {
			errs = append(errs, fmt.Errorf("the cloud started without this form of the table %s: start it again with the new manifests", name))
		}
	}
	for _, name := range wanted.secretNames() {
		if !slices.Contains(secrets, name) {
			errs = append(errs, fmt.Errorf("the cloud started without the secret %s: start it again with the new manifests", name))
		}
	}
	return errors.Join(errs...)
}

// errStopped is the error of a deployment to a Region that is down.
var errStopped = errors.New("the Region is stopped: start it first")

func (r *region) running() Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.release
}

// setFunctions makes the Region have the functions of a release.
func (r *region) setFunctions(to Release) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server == nil {
		return errStopped
	}
	r.rights.Store(rightsOf(r.release, to)) // the processes of both may call meanwhile
	if err := r.functions.Update(r.functionConfigs(to)); err != nil {
		return err
	}
	r.rights.Store(rightsOf(to))
	r.release.Services, r.release.Binaries = to.Services, to.Binaries
	return nil
}

// setDocument makes the Region serve a document, and waits for the requests that use
// the document before. The edge checks the health of what both documents have during
// the change, and of what the new one has after it.
func (r *region) setDocument(document, specification []byte, checked bool) error {
	r.mu.Lock()
	if r.server == nil {
		r.mu.Unlock()
		return errStopped
	}
	if bytes.Equal(document, r.release.Document) && bytes.Equal(specification, r.release.Specification) {
		r.mu.Unlock()
		return nil
	}
	g, err := r.newGateway(document, specification, checked)
	if err != nil {
		r.mu.Unlock()
		return err
	}
	after := r.release.healthPaths(g)
	both := slices.DeleteFunc(slices.Clone(after), func(path string) bool { return !slices.Contains(r.healthPaths, path) })
	err = r.cloud.edge.SetHealthPaths(r.name, both)
	wait := r.gateway.replace(g)
	r.release.Document, r.release.Specification, r.release.Checked = document, specification, checked
	r.healthPaths = after
	err = errors.Join(err, r.cloud.edge.SetHealthPaths(r.name, after))
	r.mu.Unlock()
	wait()
	return err
}

// healthPaths returns the paths of the health operations that a gateway serves, sorted.
func (r Release) healthPaths(g *gateway.Gateway) []string {
	served := map[string]bool{}
	for _, op := range g.Operations() {
		served[op.Function+" "+op.Path] = true
	}
	var paths []string
	for _, s := range r.Services {
		for name, f := range s.Functions {
			if f.Health && served[resource.FunctionName(Environment, s.Name, name)+" "+f.Path] {
				paths = append(paths, f.Path)
			}
		}
	}
	slices.Sort(paths)
	return paths
}

// with returns the release with the services of a later one: where both have a
// function, the later one decides.
func (r Release) with(later Release) Release {
	services, binaries := map[string]*manifest.Service{}, map[string]map[string]string{}
	for _, one := range []Release{r, later} {
		for _, s := range one.Services {
			both := *s
			if earlier, ok := services[s.Name]; ok {
				both.Functions = overlaid(earlier.Functions, s.Functions)
			}
			services[s.Name] = &both
		}
		for name, paths := range one.Binaries {
			binaries[name] = overlaid(binaries[name], paths)
		}
	}
	r.Binaries, r.Services = binaries, nil
	for _, name := range slices.Sorted(maps.Keys(services)) {
		r.Services = append(r.Services, services[name])
	}
	return r
}

// overlaid returns the entries of both maps; where both have a key, later wins.
func overlaid[V any](earlier, later map[string]V) map[string]V {
	both := make(map[string]V, len(earlier)+len(later))
	maps.Copy(both, earlier)
	maps.Copy(both, later)
	return both
}

// without returns the release without one context.
func (r Release) without(name string) Release {
	r.Services = slices.DeleteFunc(slices.Clone(r.Services), func(s *manifest.Service) bool { return s.Name == name })
	r.Binaries = maps.Clone(r.Binaries)
	delete(r.Binaries, name)
	return r
}
