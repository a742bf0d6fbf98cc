package compat

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/platform/rest"
)

// Notice is how long releases must deprecate a part before a release may withdraw it. A
// context has no major version after v1, so that this is the way in which a part ends.
const Notice = rest.Notice

// The rules for parts that end.
const (
	operationWithdrawn = "operation-withdrawn"
	partWithdrawn      = "part-withdrawn"
	partRemovedEarly   = "part-removed-early"
)

// deprecatedRemovals are the rules for an operation that is removed and was deprecated.
var deprecatedRemovals = []string{"api-path-removed-with-deprecation", "api-removed-with-deprecation"}

// withdraw makes the removal of an operation a compatible change from version 1.0.0 on if
// the releases have deprecated it for Notice, until the commit of HEAD, and its sunset has
// come. Before 1.0.0 it stays a breaking change, which raises the minor version.
func (h history) withdraw(ctx context.Context, c workspace.Context, r Report) (Report, error) {
	isRemoval := func(change Change) bool { return slices.Contains(deprecatedRemovals, change.ID) }
	if semver.Major("v"+r.Current) == "v0" || !slices.ContainsFunc(r.Changes, isRemoval) {
		return r, nil
	}
	now, deprecated, err := h.deprecated(ctx, c)
	if err != nil {
		return r, err
	}
	for i, change := range r.Changes {
		if !isRemoval(change) {
			continue
		}
		since := deprecated[change.Operation]
		if now.Before(since.Ends()) {
			r.Changes[i].Advice = "withdraw it " + since.end(now)
			continue
		}
		r.Changes[i].ID, r.Changes[i].Level = operationWithdrawn, Compatible
		r.Changes[i].Text = since.withdrawn(now)
	}
	slices.SortStableFunc(r.Changes, func(a, b Change) int { return cmp.Compare(b.Level.rank(), a.Level.rank()) })
	return r.conclude()
}

// withdrawParts returns before without the deprecated parts that after does not have any
// more, and a change for each, which is compatible under the conditions of withdraw.
func (h history) withdrawParts(
	ctx context.Context, c workspace.Context, r Report, before, after document, released []byte,
) (document, []Change, error) {
	removed := removedParts(before, after)
	if len(removed) == 0 {
		return before, nil, nil
	}
	now, deprecated, err := h.deprecated(ctx, c)
	if err != nil {
		return before, nil, err
	}
	var changes []Change
	for _, key := range removed {
		since := deprecated[key]
		change := Change{
			ID: partWithdrawn, Level: Compatible, Operation: since.Operation, Location: after.file,
			Text: oneLine(since.Part + " " + since.withdrawn(now)),
		}
		if semver.Major("v"+r.Current) == "v0" || now.Before(since.Ends()) {
			change.ID, change.Level = partRemovedEarly, Breaking
			change.Text = oneLine(since.Part + " removed, which is deprecated")
			change.Advice = "withdraw it " + since.end(now)
		}
		changes = append(changes, change)
	}
	before, err = without(before.source, released, removed)
	return before, changes, err
}

// deprecated returns the time of HEAD and the deprecations of the releases, by key.
func (h history) deprecated(ctx context.Context, c workspace.Context) (time.Time, map[string]Deprecation, error) {
	now, err := h.time(ctx, "HEAD")
	if err != nil {
		return now, nil, err
	}
	list, err := h.deprecations(ctx, c)
	return now, list, err
}

// Deprecation is the first release in a row, up to the newest, that deprecates a part.
type Deprecation struct {
	// Operation and Part are the Operation and the Name of the Part.
	Operation, Part string
	// Tag is the release's, such as accounts/v1.4.0.
	Tag string
	// Time is the time of the release's commit.
	Time time.Time
	// Sunset is the latest that a release in the row has announced. It is zero without an announcement.
	Sunset time.Time
}

// Ends returns the time from which a release may withdraw the part.
func (d Deprecation) Ends() time.Time {
	if end := d.Time.Add(Notice); d.Sunset.Before(end) {
		return end
	}
	return d.Sunset
}

// end says when the part may be withdrawn.
func (d Deprecation) end(now time.Time) string {
	if d.Ends().Equal(d.Sunset) {
		return fmt.Sprintf("from %s on, as %s announced", d.Sunset.Format(time.DateOnly), d.Tag)
	}
	return fmt.Sprintf("%d days after the release that deprecated it (%s, %d days ago)",
		int(Notice.Hours()/24), d.Tag, d.days(now))
}

// withdrawn says that the part was withdrawn in time.
func (d Deprecation) withdrawn(now time.Time) string {
	return fmt.Sprintf("withdrawn, %d days after %s deprecated it", d.days(now), d.Tag)
}

func (d Deprecation) days(now time.Time) int { return int(now.Sub(d.Time).Hours() / 24) }

// Deprecations returns the parts of a workspace that the newest releases of its contexts
// deprecate, sorted by context and part, without pinned contexts. It fails as RunWorkspace
// does without a repository or its tags.
func Deprecations(ctx context.Context, ws workspace.Workspace) ([]Deprecation, error) {
	h, err := openHistory(ctx, ws.Root, "")
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	var list []Deprecation
	for _, c := range contexts {
		if c.Pin != nil {
			continue
		}
		found, err := h.deprecations(ctx, c)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(found)) {
			list = append(list, found[name])
		}
	}
	return list, nil
}

// deprecations returns the deprecation of every part that the newest release of a context
// deprecates, by key.
func (h history) deprecations(ctx context.Context, c workspace.Context) (map[string]Deprecation, error) {
	found := map[string]Deprecation{}
	ended := map[string]bool{}
	for i, tag := range releases(h.tags, h.prefix+path.Dir(c.SpecPath())+"/") {
		data, exists, err := h.read(ctx, tag, c.SpecPath())
		if err != nil {
			return nil, err
		}
		if !exists {
			break
		}
		spec, err := read(source{ref: tag, file: c.SpecPath()}, data)
		if err != nil {
			return nil, err
		}
		at, err := h.time(ctx, tag)
		if err != nil {
			return nil, err
		}
		now := map[string]bool{}
		for _, p := range spec.parts {
			if !p.Deprecated {
				continue
			}
			now[p.key()] = true
			if known, ok := found[p.key()]; !ended[p.key()] && (ok || i == 0) {
				d := Deprecation{Operation: p.Operation, Part: p.Name, Tag: tag, Time: at, Sunset: p.Announced.Sunset}
				if known.Sunset.After(d.Sunset) {
					d.Sunset = known.Sunset
				}
				found[p.key()] = d
			}
		}
		for name := range found {
			ended[name] = ended[name] || !now[name]
		}
	}
	return found, nil
}

// releases returns the release tags that start with prefix, the newest first.
func releases(tags []string, prefix string) []string {
	var list []string
	for len(tags) > 0 {
		tag, _ := newest(tags, prefix)
		if tag == "" {
			break
		}
		list = append(list, tag)
		tags = slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return t == tag })
	}
	return list
}

// time returns the time of the commit that ref names.
func (h history) time(ctx context.Context, ref string) (time.Time, error) {
	out, err := h.run(ctx, "show", "--no-patch", "--format=%ct", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return time.Time{}, err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(out), 10, 64)
	return time.Unix(seconds, 0), err
}
