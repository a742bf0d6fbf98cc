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

// function is a Lambda function of a context.
type function struct {
	service, name string
	manifest.Function
	used bool
}

// functionIndex contains all functions, also by operationId.
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

// function returns the function of an operation. It checks that both have the same
// route, because specification and manifest are two files.
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

// checkFunctions finds functions without an operation.
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

// integration returns the integration that calls the function. API Gateway waits
// as long as Lambda may take, initialization included. If it gave up first, the
// function would continue, and a client that retries would do the work twice.
//
// With passthroughBehavior at its default, a proxy integration passes on every
// body. The function responds to unsupported types with 415, as a problem document.
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
