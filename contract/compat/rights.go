package compat

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// right is one action of a grant, with the grant's limits.
type right struct {
	target
	action string
	limits manifest.Grant
}

// rights returns the rights that grants allow, in order.
func rights(grants []manifest.Grant) []right {
	var all []right
	for _, g := range grants {
		for _, action := range g.Actions {
			all = append(all, right{target{table: g.Table, index: g.Index, secret: g.Secret}, action, g})
		}
	}
	return all
}

// covers reports whether r allows everything that other allows.
func (r right) covers(other right) bool {
	return r.target == other.target && r.action == other.action &&
		(!r.limits.Transaction || other.limits.Transaction) && (r.limits.Replicas || !other.limits.Replicas) &&
		within(other.limits.Keys, r.limits.Keys, matchesKey) &&
		within(other.limits.Attributes, r.limits.Attributes, func(name, allowed string) bool { return name == allowed })
}

// within reports whether each element of list matches one that is allowed. An empty list
// stands for everything.
func within(list, allowed []string, matches func(element, allowed string) bool) bool {
	if len(allowed) == 0 || len(list) == 0 {
		return len(allowed) == 0
	}
	return !slices.ContainsFunc(list, func(element string) bool {
		return !slices.ContainsFunc(allowed, func(a string) bool { return matches(element, a) })
	})
}

// matchesKey reports whether the allowed key, which may be a prefix and "*", includes
// the key, which may be one as well.
func matchesKey(key, allowed string) bool {
	prefix, ok := strings.CutSuffix(allowed, "*")
	return key == allowed || ok && strings.HasPrefix(key, prefix)
}

// limited returns text that describes the limits of a right, or "".
func (r right) limited() string {
	var limits []string
	if len(r.limits.Keys) > 0 {
		limits = append(limits, "the keys "+quoted(r.limits.Keys))
	}
	if len(r.limits.Attributes) > 0 {
		limits = append(limits, "the attributes "+quoted(r.limits.Attributes))
	}
	if r.limits.Transaction {
		limits = append(limits, "transactions")
	}
	everywhere := ""
	if r.limits.Replicas {
		everywhere = ", in every replica"
	}
	if limits == nil {
		return everywhere
	}
	return everywhere + ", limited to " + strings.Join(limits, " and ")
}

// compareRights compares what a function may do. Rights on what only one of the
// manifests has come and go with it.
func (r *resources) compareRights(function string, before, after []manifest.Grant) {
	path := []string{"functions", function, "grants"}
	released, next := rights(before), rights(after)
	for _, group := range uncovered(next, released) {
		k := rightsWidened
		if !group[0].exists(r.before) {
			k = rightsAdded
		}
		r.add(k, path, "function `%s`: may also do %s on the %s%s", function, quoted(actions(group)), group[0].target, group[0].limited())
	}
	for _, group := range uncovered(released, next) {
		r.add(rightsNarrowed, path, "function `%s`: may no longer do %s on the %s%s", function, quoted(actions(group)), group[0].target, group[0].limited())
	}
}

// uncovered returns the rights that no other right covers, grouped by target and limits.
func uncovered(list, others []right) [][]right {
	var groups [][]right
	for _, r := range list {
		if slices.ContainsFunc(others, func(o right) bool { return o.covers(r) }) {
			continue
		}
		i := slices.IndexFunc(groups, func(g []right) bool {
			return g[0].target == r.target && g[0].limited() == r.limited()
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

func actions(rights []right) []string {
	var list []string
	for _, r := range rights {
		list = append(list, r.action)
	}
	return list
}
