package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/meridian-api/meridian/infra/provision"
)

// claimsPhase is how far deploy:claims has come. It is recorded before it begins, so that the
// target goes on where it was killed.
type claimsPhase string

// The phases, in their order. DynamoDB cannot make a table with items strongly consistent, so
// the items move to another table, and both exist until the last phase.
const (
	// filling copies most items, while the functions write.
	filling claimsPhase = "filling"
	// copying holds writes, and copies what has changed since.
	copying claimsPhase = "copying"
	// switching makes the functions use the strongly consistent table. Writes are held until
	// all do, or one function would read what another one has moved on from.
	switching claimsPhase = "switching"
	// switched releases the writes. Nothing is copied from here on.
	switched claimsPhase = "switched"
	// removing removes the ordinary table.
	removing claimsPhase = "removing"
)

var claimsPhases = []claimsPhase{filling, copying, switching, switched, removing}

// phaseFile is the file, in the folder of what is built, with the phase. The roots data and
// functions read it.
const phaseFile = "strong.json"

// forTerraform returns the phase as the roots know it: to remove the ordinary table is the
// usual configuration of several Regions.
func (p claimsPhase) forTerraform() string {
	if p == removing {
		return ""
	}
	return string(p)
}

// claimsRecord is the record of a deploy:claims that has not ended.
type claimsRecord struct {
	Phase   claimsPhase `json:"phase"`
	Started time.Time   `json:"started"`
}

const claimsRecordName = "claims"

// checkClaims returns an error if a deploy:claims has not ended: no other roll-out knows which
// of two tables the functions use.
func (s *session) checkClaims(ctx context.Context) error {
	var r claimsRecord
	found, err := s.store.ReadRecord(ctx, claimsRecordName, &r)
	if err != nil || !found {
		return err
	}
	return fmt.Errorf("deploy:claims of %s, begun %s, has not ended (phase %s): nothing was changed. Run ENV=%[1]s go tool mage "+
		"deploy:claims again, which goes on there", s.environment.Name, r.Started.Format(time.RFC3339), r.Phase)
}

// Claims takes the environment that ENV names from one Region to the several Regions in its
// file as far as its strongly consistent tables go, which are ordinary ones in one Region: it
// copies their items into strongly consistent tables. Writes are refused with 503 meanwhile,
// and reads work. It does not deploy what has changed otherwise: deploy:all does, and adds
// the Regions.
func Claims(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	defer s.close()
	m := &migration{checker: s.checker(), wait: wait}
	if !s.rehearses {
		if _, err := s.checkAccount(ctx, awsAccount{}); err != nil {
			return err
		}
		if m.copier, err = newCopier(ctx, s.setting("home")); err != nil {
			return err
		}
	}
	return s.moveClaims(ctx, m)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ErrInterrupted
	case <-time.After(d):
		return nil
	}
}

// migration is one run of deploy:claims.
type migration struct {
	*rollout
	checker Checker
	copier  *copier // nil in a rehearsal, whose stand-in has no items
	wait    func(context.Context, time.Duration) error
	record  claimsRecord
	region  string // the one that serves
}

func (s *session) moveClaims(ctx context.Context, m *migration) (err error) {
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(s.mayCreate(existing, false), s.unchanged(ctx)); err != nil {
		return err
	}
	if len(s.environment.Regions) < 2 {
		return fmt.Errorf("%s has one Region: nothing was changed. Add the others to its regions first", s.environment.Name)
	}
	ctx, unlock, err := s.lock(ctx, "deploy:claims")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := m.open(ctx, s); err != nil {
		return err
	}
	for _, p := range claimsPhases[slices.Index(claimsPhases, m.record.Phase):] {
		if err := m.carryOut(ctx, p); err != nil {
			return err
		}
	}
	if err := s.store.DeleteRecord(ctx, claimsRecordName); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The tables are strongly consistent. deploy:all adds the other Regions.\n")
	return nil
}

// open reads the release that serves, and the phase to begin with.
func (m *migration) open(ctx context.Context, s *session) error {
	found, err := s.store.ReadRecord(ctx, claimsRecordName, &m.record)
	if err != nil {
		return err
	}
	m.region = s.setting("home") // serves always
	running, err := readRegion(ctx, s.store, m.region)
	if err != nil {
		return err
	}
	if running.Release == "" {
		return fmt.Errorf("%s runs no release that passed its checks: run deploy:all with this Region first", m.region)
	}
	r, err := s.store.Release(ctx, running.Release)
	if err != nil {
		return err
	}
	if m.rollout, err = s.readRollout(ctx, r, nil); err != nil {
		return err
	}
	m.rollout.checker = m.checker
	if !found {
		if m.checkStrong(ctx) == nil {
			return fmt.Errorf("no strongly consistent table of %s is an ordinary one: there is nothing to copy", s.environment.Name)
		}
		m.record = claimsRecord{Phase: filling, Started: time.Now().UTC()}
	}
	return s.embedded.start(ctx, m.rollout)
}

// carryOut carries out a phase.
func (m *migration) carryOut(ctx context.Context, p claimsPhase) error {
	if err := m.begin(ctx, p); err != nil {
		return err
	}
	switch p {
	case filling:
		if err := m.run(ctx, m.stacks("global", "data")); err != nil {
			return err
		}
		return m.copyItems(ctx, false)
	case copying:
		return m.copyHeld(ctx)
	case switching:
		return m.run(ctx, m.stacks("functions"))
	case switched: // the ordinary table loses its protection from deletion
		smoke := Step{Action: SmokeStep, Stack: provision.Stack{Region: m.region}}
		return m.run(ctx, append(m.stacks("functions"), smoke), m.stacks("data"))
	default:
		m.allowDataLoss = m.environment.Name // of the ordinary table, which was copied
		return m.run(ctx, m.stacks("data"), m.stacks("functions"))
	}
}

// begin records a phase.
func (m *migration) begin(ctx context.Context, p claimsPhase) error {
	m.phase, m.record.Phase = p, p
	m.final = map[string]bool{}
	if err := m.store.WriteRecord(context.WithoutCancel(ctx), claimsRecordName, m.record); err != nil {
		return err
	}
	fmt.Fprintf(m.out, "\n%s\n", map[claimsPhase]string{
		filling:   "Create the strongly consistent tables, and copy the items while the API is used",
		copying:   "Hold writes, and copy what has changed",
		switching: "Use the strongly consistent tables",
		switched:  "Release writes",
		removing:  "Remove the ordinary tables",
	}[p])
	return nil
}

// copyHeld copies while writes are held. If it fails, writes are released, and the next run copies
// again. If the process is killed, they are held until the next run.
func (m *migration) copyHeld(ctx context.Context) error {
	err := m.run(ctx, m.stacks("functions"))
	if err == nil {
		fmt.Fprintf(m.out, "Invocations that began before end in %s\n", m.longest())
		err = m.wait(ctx, m.longest())
	}
	if err == nil {
		err = m.copyItems(ctx, true)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if releaseErr := m.begin(ctx, filling); releaseErr != nil {
		return errors.Join(err, releaseErr)
	}
	if releaseErr := m.run(ctx, m.stacks("functions")); releaseErr != nil {
		return errors.Join(err, fmt.Errorf("writes are held: run deploy:claims again: %w", releaseErr))
	}
	return fmt.Errorf("nothing was moved, and writes are released: %w", err)
}

// longest returns how long an invocation can take that began with an earlier version of a
// function.
func (m *migration) longest() time.Duration {
	seconds := 0
	for _, service := range m.shared.services {
		for _, f := range service.Functions {
			seconds = max(seconds, f.TimeoutSeconds)
		}
	}
	return time.Duration(seconds) * time.Second
}

// run applies groups of steps, one group after the other.
func (m *migration) run(ctx context.Context, groups ...[]Step) error {
	var steps []Step
	var before []int
	for _, group := range groups {
		var these []int
		for _, step := range group {
			step.After = before
			if step.Stack.Root == "data" || step.Stack.Root == "" {
				step.After = slices.Concat(before, these) // after global, or the functions
			}
			these = append(these, len(steps))
			steps = append(steps, step)
		}
		before = these
	}
	_, err := m.runSteps(ctx, m.do, steps)
	return err
}

// stacks returns a step for each stack of some roots that has or uses a strongly consistent
// table.
func (m *migration) stacks(roots ...string) []Step {
	var steps []Step
	for _, root := range roots {
		if root == "global" {
			steps = append(steps, Step{Action: ApplyStep, Stack: provision.Stack{Root: root}})
			continue
		}
		for _, name := range union(m.shared.services, nil) {
			if len(strongTables(m.shared.services[name])) == 0 {
				continue
			}
			stack := provision.Stack{Root: root, Context: name}
			if root == "functions" {
				stack.Region = m.region
			}
			steps = append(steps, Step{Action: ApplyStep, Stack: stack})
		}
	}
	return steps
}
