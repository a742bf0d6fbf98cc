package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision/restapi"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// scenarios are all scenarios, in the order in which they run.
var scenarios = []scenario{
	{name: "new environment", inCI: true, fresh: true, run: newEnvironment},
	{name: "no change", run: noChange},
	{name: "bad Lambda in the second Region", inCI: true, run: badLambda},
	{name: "bad document in the second Region", run: badDocument},
	{name: "breaking document", run: breakingDocument},
	{name: "Region added", run: regionAdded},
	{name: "second Region of strong tables, killed", fresh: true, run: claimsMoved},
	{name: "Region removed", run: regionRemoved},
	{name: "Region removed while protected", run: protectedRegion},
	{name: "context removed", run: contextRemoved},
	{name: "context renamed", run: contextRenamed},
	{name: "one module", run: oneModule},
	{name: "two deployments at once", run: twoAtOnce},
	{name: "Ctrl-C on a terminal", fresh: true, run: ctrlC},
	{name: "mage killed in functions", inCI: true, run: killedInFunctions},
	{name: "mage killed in ten places", fresh: true, run: killedAnywhere},
	{name: "Terraform killed: a lost resource", run: lostResource},
	{name: "drift", run: drift},
	{name: "environment without a file, moved and expired", fresh: true, run: leanAndExpired},
	{name: "destroy, protected and unprotected", run: destroy},
}

// newEnvironment deploys an environment and then nothing, because a first deployment
// that leaves a difference shows in the second.
func newEnvironment(ctx context.Context, a *attempt) error {
	if _, err := a.refused("To create it, run ENV=trial", "deploy:all"); err != nil {
		return err
	}
	o, err := a.must("deploy:all", "-create")
	if err != nil {
		return err
	}
	a.checkStacks(true, "global", "data/one", "data/two", "functions/one/us-east-1", "functions/two/us-west-2",
		"api/us-east-1", "api/us-west-2", "portal")
	a.check(strings.Contains(o.text, "https://us-west-2.api.trial"), "no address of us-west-2:\n%s", o.text)
	return noChange(ctx, a)
}

// screen is the number of lines that a roll-out without work may print.
const screen = 40

// noChange deploys twice without a change, and compares the second time with
// Terraform's plans, which are all that it runs.
func noChange(_ context.Context, a *attempt) error {
	if _, err := a.must("deploy:all"); err != nil {
		return err
	}
	o, err := a.must("deploy:all")
	if err != nil {
		return err
	}
	a.check(strings.Contains(o.text, unchanged), "something was changed:\n%s", o.text)
	a.check(o.lines <= screen, "%d lines are more than a screen:\n%s", o.lines, o.text)
	a.note("deploy:all without a change: %.1fs, of which Terraform's plans %.1fs: %.2f times the plans, %d lines",
		o.wall.Seconds(), o.terraformWall.Seconds(), o.wall.Seconds()/o.terraformWall.Seconds(), o.lines)
	return nil
}

// badLambda rolls out a function that cannot start in the second Region.
func badLambda(_ context.Context, a *attempt) error {
	before, err := a.releases()
	if err != nil {
		return err
	}
	if err := a.breakCheck(`os.Getenv("AWS_REGION") == "us-west-2"`); err != nil {
		return err
	}
	if _, err := a.refused("smoke us-west-2", "deploy:all"); err != nil {
		return err
	}
	return a.tookBack(before)
}

// breakCheck makes the health function of the context one end at its start where a
// condition holds.
func (a *attempt) breakCheck(condition string) error {
	const file = "lambda/check-one/main.go"
	if err := a.edit("one/"+file, "import (\n", "import (\n\t\"os\"\n"); err != nil {
		return err
	}
	return a.edit("one/"+file, "func main() {\n", "func main() {\n\tif "+condition+" {\n\t\tos.Exit(1)\n\t}\n")
}

// tookBack checks that the second Region runs what it ran before, with the packages
// that it had, and the first one something else.
func (a *attempt) tookBack(before map[string]string) error {
	after, err := a.releases()
	if err != nil {
		return err
	}
	a.check(after["us-west-2"] == before["us-west-2"], "us-west-2 runs %s, want %s", after["us-west-2"], before["us-west-2"])
	a.check(after["us-east-1"] != before["us-east-1"], "us-east-1 still runs %s", after["us-east-1"])
	for _, key := range []string{"functions/one/us-west-2", "api/us-west-2"} {
		saved, err := os.ReadFile(filepath.Join(a.savedFolder(), ".state", filepath.FromSlash(key)+".tfstate"))
		if err != nil {
			return err
		}
		now, err := os.ReadFile(filepath.Join(a.rehearsed(), ".state", filepath.FromSlash(key)+".tfstate"))
		if err != nil {
			return err
		}
		a.check(slices.Equal(hashes(saved), hashes(now)), "%s has other packages or another document than before", key)
	}
	return nil
}

var hash = regexp.MustCompile(`"(?:source_code_hash|body)": ?"(?:[^"\\]|\\.)*"`)

// hashes returns what a state says about packages and documents.
func hashes(state []byte) []string {
	found := hash.FindAllString(string(state), -1)
	slices.Sort(found)
	return found
}

// badDocument rolls out a document that AWS refuses in the second Region.
func badDocument(_ context.Context, a *attempt) error {
	before, err := a.releases()
	if err != nil {
		return err
	}
	if err := a.addOperation(); err != nil { // the description alone is not deployed
		return err
	}
	accounts, err := filepath.Glob(filepath.Join(a.rehearsed(), "accounts", "*"))
	if err != nil || len(accounts) != 1 {
		return fmt.Errorf("the rehearsal has the accounts %q, %v; want one", accounts, err)
	}
	if err := account.At(accounts[0]).FailOnce(restapi.ImportType, "us-west-2"); err != nil {
		return err
	}
	if _, err := a.refused("PutRestApi", "deploy:all"); err != nil {
		return err
	}
	if err := a.tookBack(before); err != nil {
		return err
	}
	return a.completes()
}

// breakingDocument rolls out a document that breaks clients.
func breakingDocument(_ context.Context, a *attempt) error {
	if err := a.edit("one/api/operations.go", `Path: "/one/value"`, `Path: "/one/worth"`); err != nil {
		return err
	}
	if err := a.edit("one/smoke.json", "/one/value", "/one/worth"); err != nil {
		return err
	}
	o, err := a.refused("one", "deploy:all")
	if err != nil {
		return err
	}
	a.check(o.terraformWall == 0, "Terraform ran:\n%s", o.text)
	return nil
}

func regionAdded(_ context.Context, a *attempt) error {
	if err := a.set("regions", []string{"us-east-1", "us-west-2", "ca-central-1"}); err != nil {
		return err
	}
	if err := a.completes(); err != nil {
		return err
	}
	a.checkStacks(true, "functions/one/ca-central-1", "functions/two/ca-central-1", "api/ca-central-1")
	return nil
}

// claimsMoved adds a Region to the only one of an environment whose context one has a strongly
// consistent table, and kills mage while it holds the writes.
func claimsMoved(ctx context.Context, a *attempt) error {
	if err := a.edit("one/api/service.go", `Name: "one", HashKey`, `Name: "one", Consistency: resource.Strong, HashKey`); err != nil {
		return err
	}
	if err := a.set("regions", []string{"us-east-1"}); err != nil {
		return err
	}
	if _, err := a.must("deploy:all", "-create"); err != nil {
		return err
	}
	if err := a.set("regions", []string{"us-east-1", "us-west-2"}); err != nil {
		return err
	}
	for _, target := range []string{"deploy:plan", "deploy:all"} {
		if _, err := a.refused("Run ENV=trial go tool mage deploy:claims", target); err != nil {
			return err
		}
	}
	s, err := a.start(nil, "deploy:claims")
	if err != nil {
		return err
	}
	if err := errors.Join(s.runs(ctx, a.sandbox, "apply", "functions/one/us-east-1"), s.kill()); err != nil {
		return err
	}
	a.end(s)
	if _, err := a.refused("deploy:claims of trial, begun ", "deploy:all"); err != nil {
		return err
	}
	o, err := a.must("deploy:claims")
	if err != nil {
		return err
	}
	a.check(!strings.Contains(o.text, "Create the") && strings.Contains(o.text, "Hold writes"), "it did not go on where it was killed:\n%s", o.text)
	state, err := os.ReadFile(filepath.Join(a.rehearsed(), ".state", "data", "one.tfstate"))
	a.check(err == nil && strings.Contains(string(state), `"index_key": "one"`) && !strings.Contains(string(state), "one-ordinary"),
		"the state has not only the strongly consistent table: %v\n%s", err, state)
	return a.completes()
}

func regionRemoved(_ context.Context, a *attempt) error {
	before, err := os.ReadFile(filepath.Join(a.rehearsed(), ".state", "api", "us-east-1.tfstate"))
	if err != nil {
		return err
	}
	if err := a.set("regions", []string{"us-east-1"}); err != nil {
		return err
	}
	if err := a.completes("-allowDataLoss=" + environment); err != nil {
		return err
	}
	a.checkStacks(false, "functions/one/us-west-2", "functions/two/us-west-2", "api/us-west-2")
	a.checkStacks(true, "functions/one/us-east-1", "api/us-east-1")
	after, err := os.ReadFile(filepath.Join(a.rehearsed(), ".state", "api", "us-east-1.tfstate"))
	a.check(err == nil && slices.Equal(hashes(before), hashes(after)), "the API of us-east-1 was changed: %v", err)
	return err
}

func protectedRegion(_ context.Context, a *attempt) error {
	if err := a.set("protect", true); err != nil {
		return err
	}
	if _, err := a.must("deploy:all"); err != nil {
		return err
	}
	if err := a.set("regions", []string{"us-east-1"}); err != nil {
		return err
	}
	o, err := a.refused("nothing was changed", "deploy:all", "-allowDataLoss="+environment)
	if err != nil {
		return err
	}
	a.check(o.terraformWall == 0, "Terraform ran:\n%s", o.text)
	a.checkStacks(true, "functions/one/us-west-2", "api/us-west-2")
	return nil
}

func contextRemoved(_ context.Context, a *attempt) error {
	if err := a.removeContext("two"); err != nil {
		return err
	}
	if _, err := a.refused("would lose the data", "deploy:all"); err != nil {
		return err
	}
	if err := a.completes("-allowDataLoss=" + environment); err != nil {
		return err
	}
	a.checkStacks(false, "functions/two/us-east-1", "functions/two/us-west-2", "data/two")
	a.checkStacks(true, "functions/one/us-east-1", "data/one")
	return nil
}

func contextRenamed(_ context.Context, a *attempt) error {
	if err := a.removeContext("two"); err != nil {
		return err
	}
	if err := a.addContext("three"); err != nil {
		return err
	}
	if err := a.completes("-allowDataLoss=" + environment); err != nil {
		return err
	}
	a.checkStacks(false, "functions/two/us-east-1", "functions/two/us-west-2", "data/two")
	a.checkStacks(true, "functions/three/us-east-1", "functions/three/us-west-2", "data/three")
	return nil
}

// oneModule changes both contexts and deploys one.
func oneModule(_ context.Context, a *attempt) error {
	for _, name := range []string{"one", "two"} {
		if err := a.edit(name+"/lambda/get-"+name+"/main.go", `Value: "1"`, `Value: "2"`); err != nil {
			return err
		}
	}
	o, err := a.must("deploy:module", "one")
	if err != nil {
		return err
	}
	a.check(strings.Contains(o.text, "functions/one/us-east-1") && !strings.Contains(o.text, "functions/two"),
		"stacks of two were changed:\n%s", o.text)
	return a.completes()
}

// drift changes one resource and removes another behind Terraform's back.
func drift(_ context.Context, a *attempt) error {
	o, err := a.must("deploy:status", "-drift")
	if err != nil {
		return err
	}
	a.check(strings.Contains(o.text, "No drift: all"), "an environment as it was deployed drifts:\n%s", o.text)
	groups, err := filepath.Glob(filepath.Join(a.rehearsed(), "accounts", "*", "aws_cloudwatch_log_group", "*check-one*"))
	if err != nil || len(groups) != 2 {
		return fmt.Errorf("the account has the log groups %q, %v; want one in each Region", groups, err)
	}
	data, err := os.ReadFile(groups[0])
	if err != nil {
		return err
	}
	changed := regexp.MustCompile(`"retention_in_days": "?\d+"?`).ReplaceAll(data, []byte(`"retention_in_days": "1"`))
	if err := os.WriteFile(groups[0], changed, 0o600); err != nil {
		return err
	}
	if err := os.Remove(groups[1]); err != nil {
		return err
	}
	if o, err = a.must("deploy:status", "-drift"); err != nil {
		return err
	}
	for _, want := range []string{"was changed: retention_in_days", "was removed", "Drift: 2 resources"} {
		a.check(strings.Contains(o.text, want), "the drift lacks %q:\n%s", want, o.text)
	}
	return a.completes()
}

func destroy(_ context.Context, a *attempt) error {
	if err := a.set("protect", true); err != nil {
		return err
	}
	if _, err := a.refused("is protected: nothing was changed", "deploy:destroy", "-confirm="+environment); err != nil {
		return err
	}
	if err := a.set("protect", false); err != nil {
		return err
	}
	if _, err := a.refused("nothing was destroyed: confirm with -confirm=trial", "deploy:destroy"); err != nil {
		return err
	}
	a.checkStacks(true, "global", "data/one", "api/us-west-2")
	o, err := a.must("deploy:destroy", "-confirm="+environment)
	if err != nil {
		return err
	}
	a.check(o.lines <= 2*screen, "destroy prints %d lines:\n%s", o.lines, o.text)
	a.checkStacks(false, "global", "data/one", "data/two", "functions/one/us-east-1", "api/us-west-2", "portal")
	return nil
}
