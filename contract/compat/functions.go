package compat

import (
	"fmt"
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
	r.compareRights(name, before.Grants, after.Grants)
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
