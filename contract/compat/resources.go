package compat

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// resources compares two manifests of a context: what a roll-out changes in the cloud
// and clients do not see in the specification. Functions that are added or removed are
// not listed, because the specification has their operations.
type resources struct {
	before, after *manifest.Service
	// from and to are the files' names, for locations.
	from, to source
	changes  []Change
}

// resourceChanges returns the changes, sorted by descending verdict, then by text.
func resourceChanges(from, to source, before, after *manifest.Service) []Change {
	r := &resources{before: before, after: after, from: from, to: to}
	if before.Owner != after.Owner {
		r.add(ownerChanged, []string{"owner"}, "the owner `%s` is replaced by `%s`", before.Owner, after.Owner)
	}
	r.compareFunctions()
	r.compareTables()
	r.compareSecrets()
	r.compareScopes()
	slices.SortStableFunc(r.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)),
			cmp.Compare(a.Text, b.Text))
	})
	return r.changes
}

// add adds a change at a path that the new manifest has, or else only the released one.
func (r *resources) add(k rule, path []string, format string, args ...any) {
	at := document{source: r.to}
	if len(path) > 1 && !r.has(path) {
		at.source = r.from
	}
	r.changes = append(r.changes, Change{
		ID: k.id, Level: k.verdict.level(), Verdict: k.verdict, Advice: k.advice,
		Text: oneLine(fmt.Sprintf(format, args...)), Location: pointer(at, path...),
	})
}

// has reports whether the new manifest has the function, table, secret or scope that
// path begins with.
func (r *resources) has(path []string) bool {
	var ok bool
	switch name := path[1]; path[0] {
	case "functions":
		_, ok = r.after.Functions[name]
	case "tables":
		_, ok = r.after.Tables[name]
	case "secrets":
		_, ok = r.after.Secrets[name]
	case "scopes":
		_, ok = r.after.Scopes[name]
	}
	return ok
}

// compareSecrets compares the secrets.
func (r *resources) compareSecrets() {
	names := match(r.before.Secrets, r.after.Secrets, func(a, b manifest.Secret) bool { return a == b })
	for _, name := range names.removed {
		r.add(secretRemoved, []string{"secrets", name}, "secret `%s`: removed with its value", name)
	}
	for from, to := range names.renamed {
		r.add(secretRenamed, []string{"secrets", to}, "secret `%s`: renamed to `%s`, which gets a value of its own", from, to)
	}
	for _, name := range names.added {
		r.add(secretAdded, []string{"secrets", name}, "secret `%s`: added", name)
	}
	for _, name := range names.both {
		before, after, path := r.before.Secrets[name], r.after.Secrets[name], []string{"secrets", name}
		if before.RotationDays != after.RotationDays {
			k := rotationIncreased
			if after.RotationDays == 0 || before.RotationDays > 0 && after.RotationDays > before.RotationDays {
				k = rotationReduced
			}
			r.add(k, append(path, "rotationDays"), "secret `%s`: rotated %s and no longer %s", name,
				rotation(after.RotationDays), rotation(before.RotationDays))
		}
		if before.Description != after.Description {
			r.add(secretDescribed, append(path, "description"), "secret `%s`: the description changed", name)
		}
	}
}

func rotation(days int) string {
	if days == 0 {
		return "never"
	}
	return fmt.Sprintf("every %d days", days)
}

// compareScopes compares the OAuth scopes that the user pool has for the context.
func (r *resources) compareScopes() {
	names := match(r.before.Scopes, r.after.Scopes, func(a, b string) bool { return a == b })
	for _, name := range names.removed {
		r.add(oauthScopeRemoved, []string{"scopes", name}, "scope `%s`: removed", name)
	}
	for from, to := range names.renamed {
		r.add(oauthScopeRenamed, []string{"scopes", to}, "scope `%s`: renamed to `%s`", from, to)
	}
	for _, name := range names.added {
		r.add(oauthScopeAdded, []string{"scopes", name}, "scope `%s`: added", name)
	}
	for _, name := range names.both {
		if r.before.Scopes[name] != r.after.Scopes[name] {
			r.add(oauthScopeDescribed, []string{"scopes", name}, "scope `%s`: the description changed", name)
		}
	}
}

// matched are the names of two maps.
type matched struct {
	removed, added, both []string
	// renamed has new names by old ones.
	renamed map[string]string
}

// match matches the names of two maps. A name that is gone and a new one are the same
// thing with another name if their values are equal, and no third value is equal to them
// that could as well be meant.
func match[V any](before, after map[string]V, equal func(a, b V) bool) matched {
	n := matched{renamed: map[string]string{}}
	for _, name := range sortedKeys(before) {
		if _, ok := after[name]; ok {
			n.both = append(n.both, name)
		} else {
			n.removed = append(n.removed, name)
		}
	}
	for _, name := range sortedKeys(after) {
		if _, ok := before[name]; !ok {
			n.added = append(n.added, name)
		}
	}
	for _, old := range slices.Clone(n.removed) {
		candidates := slices.DeleteFunc(slices.Clone(n.added),
			func(name string) bool { return !equal(before[old], after[name]) })
		rivals := slices.DeleteFunc(slices.Clone(n.removed),
			func(name string) bool { return !equal(before[old], before[name]) })
		if len(candidates) == 1 && len(rivals) == 1 {
			n.renamed[old] = candidates[0]
		}
	}
	n.removed = slices.DeleteFunc(n.removed, func(name string) bool { _, ok := n.renamed[name]; return ok })
	n.added = slices.DeleteFunc(n.added,
		func(name string) bool { return slices.Contains(slices.Collect(maps.Values(n.renamed)), name) })
	return n
}

func deepEqual[V any](a, b V) bool { return reflect.DeepEqual(a, b) }

// describeKey returns a key for people, such as "`accountId` (S)".
func describeKey(k *manifest.Key) string {
	return fmt.Sprintf("`%s` (%s)", k.Name, k.Type)
}

// describeKeyChange returns how a key changed, or "" if it did not.
func describeKeyChange(what string, before, after *manifest.Key) string {
	switch {
	case deepEqual(before, after):
		return ""
	case before == nil:
		return fmt.Sprintf("the %s %s is added", what, describeKey(after))
	case after == nil:
		return fmt.Sprintf("the %s %s is removed", what, describeKey(before))
	case before.Type == after.Type:
		return fmt.Sprintf("the %s %s is renamed to `%s`", what, describeKey(before), after.Name)
	case before.Name == after.Name:
		return fmt.Sprintf("the type of the %s `%s` changes from %s to %s", what, before.Name, before.Type, after.Type)
	}
	return fmt.Sprintf("the %s %s is replaced by %s", what, describeKey(before), describeKey(after))
}

// list returns texts that are not empty, as a list.
func list(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), ", ")
}
