package generate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// serviceName is also a path segment and a part of Lambda names.
var serviceName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// checkService checks what holds for the context as a whole.
func (g *generation) checkService() {
	if !serviceName.MatchString(g.svc.Name) {
		g.refuseService("the Name %q is not in lower kebab case", g.svc.Name)
	}
	for field, value := range map[string]string{"Title": g.svc.Title, "Owner": g.svc.Owner} {
		if strings.TrimSpace(value) == "" {
			g.refuseService("the %s is empty", field)
		}
	}
	if v := "v" + g.svc.Version; !semver.IsValid(v) || semver.Canonical(v)+semver.Build(v) != v {
		g.refuseService("the Version %q is no semantic version such as 1.2.3", g.svc.Version)
	}
	if doc := g.source.Contract(); doc.Text == "" {
		g.faults.add(doc.At, "package %s %s", contractFolder, needsComment)
	}
	if !slices.ContainsFunc(g.operations, func(o *operation) bool { return o.Health }) {
		g.refuseService("no operation has Health: latency routing could not tell whether a Region serves")
	}
	g.checkScopes()
}

// checkScopes sees to it that every scope is explained, and of use.
func (g *generation) checkScopes() {
	used := map[string]bool{}
	for _, o := range g.operations {
		for i, scope := range o.Scopes {
			used[scope] = true
			if _, ok := g.svc.Scopes[scope]; !ok {
				g.refuse(o, "the scope %s is not among the Scopes of Service()", scope)
			}
			if slices.Contains(o.Scopes[:i], scope) {
				g.refuse(o, "the scope %s is listed twice", scope)
			}
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(g.svc.Scopes)) {
		if name, ok := strings.CutPrefix(scope, g.svc.Name+"/"); !ok || name == "" {
			g.refuseService("the scope %s does not begin with %s/", scope, g.svc.Name)
		}
		if strings.TrimSpace(g.svc.Scopes[scope]) == "" {
			g.refuseService("the scope %s has no description", scope)
		}
		if !used[scope] {
			g.refuseService("no operation takes the scope %s", scope)
		}
	}
}

// refuseService reports what is wrong with the context, at its function Service.
func (g *generation) refuseService(format string, args ...any) {
	g.faults.add(g.source.Service(), "service "+g.svc.Name+": "+format, args...)
}
