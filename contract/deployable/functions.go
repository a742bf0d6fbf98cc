package deployable

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
)

// function is a Lambda and the context that it belongs to.
type function struct {
	service, name string
	manifest.Function
	used bool
}

// functionIndex finds functions by operationId.
type functionIndex struct {
	byID map[string]*function
	all  []*function
}

func indexFunctions(services []*manifest.Service) *functionIndex {
	x := &functionIndex{byID: map[string]*function{}}
	for _, s := range services {
		for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
			f := &function{service: s.Name, name: name, Function: s.Functions[name]}
			x.byID[f.OperationID] = f
			x.all = append(x.all, f)
		}
	}
	return x
}

// function finds the Lambda of an operation. That they agree on the route is
// checked, because specification and manifest are two files.
func (b *builder) function(id, method, path string) *function {
	f := b.functions.byID[id]
	if f == nil {
		b.problem("%s %s (%s): no manifest has a function for it: %s", method, path, cmp.Or(id, "no operationId"), manifest.Regenerate)
		return nil
	}
	f.used = true
	if !strings.EqualFold(f.Method, method) || f.Path != path {
		b.problem("%s %s (%s): the function %s of %s serves %s %s: %s", method, path, id, f.name, f.service, f.Method, f.Path, manifest.Regenerate)
	}
	return f
}

// checkFunctions finds the functions that no operation leads to.
func (b *builder) checkFunctions() {
	for _, f := range b.functions.all {
		if !f.used {
			b.problem("function %s of %s: the specification has no operation %s: %s", f.name, f.service, f.OperationID, manifest.Regenerate)
		}
	}
}

// initAllowance is how long Lambda lets a function initialize, in milliseconds.
// It does not count towards the function's own timeout.
const initAllowance = 10_000

// integration calls the function. The gateway waits for as long as Lambda may
// take, initialisation included, so that a client hears what became of its
// request from the function or from Lambda; had the gateway given up first, the
// function would go on, and a client that retries would do the work twice.
//
// The passthroughBehavior is API Gateway's default, with which a proxy
// integration passes every body on: the function answers 415 to a type that it
// does not take, as a problem document.
func (b *builder) integration(f *function) object {
	name := resource.FunctionName("${stageVariables."+b.opts.EnvironmentVariable+"}", f.service, f.name)
	return object{
		"type":       "aws_proxy",
		"httpMethod": "POST",
		"uri": apigateway.FunctionURI("arn:" + apigateway.PartitionVariable + ":lambda:" + apigateway.RegionVariable + ":" +
			apigateway.AccountVariable + ":function:" + name + ":" + b.opts.Alias),
		"passthroughBehavior": "when_no_match",
		"timeoutInMillis":     min(max(f.TimeoutSeconds*1000+initAllowance, apigateway.MinTimeoutMillis), apigateway.MaxTimeoutMillis),
	}
}
