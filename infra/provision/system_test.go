package provision

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/provision/policy"
)

// system is an environment that is applied for real, to the stand-in.
type system struct {
	*testing.T
	Terraform
	house
	name string
}

// waves stages the environment as it stands now.
func (s system) waves() (Workspace, [][]Stack) {
	s.Helper()
	w := s.stage(s.T, s.name)
	return w, Waves(w.Environment, s.contexts())
}

// each does something for all stacks of a wave before it goes on to the next.
func (s system) each(what string, waves [][]Stack, do func(Stack) error) {
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

func (s system) up() {
	s.Helper()
	w, waves := s.waves()
	s.each("apply", waves, func(stack Stack) error { return s.Up(s.Context(), w, stack) })
}

func (s system) down() {
	s.Helper()
	w, waves := s.waves()
	s.each("destroy", Reversed(waves), func(stack Stack) error { return s.Down(s.Context(), w, stack) })
}

// changed answers the stacks that Terraform would change, sorted.
func (s system) changed() []string {
	s.Helper()
	w, waves := s.waves()
	var mu sync.Mutex
	var keys []string
	s.each("plan", [][]Stack{slices.Concat(waves...)}, func(stack Stack) error {
		changed, err := s.Differs(s.Context(), w, stack)
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
func (s system) resources() []policy.Resource {
	s.Helper()
	w, waves := s.waves()
	var mu sync.Mutex
	var all []policy.Resource
	s.each("show", [][]Stack{slices.Concat(waves...)}, func(stack Stack) error {
		list, err := s.Resources(s.Context(), w, stack)
		mu.Lock()
		all = append(all, list...)
		mu.Unlock()
		return err
	})
	return all
}

func (s system) hold(claim string, findings []string) {
	s.Helper()
	for _, f := range findings {
		s.Errorf("%s: %s", claim, f)
	}
}

// The whole life of an environment, beside a developer's own in the same account.
func TestSystem(t *testing.T) {
	prod := system{t, offline(t), newHouse(t), "prod"}
	file := Environments + "/prod.json"
	prod.edit(t, file, `"backend": "s3"`, `"backend": "local"`)
	prod.edit(t, Environments+"/template.json", `"backend": "s3"`, `"backend": "local"`)
	prod.edit(t, Environments+"/template.json", "444455556666", "111122223333")
	ada := prod
	ada.name = "ada"

	prod.up()
	if changed := prod.changed(); changed != nil {
		t.Errorf("applied twice, Terraform would still change %v", changed)
	}
	all := prod.resources()
	prod.hold("policy", policy.Check(slices.Concat(policy.Rules, policy.Protection), all))
	prod.hold("wildcard", policy.Wildcards(all))
	prod.hold("name", policy.Dangling(all))
	for _, region := range []string{"us-east-1", "us-west-2"} {
		for _, service := range prod.services {
			prod.hold("least privilege", policy.LeastPrivilege(service, policy.Place{Environment: "prod", Account: "111122223333", Region: region}, all))
		}
	}

	ada.up()
	prod.hold("collision", policy.Collisions(slices.Concat(all, ada.resources())))
	ada.down()
	if left := ada.resources(); len(left) != 0 {
		t.Errorf("destroyed, ada still has %v", left)
	}
	if changed := prod.changed(); changed != nil {
		t.Errorf("ada's coming and going changed %v", changed)
	}

	// A third Region is one line. Only what holds all Regions changes, and the
	// Regions that serve do not.
	prod.edit(t, file, "    \"us-west-2\"\n  ],\n  \"drained\"", "    \"us-west-2\",\n    \"ca-central-1\"\n  ],\n  \"drained\"")
	want := []string{"api/ca-central-1", "data/accounts", "data/profiles", "functions/accounts/ca-central-1", "functions/profiles/ca-central-1", "global"}
	if changed := prod.changed(); !slices.Equal(changed, want) {
		t.Errorf("a third Region changes %v, want %v", changed, want)
	}
	prod.up()
	wider := prod.resources()
	prod.hold("name", policy.Dangling(wider))
	if n := len(records(wider)); n != 3 {
		t.Errorf("DNS has %d Regions", n)
	}

	// A Region goes: first out of DNS with its API, then its functions, then the data.
	w, _ := prod.waves()
	gone := [][]Stack{{{Root: "api", Region: "us-west-2"}}, {{Root: "functions", Context: "accounts", Region: "us-west-2"}, {Root: "functions", Context: "profiles", Region: "us-west-2"}}}
	prod.each("destroy us-west-2 of", gone, func(s Stack) error { return prod.Down(t.Context(), w, s) })
	prod.edit(t, file, "    \"us-west-2\",\n    \"ca-central-1\"\n  ],\n  \"drained\"", "    \"ca-central-1\"\n  ],\n  \"drained\"")
	prod.up()
	narrower := prod.resources()
	prod.hold("name", policy.Dangling(narrower))
	if got := records(narrower); !slices.Equal(got, []string{"ca-central-1", "us-east-1"}) {
		t.Errorf("DNS has %v", got)
	}
	for _, r := range narrower {
		if region, _ := r.Values["region"].(string); region == "us-west-2" {
			t.Errorf("%s is still in us-west-2", r)
		}
	}

	// A protected environment is taken down in two steps, on purpose.
	prod.edit(t, file, `"protect": true`, `"protect": false`)
	prod.up()
	prod.down()
	if left := prod.resources(); len(left) != 0 {
		t.Errorf("destroyed, prod still has %v", left)
	}
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
