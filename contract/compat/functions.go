package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// compareFunctions compares the functions that both manifests have.
func (r *resources) compareFunctions() {
	names := match(r.before.Functions, r.after.Functions, func(a, b manifest.Function) bool {
		return a.OperationID == b.OperationID || a.Method == b.Method && a.Path == b.Path
	})
	for from, to := range names.renamed {
		r.add(functionRenamed, []string{"functions", to}, "function `%s`: renamed to `%s`", from, to)
		r.compareFunction(to, r.before.Functions[from], r.after.Functions[to])
	}
	for _, name := range names.both {
		r.compareFunction(name, r.before.Functions[name], r.after.Functions[name])
	}
}

func (r *resources) compareFunction(name string, before, after manifest.Function) {
	path := []string{"functions", name}
	number := func(member, what, unit string, before, after int, reduced, raised rule) {
		k := raised
		if after < before {
			k = reduced
		}
		if after != before {
			r.add(k, append(path, member), "function `%s`: the %s changes from %d to %d %s", name, what, before, after, unit)
		}
	}
	number("memoryMB", "memory", "MB", before.MemoryMB, after.MemoryMB, memoryReduced, memoryRaised)
	number("timeoutSeconds", "time limit", "seconds", before.TimeoutSeconds, after.TimeoutSeconds, timeoutReduced,
		timeoutRaised)
	switch {
	case before.Health && !after.Health:
		r.add(healthRemoved, append(path, "health"), "function `%s`: is no longer a health operation", name)
	case after.Health && !before.Health:
		r.add(healthAdded, append(path, "health"), "function `%s`: becomes a health operation", name)
	}
	if !deepEqual(before.Environment, after.Environment) {
		r.add(variable, append(path, "environment"), "function `%s`: its variables change from %s to %s", name,
			describeVariables(before.Environment), describeVariables(after.Environment))
	}
	r.compareRights(name, rights(before.Grants), rights(after.Grants))
}

func describeVariables(variables map[string]string) string {
	var all []string
	for _, name := range sortedKeys(variables) {
		all = append(all, fmt.Sprintf("`%s=%s`", name, variables[name]))
	}
	return strings.Join(append(all, ""), " ")
}

// target is what a grant is for.
type target struct{ table, index, secret string }

func (t target) String() string {
	switch {
	case t.secret != "":
		return "secret `" + t.secret + "`"
	case t.index != "":
		return "index `" + t.index + "` of table `" + t.table + "`"
	}
	return "table `" + t.table + "`"
}

// exists reports whether a manifest has the target.
func (t target) exists(s *manifest.Service) bool {
	if t.secret != "" {
		_, ok := s.Secrets[t.secret]
		return ok
	}
	table, ok := s.Tables[t.table]
	if ok && t.index != "" {
		_, ok = table.Indexes[t.index]
	}
	return ok
}

// rights returns the actions that grants allow, by target.
func rights(grants []manifest.Grant) map[target][]string {
	allowed := map[target][]string{}
	for _, g := range grants {
		t := target{table: g.Table, index: g.Index, secret: g.Secret}
		allowed[t] = append(allowed[t], g.Actions...)
	}
	return allowed
}

// compareRights compares what a function may do. Rights on what only one of the
// manifests has come and go with it.
func (r *resources) compareRights(function string, before, after map[target][]string) {
	path := []string{"functions", function, "grants"}
	for t, actions := range after {
		k := rightsWidened
		if !t.exists(r.before) {
			k = rightsAdded
		}
		if more := without(actions, before[t]); len(more) > 0 {
			r.add(k, path, "function `%s`: may also do %s on the %s", function, quoted(more), t)
		}
	}
	for t, actions := range before {
		if fewer := without(actions, after[t]); len(fewer) > 0 {
			r.add(rightsNarrowed, path, "function `%s`: may no longer do %s on the %s", function, quoted(fewer), t)
		}
	}
}

// without returns the elements of list that others does not have.
func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}
