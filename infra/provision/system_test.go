package provision

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/provision/policy"
)

// system is an environment that is applied to the stand-in.
type system struct {
	*testing.T
	Terraform
	house
	name string

	workspace Workspace
	waves     [][]Stack
}

// set changes the environment's file and stages it again.
func (s *system) set(old, replacement string) {
	s.Helper()
	s.edit(s.T, Environments+"/"+s.name+".json", old, replacement)
	s.restage()
}

func (s *system) restage() {
	s.Helper()
	s.workspace = s.stage(s.T, s.name)
	s.waves = Waves(s.workspace.Environment, s.contexts())
}

// each runs do for all stacks of a wave before it continues with the next wave.
func (s *system) each(verb string, waves [][]Stack, do func(Stack) error) {
	s.Helper()
	start := time.Now()
	for _, wave := range waves {
		errs := make([]error, len(wave))
		var working sync.WaitGroup
		for i, stack := range wave {
			working.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				errs[i] = do(stack)
			})
		}
		working.Wait()
		for i, err := range errs {
			if err != nil {
				s.Fatalf("%s %s of %s: %v", verb, wave[i].Key(), s.name, err)
			}
		}
	}
	s.Logf("%s %s: %.1fs", verb, s.name, time.Since(start).Seconds())
}

func (s *system) up(waves ...[]Stack) {
	s.Helper()
	s.each("apply", waves, func(stack Stack) error { return s.Up(s.Context(), s.workspace, stack) })
}

func (s *system) down(waves ...[]Stack) {
	s.Helper()
	s.each("destroy", waves, func(stack Stack) error { return s.Down(s.Context(), s.workspace, stack) })
}

// changed returns the stacks that Terraform would change, sorted.
func (s *system) changed() []string {
	s.Helper()
	var mu sync.Mutex
	var keys []string
	s.each("plan", [][]Stack{slices.Concat(s.waves...)}, func(stack Stack) error {
		changed, err := s.Differs(s.Context(), s.workspace, stack)
		if changed {
			mu.Lock()
			keys = append(keys, stack.Key())
			mu.Unlock()
		}
		return err
	})
	slices.Sort(keys)
	return keys
}

// resources returns the resources of all stacks.
func (s *system) resources() []policy.Resource {
	s.Helper()
	var mu sync.Mutex
	var all []policy.Resource
	s.each("show", [][]Stack{slices.Concat(s.waves...)}, func(stack Stack) error {
		list, err := s.Resources(s.Context(), s.workspace, stack)
		mu.Lock()
		all = append(all, list...)
		mu.Unlock()
		return err
	})
	return all
}

// account returns the resources that all environments of the account share.
func (s *system) account() []policy.Resource {
	s.Helper()
	list, err := s.Resources(s.Context(), s.workspace, Bootstrap)
	if err != nil {
		s.Fatal(err)
	}
	return list
}

// none checks that there are no findings.
func (s *system) none(kind string, findings []string) {
	s.Helper()
	for _, f := range findings {
		s.Errorf("%s: %s", kind, f)
	}
}

// TestSystem takes an environment from its first deployment to its end, beside a
// developer's own in the same account. Each part continues from the one before. It takes
// as long as half of all other tests, so that CI runs it, which sets NOSKIP.
func TestSystem(t *testing.T) {
	if os.Getenv("NOSKIP") == "" {
		t.Skip("an environment from its first deployment to its end takes two minutes: set NOSKIP=1")
	}
	t.Parallel()
	terraform, house := offline(t), newHouse(t)
	house.edit(t, Environments+"/template.json", "444455556666", "111122223333")
	house.edit(t, Environments+"/template.json", `"backend": "s3"`, `"backend": "local"`)
	house.edit(t, Environments+"/template.json", "\"us-east-1\",\n    \"us-west-2\"\n  ],", "\"us-east-1\"\n  ],")
	prod := &system{T: t, Terraform: terraform, house: house, name: "prod"}
	prod.set(`"backend": "s3"`, `"backend": "local"`)
	ada := &system{T: t, Terraform: terraform, house: house, name: "ada"}
	ada.restage()

	all := prod.deploy()
	ada.comeAndGo(all)
	prod.addAnOperation()
	prod.addARegion()
	prod.removeARegion()
	prod.tearDown()
}

// deploy applies everything and checks the result as data. It returns the resources.
func (s *system) deploy() []policy.Resource {
	s.up(append([][]Stack{{Bootstrap}}, s.waves...)...)
	s.wantChanged("a second apply")
	all := append(s.resources(), s.account()...)
	s.checkNames(all)
	s.checkSystem(all)
	s.none("policy", policy.Check(slices.Concat(policy.Rules, policy.Protection), all))
	s.none("wildcard", policy.Wildcards(all))
	s.none("name", policy.Dangling(all))
	for _, service := range s.services {
		s.checkRights(service, all)
	}
	return all
}

// checkRights checks that the functions of a context have the rights that their
// operations declare, in every Region.
func (s *system) checkRights(service *manifest.Service, all []policy.Resource) {
	for _, region := range s.workspace.Environment.Regions {
		where := policy.Deployment{Environment: s.name, Account: s.workspace.Environment.Account, Region: region}
		s.none("least privilege", policy.LeastPrivilege(service, where, all))
	}
}

// comeAndGo deploys and destroys an environment beside the resources of others.
func (s *system) comeAndGo(others []policy.Resource) {
	s.up(s.waves...)
	s.none("collision", policy.Collisions(slices.Concat(others, s.resources())))
	s.down(Reversed(s.waves)...)
	if left := s.resources(); len(left) != 0 {
		s.Errorf("destroyed, %s still has %v", s.name, left)
	}
}

// addAnOperation adds an operation, which gets its function and its route. Nothing else
// changes, and the stage always has a deployment.
func (s *system) addAnOperation() {
	profiles := s.addOperation(s.T)
	s.wantChanged(
		"a new operation",
		"api/us-east-1",
		"api/us-west-2",
		"functions/profiles/us-east-1",
		"functions/profiles/us-west-2",
	)
	actions := s.actions(Stack{Root: "api", Region: "us-west-2"}, "aws_api_gateway_deployment.api")
	if diff := cmp.Diff([]string{"create", "delete"}, actions); diff != "" {
		s.Errorf("actions on the deployment of a new document (-want +got):\n%s", diff)
	}
	s.up(
		only(s.waves, func(s Stack) bool { return s.Root == "api" || s.Root == "functions" && s.Context == "profiles" })...)
	grown := s.resources()
	s.none("name", policy.Dangling(slices.Concat(grown, s.account())))
	s.checkRights(profiles, grown)
}

// page is the stack with the page of the person on call, the home Region's API.
var page = Stack{Root: "api", Region: "us-east-1"}

// wantOnlyPageChanged checks that the home Region's API changes in nothing but the page.
func (s *system) wantOnlyPageChanged() {
	s.Helper()
	// Differs initializes the stack, which a new staging requires.
	if differs, err := s.Differs(s.Context(), s.workspace, page); err != nil || !differs {
		s.Fatalf("the page does not change: %v, %v", differs, err)
	}
	changed := map[string][]string{}
	for address, actions := range s.actionsOf(page) {
		if !slices.Equal(actions, []string{"no-op"}) && !slices.Equal(actions, []string{"read"}) {
			changed[address] = actions
		}
	}
	want := map[string][]string{"aws_cloudwatch_dashboard.oncall[0]": {"update"}}
	if diff := cmp.Diff(want, changed); diff != "" {
		s.Errorf("changes of the home Region's API (-want +got):\n%s", diff)
	}
}

// addARegion adds a third Region, which is one line of the settings. The stacks of all
// Regions change and the Regions that serve do not, except for the page of the person on
// call, which lists the Regions. ada's environment has changed nothing either.
func (s *system) addARegion() {
	s.set("\"us-west-2\"\n  ],", "\"us-west-2\",\n    \"ca-central-1\"\n  ],")
	s.wantChanged("a third Region", "api/ca-central-1", page.Key(), "data/accounts", "data/profiles",
		"functions/accounts/ca-central-1", "functions/profiles/ca-central-1", "global")
	s.wantOnlyPageChanged()
	third := func(s Stack) bool {
		return s.Region == "" && s.Root != "portal" || s.Region == "ca-central-1" || s == page
	}
	s.up(append([][]Stack{{Bootstrap}}, only(s.waves, third)...)...)
	wider := s.resources()
	s.none("name", policy.Dangling(slices.Concat(wider, s.account())))
	if diff := cmp.Diff([]string{"ca-central-1", "us-east-1", "us-west-2"}, records(wider)); diff != "" {
		s.Errorf("Regions in DNS (-want +got):\n%s", diff)
	}
}

// removeARegion removes a Region: its API first, which takes it out of DNS, then its
// functions, then its parts of the stacks of all Regions, with the keys last.
func (s *system) removeARegion() {
	s.down(Reversed(only(s.waves, func(s Stack) bool { return s.Region == "us-west-2" }))...)
	s.set("\"us-west-2\",\n    \"ca-central-1\"", "\"ca-central-1\"")
	s.up(Reversed(s.waves[:2])...)
	s.wantOnlyPageChanged()
	s.up([]Stack{page})
	s.wantChanged("the removal of a Region")
	narrower := s.resources()
	s.none("name", policy.Dangling(slices.Concat(narrower, s.account())))
	if diff := cmp.Diff([]string{"ca-central-1", "us-east-1"}, records(narrower)); diff != "" {
		s.Errorf("Regions in DNS (-want +got):\n%s", diff)
	}
	// A member of the strongly consistent tables keeps its replica, and the key of it.
	var kept []string
	for _, r := range narrower {
		if r.Values["region"] == "us-west-2" && !r.Data {
			kept = append(kept, r.Type)
		}
	}
	slices.Sort(kept)
	if diff := cmp.Diff([]string{"aws_kms_alias", "aws_kms_key"}, kept); diff != "" {
		s.Errorf("resources in us-west-2 (-want +got):\n%s", diff)
	}
}

// tearDown destroys a protected environment, which takes two steps on purpose.
func (s *system) tearDown() {
	s.set(`"protect": true`, `"protect": false`)
	s.up(s.waves[:2]...)
	s.down(Reversed(s.waves)...)
	if left := s.resources(); len(left) != 0 {
		s.Errorf("destroyed, %s still has %v", s.name, left)
	}
}

// wantChanged checks which stacks Terraform would change.
func (s *system) wantChanged(because string, want ...string) {
	s.Helper()
	if diff := cmp.Diff(want, s.changed()); diff != "" {
		s.Errorf("stacks that change with %s (-want +got):\n%s", because, diff)
	}
}

// only returns the waves without the stacks that are not chosen.
func only(waves [][]Stack, chosen func(Stack) bool) [][]Stack {
	var list [][]Stack
	for _, wave := range waves {
		list = append(list, slices.DeleteFunc(slices.Clone(wave), func(s Stack) bool { return !chosen(s) }))
	}
	return list
}

// records returns the Regions that DNS has for the shared domain, sorted.
func records(all []policy.Resource) []string {
	var regions []string
	for _, r := range all {
		if id, _ := r.Values["set_identifier"].(string); r.Type == "aws_route53_record" && id != "" {
			regions = append(regions, id)
		}
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}
