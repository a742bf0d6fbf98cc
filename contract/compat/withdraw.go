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

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Notice is how long releases must deprecate an operation before a release may withdraw
// it. A context has no major version after v1, so that this is the way in which an
// operation ends.
const Notice = 180 * 24 * time.Hour

// operationWithdrawn is the rule for an operation that is removed after Notice.
const operationWithdrawn = "operation-withdrawn"

// deprecatedRemovals are the rules for an operation that is removed and was deprecated.
var deprecatedRemovals = []string{"api-path-removed-with-deprecation", "api-removed-with-deprecation"}

// withdraw makes the removal of an operation a compatible change from version 1.0.0 on if
// the releases have deprecated it for Notice, until the commit of HEAD. Before 1.0.0 it
// stays a breaking change, which raises the minor version.
func (h history) withdraw(ctx context.Context, c workspace.Context, r Report) (Report, error) {
	isRemoval := func(change Change) bool { return slices.Contains(deprecatedRemovals, change.ID) }
	if semver.Major("v"+r.Current) == "v0" || !slices.ContainsFunc(r.Changes, isRemoval) {
		return r, nil
	}
	now, err := h.time(ctx, "HEAD")
	if err != nil {
		return r, err
	}
	deprecated, err := h.deprecations(ctx, c)
	if err != nil {
		return r, err
	}
	for i, change := range r.Changes {
		if !isRemoval(change) {
			continue
		}
		since := deprecated[change.Operation]
		days := int(now.Sub(since.Time).Hours() / 24)
		if now.Sub(since.Time) < Notice {
			r.Changes[i].Advice = fmt.Sprintf("withdraw it %d days after the release that deprecated it (%s, %d days ago)",
				int(Notice.Hours()/24), since.Tag, days)
			continue
		}
		r.Changes[i].ID, r.Changes[i].Level = operationWithdrawn, Compatible
		r.Changes[i].Text = fmt.Sprintf("withdrawn, %d days after %s deprecated it", days, since.Tag)
	}
	slices.SortStableFunc(r.Changes, func(a, b Change) int { return cmp.Compare(b.Level.rank(), a.Level.rank()) })
	return r.conclude()
}

// Deprecation is the first release in a row, up to the newest, that deprecates an operation.
type Deprecation struct {
	// Operation is its method and path, such as "GET /accounts/{accountId}".
	Operation string
	// Tag is the release's, such as accounts/v1.4.0.
	Tag string
	// Time is the time of the release's commit.
	Time time.Time
}

// Ends returns the time from which a release may withdraw the operation.
func (d Deprecation) Ends() time.Time { return d.Time.Add(Notice) }

// Deprecations returns the operations of a workspace that the newest releases of its
// contexts deprecate, sorted by context and operation, without pinned contexts. It
// fails as RunWorkspace does without a repository or its tags.
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

// deprecations returns the deprecation of every operation that the newest release of a
// context deprecates, by method and path.
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
		eachOperation(spec.doc, func(path, method string, o *openapi3.Operation) {
			now[operation(method, path)] = o.Deprecated
		})
		for name, deprecated := range now {
			if _, known := found[name]; deprecated && !ended[name] && (known || i == 0) {
				found[name] = Deprecation{name, tag, at}
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
