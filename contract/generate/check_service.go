package generate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// serviceName is also a path segment and a part of the functions' names.
var serviceName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// checkService checks the members of the context other than operations and resources.
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
		g.refuseService("the Version %q is not a semantic version such as 1.2.3", g.svc.Version)
	}
	if doc := g.source.Contract(); doc.Text == "" {
		g.errs.add(doc.At, "package %s %s", contractFolder, needsComment)
	}
	if !slices.ContainsFunc(g.operations, func(o *operation) bool { return o.Health }) {
		g.refuseService("no operation has Health: latency routing needs one to check a Region")
	}
	g.checkScopes()
}

// checkScopes checks that every scope has a description and is used.
func (g *generation) checkScopes() {
	used := map[string]bool{}
	for _, o := range g.operations {
		for i, scope := range o.Scopes {
			used[scope] = true
			if _, ok := g.svc.Scopes[scope]; !ok {
				g.refuse(o, "the scope %s is not in the Scopes of Service()", scope)
			}
			if slices.Contains(o.Scopes[:i], scope) {
				g.refuse(o, "the scope %s is in Scopes twice", scope)
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
			g.refuseService("no operation has the scope %s", scope)
		}
	}
}

// refuseService adds an error about the context, at its function Service.
func (g *generation) refuseService(format string, args ...any) {
	g.errs.add(g.source.Service(), "service "+g.svc.Name+": "+format, args...)
}
