package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// Checker looks at what a Region serves after it was changed.
type Checker interface {
	// Verify compares what the Region serves with what it should serve.
	Verify(ctx context.Context, region string, want Served) error
	// Smoke sends the probes to the Region's own endpoint.
	Smoke(ctx context.Context, region string, probes []Probe) error
	// WaitForDNS returns when clients have had the time to notice that a Region
	// left DNS or came back.
	WaitForDNS(ctx context.Context) error
}

// Served is what a Region should serve.
type Served struct {
	// Digest is the document's, from deployable.Digest.
	Digest string
	// DefaultEndpoint is the URL of the API's execute-api endpoint and its stage, which
	// must refuse every request.
	DefaultEndpoint string
}

// target is what a Region is to run.
type target struct {
	release *release.Release
	house   *house
}

// rollout is one release on its way into an environment's Regions, or several if
// the Regions are composed from what each runs.
type rollout struct {
	*session
	checker       Checker
	allowDataLoss string
	targets       map[string]target // by Region
	shared        *house            // what the stacks without a Region read: all targets in one
	leaving       []string          // Regions
	fixed         map[string]string // settings as they were deployed, when this began
	phase         claimsPhase       // of deploy:claims
	before        []*house          // what the Regions ran, and contexts that leave had, when this began

	mu      sync.Mutex
	current map[string]*house // what each Region runs; without an entry, nothing
	records map[string]RegionRecord
	resting map[string]bool // Regions that are drained while they change
	changes map[string][]Change
	final   map[string]bool // stacks whose AddStep had nothing to leave for later
	unsure  map[string]bool // Regions where an import may have failed
}

// newRollout reads what each Region runs, and starts the cloud of a rehearsal.
func (s *session) newRollout(ctx context.Context, r *release.Release, c Checker, existing []provision.Stack) (*rollout, error) {
	o, err := s.readRollout(ctx, r, existing)
	if err != nil {
		return nil, err
	}
	o.checker = c
	if err := errors.Join(s.checkClaims(ctx), o.checkStrong(ctx)); err != nil {
		return nil, err
	}
	return o, s.embedded.start(ctx, o)
}

// readRollout reads what each Region runs.
func (s *session) readRollout(ctx context.Context, r *release.Release, existing []provision.Stack) (*rollout, error) {
	o := &rollout{session: s, targets: map[string]target{}, current: map[string]*house{},
		records: map[string]RegionRecord{}, resting: map[string]bool{}, changes: map[string][]Change{}, final: map[string]bool{},
		unsure: map[string]bool{}}
	for _, stack := range existing {
		if stack.Region != "" && !slices.Contains(s.environment.Regions, stack.Region) && !slices.Contains(o.leaving, stack.Region) {
			o.leaving = append(o.leaving, stack.Region)
		}
	}
	var err error
	if o.fixed, err = s.fixedSettings(ctx); err != nil {
		return nil, err
	}
	keyed, err := s.keyedRegions(ctx)
	if err != nil {
		return nil, err
	}
	for _, region := range keyed {
		if !slices.Contains(slices.Concat(s.environment.Regions, o.leaving), region) {
			o.leaving = append(o.leaving, region)
		}
	}
	if o.shared, err = newHouse(ctx, s.store, r, s.settings, s.system); err != nil {
		return nil, err
	}
	for _, region := range s.environment.Regions {
		o.targets[region] = target{r, o.shared}
	}
	for _, region := range slices.Concat(s.environment.Regions, o.leaving) {
		record, err := readRegion(ctx, s.store, region)
		if err != nil {
			return nil, err
		}
		o.records[region], o.unsure[region] = record, record.Pending != ""
		if record.Release == "" {
			continue
		}
		running, err := s.store.Release(ctx, record.Release)
		if err != nil {
			return nil, fmt.Errorf("what %s runs: %w", region, err)
		}
		if o.current[region], err = newHouse(ctx, s.store, running, s.settings, s.system); err != nil {
			return nil, err
		}
		o.before = append(o.before, o.current[region])
	}
	return o, o.findContexts(ctx, existing)
}

// do carries out a step.
func (o *rollout) do(ctx context.Context, step Step) error {
	region := step.Stack.Region
	switch step.Action {
	case DrainStep:
		return o.drain(ctx, region, true)
	case UndrainStep:
		return o.drain(ctx, region, false)
	case VerifyStep:
		return o.verify(ctx, region)
	case SmokeStep:
		if err := o.checker.Smoke(ctx, region, o.houseOf(region).probes()); err != nil {
			return err
		}
		return o.arrived(ctx, region)
	case DestroyStep:
		return o.destroyStack(ctx, step)
	case AddStep, ApplyStep, WidenStep, ShrinkStep, UnprotectStep:
		return o.applyStack(ctx, step)
	}
	return fmt.Errorf("a roll-out has no action %q", step.Action)
}

func (o *rollout) verify(ctx context.Context, region string) error {
	document, err := o.store.Read(ctx, o.targets[region].release.Document)
	if err != nil {
		return err
	}
	digest, err := deployable.Digest(document)
	if err != nil {
		return err
	}
	stack := provision.Stack{Root: "api", Region: region}
	endpoint, err := o.outputOf(ctx, stack, "default_endpoint")
	if err != nil {
		return err
	}
	if endpoint == "" {
		return fmt.Errorf("the state of %s has no output default_endpoint: run deploy:all, which applies it", stack.Key())
	}
	return o.checker.Verify(ctx, region, Served{Digest: digest, DefaultEndpoint: endpoint})
}

func (o *rollout) applyStack(ctx context.Context, step Step) error {
	if step.Action == AddStep {
		if err := o.began(ctx, step.Stack.Region); err != nil {
			return err
		}
	}
	if step.Action == ApplyStep && o.isFinal(step.Stack) {
		return nil
	}
	changes, err := o.apply(ctx, step.Stack, o.houseFor(step), o.allowDataLoss, o.again(step.Stack)...)
	o.note(step.Stack, changes)
	if step.Action == AddStep && err == nil && !o.removes(step.Stack) {
		o.mu.Lock()
		o.final[step.Stack.Key()] = true
		o.mu.Unlock()
	}
	return err
}

// again returns the resources that are replaced although they have not changed. A
// roll-out that did not end may have left a part of a document in the API, of which
// Terraform's state knows nothing if the document is the one from before.
func (o *rollout) again(stack provision.Stack) []string {
	if stack.Root == "api" && o.unsure[stack.Region] {
		return []string{importAddress}
	}
	return nil
}

// isFinal reports whether a stack of functions has been applied as it should be.
func (o *rollout) isFinal(stack provision.Stack) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.final[stack.Key()]
}

// removes reports whether a Region runs functions of the stack's context that the
// release does not have.
func (o *rollout) removes(stack provision.Stack) bool {
	running := o.running(stack.Region)
	if running == nil || running.services[stack.Context] == nil {
		return false
	}
	for name := range running.services[stack.Context].Functions {
		if _, stays := o.houseOf(stack.Region).services[stack.Context].Functions[name]; !stays {
			return true
		}
	}
	return false
}

// houseFor returns what a step's stack reads. Functions are added before others
// are removed; global and data serve every release that a Region ran when this began,
// until they shrink.
func (o *rollout) houseFor(step Step) *house {
	h := o.houseOf(step.Stack.Region)
	switch {
	case step.Action == ShrinkStep:
	case step.Action == AddStep:
		h = h.with(o.running(step.Stack.Region))
	case step.Action == DestroyStep, step.Stack.Root == "global", step.Stack.Root == "data":
		for _, earlier := range o.before {
			h = h.with(earlier)
		}
	}
	regions := o.environment.Regions
	if slices.Contains([]Action{WidenStep, UnprotectStep, DestroyStep}, step.Action) {
		regions = slices.Concat(regions, o.leaving)
	}
	h = h.settled(regions, o.drained())
	h.phase = o.phase
	if step.Action == DestroyStep {
		h = h.as(o.fixed)
	}
	return h
}

// houseOf returns what a Region is to run; for stacks without a Region, and for a
// Region that leaves, what all Regions share.
func (o *rollout) houseOf(region string) *house {
	if t, ok := o.targets[region]; ok {
		return t.house
	}
	return o.shared
}

func (o *rollout) running(region string) *house {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.current[region]
}

// drained returns the Regions that are to be out of DNS, sorted.
func (o *rollout) drained() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	drained := maps.Clone(o.resting)
	for region, record := range o.records {
		if record.Drained {
			drained[region] = true
		}
	}
	maps.DeleteFunc(drained, func(_ string, out bool) bool { return !out })
	return slices.Sorted(maps.Keys(drained))
}

// drain takes a Region out of DNS or brings it back, with the API that it has.
func (o *rollout) drain(ctx context.Context, region string, out bool) error {
	o.mu.Lock()
	o.resting[region] = out
	h := o.current[region]
	o.mu.Unlock()
	if h == nil {
		return nil // the Region serves nothing yet
	}
	regions := slices.Concat(o.environment.Regions, o.leaving)
	stack := provision.Stack{Root: "api", Region: region}
	changes, err := o.apply(ctx, stack, h.settled(regions, o.drained()), "")
	o.note(stack, changes)
	if err != nil {
		return err
	}
	return o.checker.WaitForDNS(ctx)
}

func (o *rollout) destroyStack(ctx context.Context, step Step) error {
	changes, err := o.destroy(ctx, step.Stack, o.houseFor(step), o.allowDataLoss)
	o.note(step.Stack, changes)
	if err != nil || step.Stack.Root != "api" || !slices.Contains(o.leaving, step.Stack.Region) {
		return err
	}
	// If the Region comes back, it runs nothing.
	return o.store.DeleteRecord(context.WithoutCancel(ctx), regionRecord(step.Stack.Region))
}

func (o *rollout) note(stack provision.Stack, changes []Change) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changes[stack.Key()] = append(o.changes[stack.Key()], changes...)
}

// began records that a Region is being changed, before its dashboards are.
func (o *rollout) began(ctx context.Context, region string) error {
	return o.record(ctx, region, func(r *RegionRecord) {
		r.Pending = o.targets[region].release.ID()
		r.Markers = marked(r.Markers, o.targets[region].release, time.Now())
	})
}

// arrived records that a Region runs the release.
func (o *rollout) arrived(ctx context.Context, region string) error {
	o.mu.Lock()
	o.current[region] = o.targets[region].house
	o.mu.Unlock()
	id := o.targets[region].release.ID()
	return o.record(ctx, region, func(r *RegionRecord) {
		if r.Release != id {
			r.Previous, r.Release, r.Time = r.Release, id, time.Now().UTC()
		}
		r.Pending = ""
	})
}

func (o *rollout) record(ctx context.Context, region string, change func(*RegionRecord)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.records[region]
	change(&r)
	o.records[region] = r
	// After an interrupt, what Terraform did is recorded nevertheless.
	return o.store.WriteRecord(context.WithoutCancel(ctx), regionRecord(region), r)
}
