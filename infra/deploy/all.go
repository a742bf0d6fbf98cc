package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/docs"
	"github.com/meridian-api/meridian/infra/pins"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// keptReleases is how many releases an environment keeps, apart from those that
// a Region runs or ran before.
const keptReleases = 10

// mostSteps is how many steps run at a time. Terraform spends its time waiting
// for AWS.
const mostSteps = 4

// All builds the working tree of the monorepo around dir and rolls it out into
// the environment that ENV names: what all Regions share first, then Region by
// Region. When a Region fails it goes back to its release before, and the others
// stay as they are. It reads ENV and the other settings of package provision
// through getenv.
func All(ctx context.Context, dir string, getenv func(string) string, opts Options, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	if opts.JSON {
		s.printAsJSON()
	}
	defer s.close()
	if s.environment.State.Backend != "local" { // local states need no account until Terraform does
		if _, err := s.checkAccount(ctx, awsAccount{}); err != nil {
			return err
		}
	}
	return s.all(ctx, opts, s.build, s.checker())
}

// all rolls out what build builds.
func (s *session) all(ctx context.Context, opts Options, build func(context.Context) (*release.Release, error), c Checker) (err error) {
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if err := s.mayCreate(existing, opts.Create); err != nil {
		return err
	}
	if len(existing) == 0 {
		if _, err := s.checkShared(ctx); err != nil {
			return err
		}
	}
	if err := s.mayDrain(ctx, opts.Drain); err != nil {
		return err
	}
	steps, err := s.order(ctx, opts, existing)
	if err != nil {
		return err
	}
	ctx, unlock, err := s.lock(ctx, "deploy:all")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := s.recordCreation(ctx); err != nil {
		return err
	}
	r, err := build(ctx)
	if err != nil {
		return err
	}
	o, err := s.newRollout(ctx, r, c, existing)
	if err != nil {
		return err
	}
	if err := o.gate(ctx); err != nil {
		return err
	}
	o.allowDataLoss = opts.AllowDataLoss
	if err := o.checkLeaving(ctx, existing); err != nil {
		return err
	}
	if steps, err = o.withoutIdle(ctx, steps); err != nil {
		return err
	}
	o.printMembers()
	if err = o.carryOut(ctx, steps); err == nil {
		err = s.prune(ctx, o)
	}
	o.report()
	if err != nil {
		return err
	}
	return s.printAddresses(ctx)
}

// order returns the steps from the stacks that exist to what is wanted.
func (s *session) order(ctx context.Context, opts Options, existing []provision.Stack) ([]Step, error) {
	wanted := s.wanted(opts.Drain)
	fixed, err := s.fixedSettings(ctx)
	if err != nil {
		return nil, err
	}
	if wanted.Moving, err = s.checkFixed(fixed, opts.MoveDomain); err != nil {
		return nil, err
	}
	if wanted.Keyed, err = s.keyedRegions(ctx); err != nil {
		return nil, err
	}
	return Order(wanted, existing)
}

func (s *session) wanted(drain bool) Wanted {
	protected, _ := s.settings["protect"].(bool)
	return Wanted{Regions: s.environment.Regions, Contexts: s.contexts, Protected: protected, Drain: drain}
}

// mayCreate returns an error if nothing of the environment exists and the user
// has not asked to create it: its name may be a slip.
func (s *session) mayCreate(existing []provision.Stack, create bool) error {
	if len(existing) > 0 || create {
		return nil
	}
	name := s.environment.Name
	return fmt.Errorf("nothing is deployed as %s. To create it, run ENV=%s go tool mage deploy:all -create; "+
		"otherwise check the name", name, name)
}

// mayDrain returns an error if Regions are to be drained while they change, and a
// Region that serves is the only one in DNS: draining it would take the API down.
func (s *session) mayDrain(ctx context.Context, drain bool) error {
	if !drain {
		return nil
	}
	var serving []string
	for _, region := range s.environment.Regions {
		record, err := readRegion(ctx, s.store, region)
		if err != nil {
			return err
		}
		if record.Release != "" && !record.Drained {
			serving = append(serving, region)
		}
	}
	if len(serving) == 1 {
		return fmt.Errorf("%s is the only Region of %s in DNS, so it cannot be drained while it changes: "+
			"deploy without -drain, or bring another Region in first; nothing was changed", serving[0], s.environment.Name)
	}
	return nil
}

// buildNew builds the functions, the documents and the portal's site, and keeps them
// as a release.
func (s *session) buildNew(ctx context.Context) (*release.Release, error) {
	ws, err := s.pinned(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.buildWorkspace(ctx, ws)
	if err != nil {
		return nil, err
	}
	return r, docs.SiteOf(ctx, ws, s.out)
}

// buildOnly returns a function that builds one context and keeps it as a release, from
// which the files of the context are taken. The other contexts need not compile.
func (s *session) buildOnly(name string) func(context.Context) (*release.Release, error) {
	return func(ctx context.Context) (*release.Release, error) {
		ws, err := s.pinned(ctx)
		if err != nil {
			return nil, err
		}
		return s.buildWorkspace(ctx, ws.Only(name))
	}
}

// pinned returns the workspace with the contexts that the environment pins.
func (s *session) pinned(ctx context.Context) (workspace.Workspace, error) {
	ws, err := workspace.Find(s.root)
	if err != nil {
		return ws, err
	}
	if ws, err = pins.Apply(ctx, ws, s.environment.Modules); err != nil {
		return ws, fmt.Errorf("%s: %w", s.environment.Name, err)
	}
	return ws, nil
}

func (s *session) buildWorkspace(ctx context.Context, ws workspace.Workspace) (*release.Release, error) {
	if err := build.Generate(ctx, ws, false); err != nil {
		return nil, err
	}
	binaries, err := build.Package(ctx, ws)
	if err != nil {
		return nil, err
	}
	if err := pipeline.CheckWorkspace(ws); err != nil {
		return nil, err
	}
	if _, err := pipeline.BuildWorkspace(ws); err != nil {
		return nil, err
	}
	built, err := builtBy(ws, binaries)
	if err != nil {
		return nil, err
	}
	if err := checkSmoke(built.Document, built.Smoke); err != nil {
		return nil, err
	}
	if built.Env, err = build.Environment(ctx, ws, build.Lambda); err != nil {
		return nil, err
	}
	r, err := release.Describe(ctx, built)
	if err != nil {
		return nil, err
	}
	if err := s.store.Keep(ctx, r); err != nil {
		return nil, err
	}
	s.printVersions(r)
	return r, s.embedded.build(ctx, ws, s.store, r)
}

// printVersions prints the version of each context of a build, and where it comes from.
func (s *session) printVersions(r *release.Release) {
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, name := range union(r.Manifests, nil) {
		from := "working tree"
		if _, pinned := s.environment.Modules[name]; pinned {
			from = fmt.Sprintf("pinned, commit %.12s", r.Origin(name).Commit)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", name, r.Modules[name], from)
	}
	table.Flush()
}

// builtBy says where the build left its files.
func builtBy(ws workspace.Workspace, binaries map[string]map[string]string) (release.Build, error) {
	dist := filepath.Join(ws.Root, workspace.Dist)
	b := release.Build{
		Root: ws.Root, Dist: dist, OS: build.Lambda.OS, Arch: build.Lambda.Arch, Tags: build.Tags,
		Document:      filepath.Join(dist, pipeline.DeployableFile),
		Specification: filepath.Join(dist, manifest.SpecFile),
		Modules:       map[string]string{}, Specifications: map[string]string{}, Manifests: map[string]string{},
		Smoke: map[string]string{}, Functions: map[string]map[string]string{}, Pins: ws.Pins,
	}
	for _, dir := range ws.Modules {
		b.Modules[filepath.Base(dir)] = dir
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return b, err
	}
	for _, c := range contexts {
		b.Modules[c.Name] = c.Dir
		b.Specifications[c.Name] = filepath.Join(c.Dir, manifest.SpecFile)
		b.Manifests[c.Name] = filepath.Join(c.Dir, manifest.File)
		if smoke := filepath.Join(c.Dir, SmokeFile); exists(smoke) {
			b.Smoke[c.Name] = smoke
		}
	}
	for module, functions := range binaries {
		b.Functions[module] = map[string]string{}
		for name, path := range functions {
			b.Functions[module][name] = path + ".zip"
		}
	}
	return b, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// carryOut runs the steps, and takes the Region that failed back to its release
// before.
func (o *rollout) carryOut(ctx context.Context, steps []Step) error {
	states, err := o.runSteps(ctx, o.do, steps)
	if err == nil || errors.Is(err, ErrInterrupted) {
		return err
	}
	for i, step := range steps {
		// A Region's release does not have what is destroyed.
		if states[i] == Failed && step.Action != DestroyStep && slices.Contains(o.environment.Regions, step.Stack.Region) {
			if backErr := o.goBack(ctx, step.Stack.Region); backErr != nil {
				return fmt.Errorf("%w\nand %s cannot go back: %w", err, step.Stack.Region, backErr)
			}
			return err
		}
	}
	return err
}

// goBack takes a Region back to the release that it ran before this roll-out.
func (o *rollout) goBack(ctx context.Context, region string) error {
	before := o.running(region)
	if before == nil {
		fmt.Fprintf(o.out, "%s ran nothing before, so it cannot go back\n", region)
		return nil
	}
	fmt.Fprintf(o.out, "\n%s goes back to release %s\n", region, o.records[region].Release)
	back, err := o.back(ctx, region)
	if err != nil {
		return err
	}
	steps := back.order(region)
	_, err = o.runSteps(ctx, back.do, steps)
	return err
}

// order returns the steps that change one Region.
func (o *rollout) order(region string) []Step {
	ordered := &order{wanted: Wanted{Regions: []string{region}, Contexts: union(o.houseOf(region).services, nil)}}
	ordered.rollOut(nil)
	return ordered.steps
}

// back returns the roll-out of the release that a Region ran before.
func (o *rollout) back(ctx context.Context, region string) (*rollout, error) {
	before, err := o.store.Release(ctx, o.records[region].Release)
	if err != nil {
		return nil, err
	}
	return &rollout{
		session: o.session, checker: o.checker, leaving: o.leaving,
		shared:  o.current[region],
		targets: map[string]target{region: {before, o.current[region]}},
		current: map[string]*house{region: o.houseOf(region)}, // its functions may be there
		records: o.records, resting: o.resting, changes: o.changes, final: map[string]bool{},
		unsure: map[string]bool{region: true},
	}, nil
}

// prune removes old releases.
func (s *session) prune(ctx context.Context, o *rollout) error {
	var inUse []string
	for _, record := range o.records {
		inUse = append(inUse, record.Release, record.Previous, record.Pending)
	}
	return s.store.Prune(ctx, keptReleases, inUse...)
}
