package release

import (
	"fmt"
	"maps"
)

// Compose returns the release that a Region runs after one context of built has
// been rolled out there: that context's files are of built, and all others of
// running. The documents stay the ones of running; the caller replaces them.
func Compose(running, built *Release, context string) (*Release, error) {
	if running.Target != built.Target {
		return nil, fmt.Errorf("the running release is for %s, and this build for %s: run deploy:all", running.Target, built.Target)
	}
	r := *running
	r.Commit, r.Modified, r.Toolchain = built.Commit, built.Modified, built.Toolchain
	r.Modules = replaced(running.Modules, built.Modules, context)
	r.Specifications = replaced(running.Specifications, built.Specifications, context)
	r.Manifests = replaced(running.Manifests, built.Manifests, context)
	r.Smoke = replaced(running.Smoke, built.Smoke, context)
	r.Functions = replaced(running.Functions, built.Functions, context)
	r.SBOMs = replaced(running.SBOMs, built.SBOMs, context)
	r.Origins = nil
	for module := range r.Modules {
		if module == context {
			r.setOrigin(module, built.Origin(module))
		} else {
			r.setOrigin(module, running.Origin(module))
		}
	}
	return &r, nil
}

// setOrigin records the build that a module comes from, if it is another than r's.
func (r *Release) setOrigin(module string, o Origin) {
	if o == (Origin{Commit: r.Commit, Modified: r.Modified, Toolchain: r.Toolchain}) {
		return
	}
	if r.Origins == nil {
		r.Origins = map[string]Origin{}
	}
	r.Origins[module] = o
}

// Origin returns the build that a module comes from.
func (r *Release) Origin(module string) Origin {
	if origin, other := r.Origins[module]; other {
		return origin
	}
	return Origin{Commit: r.Commit, Modified: r.Modified, Toolchain: r.Toolchain}
}

// replaced returns the running entries with the entry of one context replaced by
// the built one.
func replaced[V any](running, built map[string]V, context string) map[string]V {
	both := map[string]V{}
	maps.Copy(both, running)
	delete(both, context)
	if v, ok := built[context]; ok {
		both[context] = v
	}
	return both
}
