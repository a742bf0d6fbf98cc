package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/process"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/terraform"
)

// open stages a stack with its house, and initializes it unless that was done
// before with the same root modules.
func (s *session) open(ctx context.Context, stack provision.Stack, h *house) (provision.Workspace, error) {
	dir := s.stackFolder(stack)
	id, err := s.modulesID(stack)
	if err != nil {
		return provision.Workspace{}, err
	}
	stamp := filepath.Join(dir, "initialized")
	known, _ := os.ReadFile(stamp)
	fresh := string(known) != id
	w, err := provision.StageHouse(s.root, s.environment, dir, s.localStates, fresh)
	if err != nil {
		return w, err
	}
	// The folder of the providers, which all stacks share, may have been deleted.
	installed, err := w.Installed(stack)
	if err != nil {
		return w, err
	}
	fresh = fresh || !installed
	if err := h.write(ctx, s.store, stack, filepath.Join(dir, provision.House), s.environment.Name, s.named); err != nil {
		return w, err
	}
	if stack.Root == "portal" {
		// The site is what the build made; a way back does not take it back.
		// It is empty before a build, which matters to deploy:all only, and that builds.
		site := filepath.Join(workspace.Dist, siteFolder)
		if err := os.MkdirAll(filepath.Join(s.root, site), 0o755); err != nil {
			return w, err
		}
		if err := os.CopyFS(filepath.Join(dir, provision.House, site), os.DirFS(filepath.Join(s.root, site))); err != nil {
			return w, err
		}
	}
	if !fresh {
		return w, nil
	}
	s.initialize.Lock()
	defer s.initialize.Unlock()
	if err := w.MakeStateFolder(stack); err != nil {
		return w, err
	}
	if err := s.run(ctx, stack, "init", w.Init(stack)); err != nil {
		return w, err
	}
	return w, os.WriteFile(stamp, []byte(id), 0o600)
}

// apply brings a stack to its configuration, replaces the resources of the addresses
// again, and returns what that changed.
func (s *session) apply(ctx context.Context, stack provision.Stack, h *house, allowDataLoss string, again ...string) ([]Change, error) {
	w, err := s.open(ctx, stack, h)
	if err != nil {
		return nil, err
	}
	changes, err := s.planAndApply(ctx, stack, w, replacing(w.Plan(stack), again), allowDataLoss)
	if err != nil {
		return changes, err
	}
	return changes, s.embedded.applied(ctx, s.store, stack, h)
}

// replacing returns a plan that replaces resources although they have not changed.
func replacing(plan provision.Command, addresses []string) provision.Command {
	for _, address := range addresses {
		plan.Args = append(plan.Args, "-replace="+address)
	}
	return plan
}

// destroy removes all that a stack has, and returns it.
func (s *session) destroy(ctx context.Context, stack provision.Stack, h *house, allowDataLoss string) ([]Change, error) {
	w, err := s.open(ctx, stack, h)
	if err != nil {
		return nil, err
	}
	changes, err := s.planAndApply(ctx, stack, w, w.PlanDestroy(stack), allowDataLoss)
	if err != nil {
		return changes, err
	}
	return changes, s.embedded.destroyed(stack)
}

func (s *session) planAndApply(ctx context.Context, stack provision.Stack, w provision.Workspace, plan provision.Command, allowDataLoss string) ([]Change, error) {
	changes, err := s.plan(ctx, stack, w, plan)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if err := checkLosses(s.environment.Name, stack.Key(), allowDataLoss, changes); err != nil {
		return nil, err
	}
	return changes, s.carryOutPlan(ctx, stack, w)
}

// carryOutPlan applies the plan of a stack. Terraform's events are in apply.jsonl, and
// what people read in apply.log.
func (s *session) carryOutPlan(ctx context.Context, stack provision.Stack, w provision.Workspace) error {
	folder := s.stackFolder(stack)
	events, log := filepath.Join(folder, "apply.jsonl"), filepath.Join(folder, "apply.log")
	c := s.program(stack, w.ApplyJSON(stack), events)
	c.Failure = func(output []byte) string { return readJSONOutput(output).failure() }
	err := s.spent.run(ctx, c)
	data, readErr := os.ReadFile(events)
	if readErr != nil {
		return errors.Join(err, readErr)
	}
	output := readJSONOutput(data)
	if writeErr := output.writeText(log); writeErr != nil {
		return errors.Join(err, writeErr)
	}
	if err != nil {
		return s.explainLost(ctx, stack, w, output, withLog(err, log))
	}
	return nil
}

// planHasChanges is Terraform's exit code for a plan with changes.
const planHasChanges = 2

// plan computes what is to be changed in a stack. The complete plan is in its log.
func (s *session) plan(ctx context.Context, stack provision.Stack, w provision.Workspace, plan provision.Command) ([]Change, error) {
	plan.Args = append(plan.Args, "-detailed-exitcode")
	err := s.run(ctx, stack, "plan", plan)
	var exit *exec.ExitError
	if err == nil || !errors.As(err, &exit) || exit.ExitCode() != planHasChanges {
		return nil, err
	}
	data, err := s.output(ctx, w.ShowPlan(stack))
	if err != nil {
		return nil, err
	}
	changes, err := changesOf(data)
	if err == nil && len(changes) == 0 {
		// Only outputs differ, which apply stores.
		changes = []Change{{Address: "outputs", Actions: []string{"update"}}}
	}
	return changes, err
}

// run runs Terraform so that it finishes whatever happens to this process. An error
// has Terraform's errors.
func (s *session) run(ctx context.Context, stack provision.Stack, name string, c provision.Command) error {
	log := filepath.Join(s.stackFolder(stack), name+".log")
	p := s.program(stack, c, log)
	p.Failure = terraformErrors
	if err := s.spent.run(ctx, p); err != nil {
		return withLog(err, log)
	}
	return nil
}

func withLog(err error, log string) error { return fmt.Errorf("%w\nThe complete log is %s", err, log) }

// program returns a run of Terraform on a stack.
func (s *session) program(stack provision.Stack, c provision.Command, log string) process.Command {
	return process.Command{
		Path: s.terraform, Args: c.Args, Dir: c.Dir, Env: slices.Concat(s.variables(), c.Env),
		Log:      log,
		Register: filepath.Join(s.registers(), filepath.FromSlash(stack.Key())),
	}
}

// output runs a command that only reads and returns what it prints.
func (s *session) output(ctx context.Context, c provision.Command) ([]byte, error) {
	return provision.Terraform{Binary: s.terraform, Env: s.environ}.Output(ctx, c)
}

// variables returns Terraform's environment.
func (s *session) variables() []string {
	list := slices.Concat(os.Environ(), provision.Environ, s.environ)
	if s.rehearses {
		return list // the stand-in must not get into the cache of the real provider
	}
	return append(list, "TF_PLUGIN_CACHE_DIR="+s.plugins(),
		// A staged root has no lock file of its own, without which Terraform downloads the
		// provider for each stack again. base.tf has its exact version.
		"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE=1")
}

func (s *session) stackFolder(stack provision.Stack) string {
	return filepath.Join(s.work, "stacks", filepath.FromSlash(stack.Key()))
}

func (s *session) registers() string { return filepath.Join(s.work, "running") }

// plugins returns the folder of the providers that all stacks share.
func (s *session) plugins() string { return filepath.Join(s.root, workspace.Dist, "terraform-plugins") }

// waitForOrphans waits for the Terraform processes that a killed deployment left.
func (s *session) waitForOrphans(ctx context.Context) error {
	return process.Wait(ctx, s.registers(), func(registers []string) {
		for _, r := range registers {
			name, _ := filepath.Rel(s.registers(), r)
			fmt.Fprintf(s.out, "waiting for Terraform, which an interrupted deployment left running on %s\n", filepath.ToSlash(name))
		}
	})
}

// modulesID returns a hash of what an initialization depends on: the root
// modules, the program, and the place of the state.
func (s *session) modulesID(stack provision.Stack) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, s.terraform, s.environ, s.environment.Account, s.environment.State, stack.Key())
	files, err := terraform.Files(s.root)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(hash, "%s %d\n%s", name, len(files[name]), files[name])
	}
	return hex.EncodeToString(hash.Sum(nil)), err
}
