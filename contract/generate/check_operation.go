package generate

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

var (
	operationID = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	problemSlug = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

// methods does not contain OPTIONS, which API Gateway serves for CORS, and HEAD,
// which the function of a GET serves.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// The ranges of a function's memory in MiB, and of its timeout: API Gateway does
// not wait longer.
const (
	minMemory, maxMemory   = 128, 10240
	minTimeout, maxTimeout = time.Second, apigateway.MaxTimeoutMillis * time.Millisecond
)

// checkOperations checks each operation, and that their routes and functions do not
// clash.
func (g *generation) checkOperations() {
	byRoute, byFunction, byID := map[string]string{}, map[string]string{}, map[string]string{}
	var resources apigateway.Tree
	slugs := map[string]problem.Kind{}
	for _, k := range problem.Kinds() {
		slugs[k.Slug] = k
	}
	for _, o := range g.operations {
		g.checkShape(o)
		g.checkOperationDeprecation(o)
		g.checkLimits(o)
		g.checkInput(o)
		g.checkOutput(o)
		g.checkAccess(o)
		g.checkProblems(o, slugs)

		route := o.Method + " " + pathParameter.ReplaceAllString(o.Path, "{}")
		if other, clash := byRoute[route]; clash {
			g.refuse(o, "has the same route as %s, %s %s", other, o.Method, o.Path)
		} else if clash, found := resources.Add(o.Path, o.ID); found && clash.OtherOwner != o.ID {
			g.refuse(o, "the path %s clashes with the path of %s: %s", o.Path, clash.OtherOwner, clash.Reason)
		}
		byRoute[route] = o.ID
		if other, clash := byFunction[kebab(o.ID)]; clash && other != o.ID {
			g.refuse(o, "has the same function as %s, %s", other, kebab(o.ID))
		}
		byFunction[kebab(o.ID)] = o.ID
		if other, clash := byID[strings.ToLower(o.ID)]; clash && other != o.ID {
			g.refuse(o, "the ID differs only in case from %s: clients in some languages cannot have both", other)
		}
		byID[strings.ToLower(o.ID)] = o.ID
	}
}

func (g *generation) checkShape(o *operation) {
	if !operationID.MatchString(o.ID) {
		g.refuse(o, "the ID %q is not in lower camel case", o.ID)
	}
	if o.source.Name != "" && o.source.Text == "" {
		g.refuse(o, "the variable %s %s", o.source.Name, needsComment)
	}
	if !slices.Contains(methods, o.Method) {
		g.fatal = true
		g.refuse(o, "the method %q is not one of %s", o.Method, strings.Join(methods, ", "))
	}
	_, body := rest.BodyField(o.Input)
	if body && (o.Method == http.MethodGet || o.Method == http.MethodDelete) {
		g.refuse(o, "a %s request has no Body (RFC 9110, section 9.3)", o.Method)
	}
	_, content := rest.BodyField(o.Output)
	switch {
	case o.Status < 200 || o.Status > 299:
		g.refuse(o, "the Status %d does not report success, 200 to 299", o.Status)
	case content && (o.Status == http.StatusNoContent || o.Status == http.StatusResetContent):
		g.refuse(o, "a response with Status %d has no Body", o.Status)
	}
}

func (g *generation) checkLimits(o *operation) {
	if o.Timeout < minTimeout || o.Timeout > maxTimeout || o.Timeout%time.Second != 0 {
		g.refuse(o, "the Timeout %s is not a number of seconds from %s to %s", o.Timeout, minTimeout, maxTimeout)
	}
	if o.Memory < minMemory || o.Memory > maxMemory {
		g.refuse(o, "the Memory %d is not from %d to %d MiB", o.Memory, minMemory, maxMemory)
	}
}

// checkAccess checks the operation's scopes and its caller.
func (g *generation) checkAccess(o *operation) {
	if o.Public && len(o.Scopes) > 0 {
		g.refuse(o, "is Public but has Scopes")
	}
	if o.Health {
		_, body := rest.BodyField(o.Input)
		if o.Method != http.MethodGet || !o.Public || len(o.params) > 0 || body {
			g.refuse(o, "has Health, but is not a public GET without parameters")
		}
	}
	if o.Input.Kind() != reflect.Struct {
		return
	}
	callers := 0
	for _, f := range reflect.VisibleFields(o.Input) {
		if f.Type != callerType {
			continue
		}
		callers++
		if len(f.Index) > 1 {
			g.refuse(o, "%s is in an embedded struct, where the adapter does not set the caller", goField(owner(o.Input, f.Index), f.Name))
		}
	}
	if callers > 1 {
		g.refuse(o, "%s has %d fields of type claims.Caller, of which the adapter sets one", o.Input, callers)
	}
	if callers == 0 && o.Keyed() {
		g.refuse(o, "has an Idempotency-Key, but no field of type claims.Caller: the keys of two callers would be the same")
	}
	if callers > 0 && o.Public {
		g.refuse(o, "is Public, so that no caller is known for %s.Caller", o.Input)
	}
}

// checkProblems checks the declared kinds. It adds them to slugs, in which a slug
// has one kind.
func (g *generation) checkProblems(o *operation, slugs map[string]problem.Kind) {
	for _, k := range o.Declared {
		if known, ok := slugs[k.Slug]; ok && known != k {
			g.refuse(o, "two kinds of problem have the slug %s", k.Slug)
		}
		slugs[k.Slug] = k
		if !problemSlug.MatchString(k.Slug) {
			g.refuse(o, "the problem's slug %q is not in lower kebab case", k.Slug)
		}
		if k.Status < 400 || k.Status > 599 {
			g.refuse(o, "the problem %s has the status %d, not one from 400 to 599", k.Slug, k.Status)
		}
		if k.Title == "" || k.Doc == "" {
			g.refuse(o, "the problem %s needs a Title and a Doc for its description", k.Slug)
		}
	}
}
