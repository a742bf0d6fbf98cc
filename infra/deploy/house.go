package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// house is the repository as one stack of Terraform reads it: the environment's
// settings, the manifests, the document and the packages. It is written from
// stored releases and never from the working tree, so that a roll-out and a way
// back are the same operation, and no build can change what is being deployed.
type house struct {
	// settings are the environment's, with the Regions that leave put in.
	settings map[string]any
	// system has the names of the system.
	system workspace.System
	// drained are the Regions that DNS leaves out, from their records.
	drained  []string
	services map[string]*manifest.Service
	// packages has the function packages by context and function.
	packages map[string]map[string]release.File
	document release.File
	phase    claimsPhase     // of deploy:claims
	smoke    []Probe         // all contexts' own
	public   map[string]bool // operations that need no token
}

// newHouse reads the manifests of a release.
func newHouse(ctx context.Context, s *release.Store, r *release.Release, settings map[string]any, system workspace.System) (*house, error) {
	h := &house{settings: settings, system: system, services: map[string]*manifest.Service{}, packages: r.Functions, document: r.Document}
	for name, file := range r.Manifests {
		data, err := s.Read(ctx, file)
		if err != nil {
			return nil, fmt.Errorf("manifest of %s: %w", name, err)
		}
		if h.services[name], err = manifest.Parse(name+"/"+manifest.File+" of "+r.Modules[name], data); err != nil {
			return nil, err
		}
	}
	document, err := s.Read(ctx, r.Document)
	if err != nil {
		return nil, err
	}
	operations, err := readOperations(document)
	if err != nil {
		return nil, err
	}
	h.public = publicOperations(operations)
	h.smoke, err = readProbes(ctx, s, r.Smoke)
	return h, err
}

// with returns the house with what only the earlier one has added to it:
// functions, tables, secrets, scopes and contexts. Where both have one, the
// later release decides.
func (h *house) with(earlier *house) *house {
	if earlier == nil {
		return h
	}
	both := &house{settings: h.settings, system: h.system, drained: h.drained, document: h.document, phase: h.phase, smoke: h.smoke, public: h.public,
		services: map[string]*manifest.Service{}, packages: map[string]map[string]release.File{}}
	for _, name := range union(h.services, earlier.services) {
		both.services[name] = united(h.services[name], h.withoutOwned(name, earlier.services[name]))
	}
	for _, name := range union(h.packages, earlier.packages) {
		both.packages[name] = merged(h.packages[name], earlier.packages[name])
	}
	return both
}

// withoutOwned returns an earlier manifest of a context without the tables and secrets
// that another context of the house declares: one context can declare them at a time,
// and a context can have been renamed.
func (h *house) withoutOwned(context string, earlier *manifest.Service) *manifest.Service {
	if earlier == nil {
		return nil
	}
	s := *earlier
	s.Tables, s.Secrets = maps.Clone(s.Tables), maps.Clone(s.Secrets)
	for name, other := range h.services {
		if name == context {
			continue
		}
		maps.DeleteFunc(s.Tables, func(table string, _ manifest.Table) bool { _, owned := other.Tables[table]; return owned })
		maps.DeleteFunc(s.Secrets, func(secret string, _ manifest.Secret) bool { _, owned := other.Secrets[secret]; return owned })
	}
	return &s
}

func united(later, earlier *manifest.Service) *manifest.Service {
	switch {
	case later == nil:
		return earlier
	case earlier == nil:
		return later
	}
	s := *later
	s.Functions = merged(later.Functions, earlier.Functions)
	s.Tables = merged(later.Tables, earlier.Tables)
	s.Secrets = merged(later.Secrets, earlier.Secrets)
	s.Scopes = merged(later.Scopes, earlier.Scopes)
	return &s
}

// merged returns the entries of both maps; where both have a key, later wins.
func merged[V any](later, earlier map[string]V) map[string]V {
	both := maps.Clone(earlier)
	if both == nil {
		both = map[string]V{}
	}
	maps.Copy(both, later)
	return both
}

func union[V any](a, b map[string]V) []string {
	return slices.Sorted(maps.Keys(merged(a, b)))
}

// packagesFor returns the packages that a stack reads: its context's, or the
// deployment's own functions if it is global.
func (h *house) packagesFor(stack provision.Stack) map[string]map[string]release.File {
	read := map[string]map[string]release.File{}
	for name, functions := range h.packages {
		_, isContext := h.services[name]
		if stack.Root == "functions" && name == stack.Context || stack.Root == "global" && !isContext {
			read[name] = functions
		}
	}
	return read
}

// releasesFile is the file, in the folder of what is built, with the markers of a stack's
// Region by context. The roots functions and api read it.
const releasesFile = "releases.json"

// drainedFile is the file, in the folder of what is built, with the Regions that DNS
// leaves out. The root api reads it.
const drainedFile = "drained.json"

// write writes what a stack reads into a folder, in place of an earlier house. An
// environment that is not named has no file of its own, only the template's.
func (h *house) write(ctx context.Context, s *release.Store, stack provision.Stack, dir, environment string, named bool) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	settings, err := json.MarshalIndent(h.settings, "", "  ")
	if err != nil {
		return err
	}
	files := map[string][]byte{"infra/environments/template.json": settings}
	if named {
		files["infra/environments/"+environment+".json"] = settings
	}
	if files[workspace.SystemFile], err = json.Marshal(h.system); err != nil {
		return err
	}
	if files[workspace.Dist+"/"+drainedFile], err = json.Marshal(h.drained); err != nil {
		return err
	}
	if files[workspace.Dist+"/"+phaseFile], err = json.Marshal(h.phase.forTerraform()); err != nil {
		return err
	}
	if stack.Region != "" {
		record, err := readRegion(ctx, s, stack.Region)
		if err != nil {
			return err
		}
		if files[workspace.Dist+"/"+releasesFile], err = json.Marshal(merged(record.Markers, nil)); err != nil {
			return err
		}
	}
	for name, service := range h.services {
		if files[name+"/"+manifest.File], err = json.MarshalIndent(service, "", "  "); err != nil {
			return err
		}
	}
	if files[workspace.Dist+"/"+pipeline.DeployableFile], err = readDocument(ctx, s, h.document); err != nil {
		return err
	}
	for context, functions := range h.packagesFor(stack) {
		for name, file := range functions {
			if files[workspace.Dist+"/functions/"+build.Lambda.String()+"/"+context+"/"+name+".zip"], err = s.Read(ctx, file); err != nil {
				return err
			}
		}
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// readDocument reads the deployable document of a stored release, with the settings of
// the API that a document of an earlier time lacks.
func readDocument(ctx context.Context, s *release.Store, f release.File) ([]byte, error) {
	document, err := s.Read(ctx, f)
	if err != nil {
		return nil, err
	}
	return deployable.WithSettings(document)
}

// settled returns the house with the Regions that serve and the Regions among
// them that are out of DNS. The roll-out decides both, not the environment's file.
func (h *house) settled(regions, drained []string) *house {
	s := *h
	s.settings = maps.Clone(h.settings)
	s.settings["regions"] = regions
	s.drained = []string{}
	for _, r := range drained {
		if slices.Contains(regions, r) {
			s.drained = append(s.drained, r)
		}
	}
	return &s
}
