// Package targets has the targets of a project's magefile, which imports them with
// mage:import. Each is a call into a package; its comment is its help text. Their current
// folder is the root of the project.
package targets

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/check"
	"github.com/meridian-api/meridian/infra/docs"
	"github.com/meridian-api/meridian/infra/estimate"
	"github.com/meridian-api/meridian/infra/forward"
	"github.com/meridian-api/meridian/infra/modrelease"
	"github.com/meridian-api/meridian/infra/modules"
	"github.com/meridian-api/meridian/infra/pins"
	"github.com/meridian-api/meridian/infra/scaffold"
	"github.com/meridian-api/meridian/infra/up"
	"github.com/meridian-api/meridian/infra/up/shell"
)

// Up builds the system and runs it on this machine in two Regions, until Ctrl-C.
func Up(ctx context.Context) error { return up.Run(ctx, ".", os.Getenv, os.Stdout) }

// Test runs the tests of every module, with the race detector if RACE=1; NOSKIP=1 fails on a skipped test, SINCE=REF tests the affected modules.
func Test(ctx context.Context) error { return check.Test(ctx, ".", os.Getenv, os.Stdout) }

// Check runs every check that is not a test, such as formatting, imports and generated files.
func Check(ctx context.Context) error { return check.All(ctx, ".", os.Stdout) }

// CI runs Check, and Test with the race detector: what a pull request must pass.
func CI(ctx context.Context) error { return check.CI(ctx, ".", os.Getenv, os.Stdout) }

// Generate writes every context's openapi.json and service.json from its Go operations.
func Generate(ctx context.Context) error { return build.GenerateAt(ctx, ".") }

// Affected lists the modules that a change since main, or -since=REF, touches, with their dependents; -json prints JSON.
func Affected(ctx context.Context, since *string, json *bool) error {
	return modules.PrintAffected(ctx, ".", since, json, os.Stdout)
}

// Tidy adds and removes what each go.mod must require, and what go.work must replace.
func Tidy(ctx context.Context) error { return modules.Tidy(ctx, ".", os.Stdout) }

// Build builds every function for AWS Lambda and writes its zip to dist/functions/linux-arm64.
func Build(ctx context.Context) error { return build.PackageAt(ctx, ".") }

// New writes source code to begin with.
type New mg.Namespace

// Context writes a bounded context, such as orders, with an operation each to read, write and list; -one=NAME sets an irregular singular.
func (New) Context(ctx context.Context, name string, one *string) error {
	return scaffold.Context(ctx, ".", name, one, os.Stdout)
}

// Operation adds an operation, such as suspendAccount, with its Lambda to a context; -method=METHOD and -path=PATH say where its requests go.
func (New) Operation(ctx context.Context, name, id string, method, path *string) error {
	return scaffold.Operation(ctx, ".", name, id, scaffold.Target{Method: method, Path: path}, os.Stdout)
}

// Contract works on the specifications.
type Contract mg.Namespace

// Merge writes dist/openapi.json and dist/openapi-3.1.json for clients, and dist/deployable.json for API Gateway; mage -v lists what the latter leaves out.
func (Contract) Merge() error { return pipeline.WriteDocuments(".", mg.Verbose(), os.Stdout) }

// Lint reports what API Gateway would refuse or silently ignore.
func (Contract) Lint() error { return pipeline.WriteFindings(".", os.Stdout) }

// Check compares operations, manifests and Lambda folders.
func (Contract) Check() error { return pipeline.Check(".") }

// Diff compares every context with its last release, or with the git ref -base=REF, and reports its next version; -json prints JSON.
func (Contract) Diff(ctx context.Context, base *string, json *bool) error {
	return compat.Diff(ctx, ".", base, json, os.Stdout)
}

// Client writes clients in Go and TypeScript to dist/clients, and each context's own in Go to its module, for go get.
func (Contract) Client(ctx context.Context) error { return build.Clients(ctx, ".", os.Stdout) }

// Serve serves the documentation portal on PORT, by default 8081.
func (Contract) Serve(ctx context.Context) error { return docs.Serve(ctx, ".", os.Getenv, os.Stdout) }

// Site writes a static copy of the documentation portal to dist/site.
func (Contract) Site(ctx context.Context) error { return docs.Site(ctx, ".", os.Stdout) }

// Deploy works on an environment on AWS, the one that ENV names; REHEARSE=1 needs no account and changes nothing there.
type Deploy mg.Namespace

// All builds everything and rolls it out Region by Region; -create allows a new environment, -drain takes each Region out of DNS meanwhile, -allowDataLoss=NAME lets data go, -moveDomain=DOMAIN takes the API down to move it to another domain, -json prints events.
func (Deploy) All(create, drain, json *bool, allowDataLoss, moveDomain *string) error {
	return deployTarget("deploy:all", forward.Option("create", create), forward.Option("drain", drain), forward.Option("json", json),
		forward.Option("allowDataLoss", allowDataLoss), forward.Option("moveDomain", moveDomain))
}

// Doctor checks what a deployment of ENV needs, such as credentials and quotas, before anything is made.
func (Deploy) Doctor() error { return deployTarget("deploy:doctor") }

// Plan prints what All would change in each stack of ENV, and changes nothing.
func (Deploy) Plan() error { return deployTarget("deploy:plan") }

// Rehearse deploys, rolls out, rolls back, drains and fails without an account, under load, and prints the failed requests.
func (Deploy) Rehearse() error { return deployTarget("deploy:rehearse") }

// Module rolls out one context into the Regions of ENV.
func (Deploy) Module(name string, drain *bool, allowDataLoss *string) error {
	return deployTarget("deploy:module", name, forward.Option("drain", drain), forward.Option("allowDataLoss", allowDataLoss))
}

// Pin pins a context to a release in the file of ENV, such as accounts v1.4.0: the environment deploys it instead of the working tree.
func (Deploy) Pin(ctx context.Context, name, version string) error {
	return pins.Pin(ctx, ".", os.Getenv, name, version, os.Stdout)
}

// Unpin removes the pin of a context from the file of ENV.
func (Deploy) Unpin(name string) error { return pins.Unpin(".", os.Getenv, name, os.Stdout) }

// Region rolls out into one Region of ENV only.
func (Deploy) Region(region string, drain *bool) error {
	return deployTarget("deploy:region", region, forward.Option("drain", drain))
}

// Destroy shows what ENV has and removes it once its name is typed, or given by -confirm=NAME; what is protected is not touched.
func (Deploy) Destroy(confirm *string) error {
	return deployTarget("deploy:destroy", forward.Option("confirm", confirm))
}

// Status prints what each Region of ENV runs; -drift also prints what is not as Terraform left it, which takes minutes.
func (Deploy) Status(drift *bool) error {
	return deployTarget("deploy:status", forward.Option("drift", drift))
}

// Import takes a resource that exists into the state of a stack of ENV, when deploy:all says that it was lost.
func (Deploy) Import(stack, address, id string) error {
	return deployTarget("deploy:import", stack, address, id)
}

// Rollback takes the Regions of ENV, or the one of -region=REGION, back to the release before.
func (Deploy) Rollback(region *string) error {
	return deployTarget("deploy:rollback", forward.Option("region", region))
}

// Drain takes a Region of ENV out of DNS until it is undrained.
func (Deploy) Drain(region string) error { return deployTarget("deploy:drain", region) }

// Undrain brings a Region of ENV back into DNS.
func (Deploy) Undrain(region string) error { return deployTarget("deploy:undrain", region) }

// Regions records other Regions, separated by commas, for ENV, an environment without a file. deploy:all applies them.
func (Deploy) Regions(regions string) error { return deployTarget("deploy:regions", regions) }

// Claims takes ENV from one Region to several in its file: it copies strongly consistent tables, and holds their writes meanwhile.
func (Deploy) Claims() error { return deployTarget("deploy:claims") }

// Reap lists the environments that have expired in the account of ENV, and removes them after confirmation.
func (Deploy) Reap(confirm *string) error {
	return deployTarget("deploy:reap", forward.Option("confirm", confirm))
}

// Unlock removes the lock of ENV that a deployment left on another machine.
func (Deploy) Unlock() error { return deployTarget("deploy:unlock") }

// deployTarget runs a target of the project's infra/deploy/magefile.go. Only a deployment needs the clients of
// AWS, and compiling them would take a third of the first 'go tool mage up'.
func deployTarget(args ...string) error { return forward.Run("infra/deploy", args...) }

// Release releases modules one by one.
type Release mg.Namespace

// Status prints each module's last release, what changed since, its next version, its dependents, and what they use that is not released.
func (Release) Status(ctx context.Context) error { return modrelease.Status(ctx, ".", os.Stdout) }

// Module tests a module against its siblings' releases, commits and tags its next version, or -version=VERSION; -dryRun only shows it.
func (Release) Module(ctx context.Context, name string, version *string, dryRun *bool) error {
	return modrelease.Module(ctx, ".", name, modrelease.OptionsOf(version, dryRun), os.Stdout)
}

// Bump moves every module that requires the named one to its newest release, with a commit for each.
func (Release) Bump(ctx context.Context, name string) error {
	return modrelease.Bump(ctx, ".", name, os.Stdout)
}

// Verify builds, tests and installs a release from its tag, such as accounts/v1.4.0, as Module did before.
func (Release) Verify(ctx context.Context, tag string) error {
	return modrelease.Verify(ctx, ".", tag, os.Stdout)
}

// Infra works on the deployment.
type Infra mg.Namespace

// Estimate estimates a month's cost and the clients' latency of ENV, or of prod, also in other REGIONS and with another PROFILE.
func (Infra) Estimate() error { return estimate.Run(".", os.Getenv, os.Stdout) }

// Prices compares the prices of Estimate with AWS's public price list, or with the files that were downloaded to -from=FOLDER, or are at -from=ADDRESS.
func (Infra) Prices(ctx context.Context, from *string) error {
	if from == nil {
		from = new(string)
	}
	return estimate.ComparePrices(ctx, *from, os.Stdout)
}

// Local watches and breaks the cloud that Up runs, from another terminal.
type Local mg.Namespace

// Status prints Regions, links, functions and faults.
func (Local) Status(ctx context.Context) error { return shell.Find(".", os.Stdout).Status(ctx) }

// Logs prints the logs, or what concerns -function=CONTEXT-FUNCTION or -request=ID; -f follows them.
func (Local) Logs(ctx context.Context, function, request *string, f *bool) error {
	return shell.Logs(ctx, ".", shell.NewFilter(function, request, f), os.Stdout)
}

// Down stops a Region.
func (Local) Down(ctx context.Context, region string) error {
	return shell.Find(".", os.Stdout).Down(ctx, region)
}

// Up starts a Region that Down has stopped.
func (Local) Up(ctx context.Context, region string) error {
	return shell.Find(".", os.Stdout).Up(ctx, region)
}

// Cut stops the replication between two Regions.
func (Local) Cut(ctx context.Context, a, b string) error {
	return shell.Find(".", os.Stdout).Cut(ctx, a, b)
}

// Heal resumes the replication that Cut has stopped.
func (Local) Heal(ctx context.Context, a, b string) error {
	return shell.Find(".", os.Stdout).Heal(ctx, a, b)
}

// Lag sets how long later writes take to reach the other Regions, such as 2s.
func (Local) Lag(ctx context.Context, lag string) error {
	return shell.Find(".", os.Stdout).Lag(ctx, lag)
}

// Skew sets by how much the clock of a Region is ahead, such as 5m.
func (Local) Skew(ctx context.Context, region, skew string) error {
	return shell.Find(".", os.Stdout).Skew(ctx, region, skew)
}

// Fault makes a function fail by -crash, -delay=2s or -throttle; without any, it ends the faults of the function.
func (Local) Fault(ctx context.Context, function string, crash, throttle *bool, delay *string) error {
	return shell.Find(".", os.Stdout).Fault(ctx, function, crash, throttle, delay)
}

// Keys expires the keys that sign tokens.
func (Local) Keys(ctx context.Context) error { return shell.Find(".", os.Stdout).ExpireKeys(ctx) }

// Secrets makes Secrets Manager fail with the argument down, and work again with up.
func (Local) Secrets(ctx context.Context, state string) error {
	return shell.Find(".", os.Stdout).Secrets(ctx, state)
}

// Reset removes the tables that the cloud keeps when it ends. The cloud must have ended.
func (Local) Reset() error { return up.Reset(".") }

// Token prints an access token of a user, with the user's scopes or -scopes="a b".
func (Local) Token(ctx context.Context, user string, scopes *string) error {
	return shell.Find(".", os.Stdout).Token(ctx, user, scopes)
}

// Invoke invokes a function with -event=FILE, or with a sample from the contract, and prints its response.
func (Local) Invoke(ctx context.Context, function string, event *string) error {
	return shell.Find(".", os.Stdout).Invoke(ctx, function, event)
}
