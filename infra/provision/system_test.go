package provision

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/provision/policy"
	"github.com/meridian-api/meridian/platform/resource"
)

// system is an environment that is applied for real, to the stand-in.
type system struct {
	*testing.T
	Terraform
	house
	name string

	workspace Workspace
	waves     [][]Stack
}

// set changes the environment's file and stages it anew.
func (s *system) set(old, new string) {
	s.Helper()
	s.edit(s.T, Environments+"/"+s.name+".json", old, new)
	s.restage()
}

func (s *system) restage() {
	s.Helper()
	s.workspace = s.stage(s.T, s.name)
	s.waves = Waves(s.workspace.Environment, s.contexts())
}

// each does something for all stacks of a wave before it goes on to the next.
func (s *system) each(what string, waves [][]Stack, do func(Stack) error) {
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
				s.Fatalf("%s %s of %s: %v", what, wave[i].Key(), s.name, err)
			}
		}
	}
	s.Logf("%s %s: %.1fs", what, s.name, time.Since(start).Seconds())
}

func (s *system) up(waves ...[]Stack) {
	s.Helper()
	s.each("apply", waves, func(stack Stack) error { return s.Up(s.Context(), s.workspace, stack) })
}

func (s *system) down(waves ...[]Stack) {
	s.Helper()
	s.each("destroy", waves, func(stack Stack) error { return s.Down(s.Context(), s.workspace, stack) })
}

// changed answers the stacks that Terraform would change, sorted.
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

// resources are what all stacks have.
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

// account is what the account has for all its environments.
func (s *system) account() []policy.Resource {
	s.Helper()
	list, err := s.Resources(s.Context(), s.workspace, Bootstrap)
	if err != nil {
		s.Fatal(err)
	}
	return list
}

func (s *system) hold(claim string, findings []string) {
	s.Helper()
	for _, f := range findings {
		s.Errorf("%s: %s", claim, f)
	}
}

// The whole life of an environment, beside a developer's own in the same account.
func TestSystem(t *testing.T) {
	terraform, house := offline(t), newHouse(t)
	house.edit(t, Environments+"/template.json", "444455556666", "111122223333")
	house.edit(t, Environments+"/template.json", `"backend": "s3"`, `"backend": "local"`)
	house.edit(t, Environments+"/template.json", "\"us-east-1\",\n    \"us-west-2\"\n  ],", "\"us-east-1\"\n  ],")
	prod := &system{T: t, Terraform: terraform, house: house, name: "prod"}
	prod.set(`"backend": "s3"`, `"backend": "local"`)
	ada := &system{T: t, Terraform: terraform, house: house, name: "ada"}
	ada.restage()

	prod.up(append([][]Stack{{Bootstrap}}, prod.waves...)...)
	account := prod.account()
	// Here and in Terraform the bucket's name is written down.
	if !slices.ContainsFunc(account, func(r policy.Resource) bool {
		return r.Values["bucket"] == resource.StateBucketName(prod.workspace.Environment.Account)
	}) {
		t.Errorf("there is no bucket %s for states", resource.StateBucketName(prod.workspace.Environment.Account))
	}
	if changed := prod.changed(); changed != nil {
		t.Errorf("applied twice, Terraform would still change %v", changed)
	}
	all := append(prod.resources(), account...)
	prod.checkNames(all)
	prod.hold("policy", policy.Check(slices.Concat(policy.Rules, policy.Protection), all))
	prod.hold("wildcard", policy.Wildcards(all))
	prod.hold("name", policy.Dangling(all))
	for _, region := range prod.workspace.Environment.Regions {
		for _, service := range prod.services {
			prod.hold("least privilege", policy.LeastPrivilege(service, policy.Place{Environment: "prod", Account: "111122223333", Region: region}, all))
		}
	}

	ada.up(ada.waves...)
	prod.hold("collision", policy.Collisions(slices.Concat(all, ada.resources())))
	ada.down(Reversed(ada.waves)...)
	if left := ada.resources(); len(left) != 0 {
		t.Errorf("destroyed, ada still has %v", left)
	}

	// A new operation is derived into its function and its route, and edits nothing
	// else. The stage is never without a deployment.
	profiles := prod.addOperation(t)
	west := Stack{Root: "api", Region: "us-west-2"}
	if changed, want := prod.changed(), []string{"api/us-east-1", "api/us-west-2", "functions/profiles/us-east-1", "functions/profiles/us-west-2"}; !slices.Equal(changed, want) {
		t.Errorf("a new operation changes %v, want %v", changed, want)
	}
	if actions := prod.actions(west, "aws_api_gateway_deployment.api"); !slices.Equal(actions, []string{"create", "delete"}) {
		t.Errorf("a new document's deployment: %v", actions)
	}
	prod.up(only(prod.waves, func(s Stack) bool { return s.Root == "api" || s.Root == "functions" && s.Context == "profiles" })...)
	grown := prod.resources()
	prod.hold("name", policy.Dangling(slices.Concat(grown, account)))
	for _, region := range prod.workspace.Environment.Regions {
		prod.hold("least privilege", policy.LeastPrivilege(profiles, policy.Place{Environment: "prod", Account: "111122223333", Region: region}, grown))
	}

	// A third Region is one line. What holds all Regions changes; the Regions that
	// serve do not, and ada's coming and going has changed nothing either.
	prod.set("\"us-west-2\"\n  ],", "\"us-west-2\",\n    \"ca-central-1\"\n  ],")
	want := []string{"api/ca-central-1", "data/accounts", "data/profiles", "functions/accounts/ca-central-1", "functions/profiles/ca-central-1", "global"}
	if changed := prod.changed(); !slices.Equal(changed, want) {
		t.Errorf("a third Region changes %v, want %v", changed, want)
	}
	third := func(s Stack) bool { return s.Region == "" && s.Root != "portal" || s.Region == "ca-central-1" }
	prod.up(append([][]Stack{{Bootstrap}}, only(prod.waves, third)...)...)
	wider := prod.resources()
	prod.hold("name", policy.Dangling(slices.Concat(wider, prod.account())))
	if got := records(wider); !slices.Equal(got, []string{"ca-central-1", "us-east-1", "us-west-2"}) {
		t.Errorf("DNS has %v", got)
	}

	// A Region goes: first out of DNS with its API, then its functions, then what
	// holds all Regions, the keys last.
	prod.down(Reversed(only(prod.waves, func(s Stack) bool { return s.Region == "us-west-2" }))...)
	prod.set("\"us-west-2\",\n    \"ca-central-1\"", "\"ca-central-1\"")
	prod.up(Reversed(prod.waves[:2])...)
	if changed := prod.changed(); changed != nil {
		t.Errorf("without the Region, Terraform would still change %v", changed)
	}
	narrower := prod.resources()
	prod.hold("name", policy.Dangling(slices.Concat(narrower, prod.account())))
	if got := records(narrower); !slices.Equal(got, []string{"ca-central-1", "us-east-1"}) {
		t.Errorf("DNS has %v", got)
	}
	for _, r := range narrower {
		if r.Values["region"] == "us-west-2" {
			t.Errorf("%s is still in us-west-2", r)
		}
	}

	// A protected environment is taken down in two steps, on purpose.
	prod.set(`"protect": true`, `"protect": false`)
	prod.up(prod.waves[:2]...)
	prod.down(Reversed(prod.waves)...)
	if left := prod.resources(); len(left) != 0 {
		t.Errorf("destroyed, prod still has %v", left)
	}
}

// only are the waves with those stacks alone that are chosen.
func only(waves [][]Stack, chosen func(Stack) bool) [][]Stack {
	var list [][]Stack
	for _, wave := range waves {
		list = append(list, slices.DeleteFunc(slices.Clone(wave), func(s Stack) bool { return !chosen(s) }))
	}
	return list
}

// records are the Regions that DNS names for the shared domain, sorted.
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
