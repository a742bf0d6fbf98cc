package up

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
)

// reloadWhenSaved swaps what has changed whenever files of the workspace are saved, until
// ctx is done. The data stays.
func (s *session) reloadWhenSaved(ctx context.Context) error {
	w, err := newWatcher(s.ws.Root)
	if err != nil {
		return fmt.Errorf("watch the source: %w", err)
	}
	defer w.Close()
	if err := w.add(s.builder.Watched()...); err != nil {
		return fmt.Errorf("watch the source: %w", err)
	}
	w.run(ctx, func() {
		start, before := time.Now(), s.release.Binaries
		changed, err := s.reload(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.term.failed(s.failure(before), err)
		case len(changed) > 0 && s.term.live():
			s.term.printf("%-9s %6.1fs  %s\n", "reload", time.Since(start).Seconds(), summary(changed))
		default:
			s.term.show("")
		}
		if err := w.add(s.builder.Watched()...); err != nil {
			s.term.failed("watch the source", err)
		}
	}, func(err error) { s.term.failed("watch the source", err) })
	return nil
}

// failure describes a failed reload by the functions that it has swapped nevertheless.
func (s *session) failure(before build.Binaries) string {
	var swapped []string
	for context, functions := range s.release.Binaries {
		for name, binary := range functions {
			if before[context][name] != binary {
				swapped = append(swapped, context+"-"+name)
			}
		}
	}
	if len(swapped) == 0 {
		return "reload failed: the cloud runs the code from before"
	}
	slices.Sort(swapped)
	return "reload failed: apart from " + summary(swapped) + ", the cloud runs the code from before"
}

// maxListed is the number of changes that a line lists.
const maxListed = 4

// summary returns the changes in one line.
func summary(changed []string) string {
	if more := len(changed) - maxListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(changed[:maxListed], ", "), more)
	}
	return strings.Join(changed, ", ")
}

// reload builds what has changed, makes all Regions run it, and returns its names. If it
// fails, the Regions run the code from before of each function that is not swapped yet.
func (s *session) reload(ctx context.Context) (changed []string, err error) {
	next := s.release
	generated, err := s.builder.Generate(ctx)
	if err != nil {
		return nil, err
	}
	if len(generated) > 0 {
		if err := s.merge(&next); err != nil {
			return nil, err
		}
	}
	if next.Binaries, err = s.builder.Functions(ctx); err != nil {
		return nil, err
	}
	c := s.compare(next.Binaries)
	if !bytes.Equal(next.Document, s.release.Document) {
		changed = append(changed, "documents")
	}
	changed = append(changed, c.names...)
	if len(changed) == 0 && len(generated) == 0 {
		return nil, nil
	}
	if err := s.swap(ctx, next, c); err != nil {
		return nil, err
	}
	if len(generated) > 0 {
		s.mountDocs(ctx)
		if added := newScopes(s.started, next.Services); len(added) > 0 {
			s.term.printf("restart   the users' tokens have no scope %s: stop and start up again\n", strings.Join(added, ", "))
		}
	}
	return changed, s.builder.Prune()
}

// newScopes returns the scopes of the contexts that the ones at the start did not have,
// sorted. The cloud gives its users scopes, tables and secrets when it starts; it refuses to
// run functions that need another table or secret.
func newScopes(started, now []*manifest.Service) []string {
	known := map[string]bool{}
	for _, s := range started {
		for scope := range s.Scopes {
			known[scope] = true
		}
	}
	var added []string
	for _, s := range now {
		for scope := range s.Scopes {
			if !known[scope] {
				added = append(added, scope)
			}
		}
	}
	slices.Sort(added)
	return added
}

// comparison is what differs between the binaries of two releases.
type comparison struct {
	names []string // of the changed and new functions, sorted
	// used are the new binaries of changed functions that were built before, the last called
	// first. others are the new binaries of the other functions.
	used, others []string
	// called has the functions in used that clients have called.
	called map[string]time.Time
	// health has the binaries in used that health checks call.
	health map[string]bool
}

func (s *session) compare(next build.Binaries) comparison {
	c := comparison{called: map[string]time.Time{}, health: map[string]bool{}}
	health := s.builder.Health()
	for _, context := range slices.Sorted(maps.Keys(next)) {
		for _, name := range slices.Sorted(maps.Keys(next[context])) {
			before, now := s.release.Binaries[context][name], next[context][name]
			if before == now {
				continue
			}
			c.names = append(c.names, context+"-"+name)
			if before == "" || !s.builder.Built(before) {
				c.others = append(c.others, now)
				continue
			}
			c.used = append(c.used, now)
			c.called[now] = s.cloud.LastCall(context + "-" + name)
			if slices.Contains(health, now) {
				c.health[now], c.called[now] = true, time.Time{}
			}
		}
	}
	slices.SortStableFunc(c.used, func(a, b string) int { return c.called[b].Compare(c.called[a]) })
	return c
}

// maxChecked limits the functions that a reload compiles before it swaps them. Errors in
// others appear when they are called.
const maxChecked = 20

// maxLinked is the number of functions that are linked before they are swapped: as many as
// two cores link at once. If a change concerns more, only the last called one is. The others
// are linked afterwards, or when they are called before.
const maxLinked = 2

// swap makes all Regions run a release after its functions compile.
func (s *session) swap(ctx context.Context, next local.Release, c comparison) error {
	if len(c.used) <= maxLinked && len(c.others) == 0 {
		if err := s.builder.Build(ctx, c.used...); err != nil {
			return err
		}
		return s.run(next)
	}
	if err := s.swapCalled(ctx, next, c); err != nil {
		return err
	}
	all := slices.Concat(c.used, c.others)
	if err := s.builder.Check(ctx, all[:min(len(all), maxChecked)]...); err != nil {
		return err
	}
	// A health check must not wait for a build: it would fail. Its functions follow.
	first := next
	first.Binaries = s.mixed(next.Binaries, func(binary string) bool { return !c.health[binary] })
	if err := s.run(first); err != nil {
		return err
	}
	var health []string
	for binary, ok := range c.health {
		if ok {
			health = append(health, binary)
		}
	}
	if err := s.builder.Build(ctx, health...); err != nil {
		return err
	}
	if err := s.run(next); err != nil {
		return err
	}
	go s.linkUsed(ctx, c.used)
	return nil
}

// swapCalled swaps the function that clients called last before the others compile: most
// likely its new code is awaited. If the contract has changed, all functions are swapped
// together with the documents.
func (s *session) swapCalled(ctx context.Context, next local.Release, c comparison) error {
	if len(c.used) == 0 || c.called[c.used[0]].IsZero() || !slices.Equal(next.Services, s.release.Services) {
		return nil
	}
	if err := s.builder.Build(ctx, c.used[0]); err != nil {
		return err
	}
	next.Binaries = s.mixed(next.Binaries, func(binary string) bool { return binary == c.used[0] })
	return s.run(next)
}

// linkUsed builds functions that have been called before, so that their next call does
// not wait.
func (s *session) linkUsed(ctx context.Context, binaries []string) {
	for _, binary := range binaries {
		if s.builder.Prepare(ctx, binary) != nil {
			return // a call, or the next reload, reports it
		}
	}
}

// mixed returns the new binaries that swapped reports, and the present ones of the other
// functions that run already.
func (s *session) mixed(next build.Binaries, swapped func(binary string) bool) build.Binaries {
	mix := build.Binaries{}
	for context, functions := range next {
		mix[context] = maps.Clone(functions)
		for name, binary := range functions {
			if present, ok := s.release.Binaries[context][name]; ok && !swapped(binary) {
				mix[context][name] = present
			}
		}
	}
	return mix
}

// run makes all Regions run a release.
func (s *session) run(next local.Release) error {
	if err := s.cloud.Reload(next); err != nil {
		return err
	}
	s.release = next
	return s.served()
}
