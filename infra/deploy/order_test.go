package deploy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/provision"
)

func TestOrder(t *testing.T) {
	two := Wanted{Regions: []string{"us-east-1", "us-west-2"}, Contexts: []string{"accounts", "profiles"}}
	tests := map[string]struct {
		wanted   Wanted
		existing []provision.Stack
		want     []string
	}{
		"new environment": {wanted: two, want: []string{
			"apply global",
			"apply data/accounts", "apply data/profiles",
			"add functions/accounts/us-east-1", "add functions/profiles/us-east-1",
			"apply api/us-east-1",
			"apply functions/accounts/us-east-1", "apply functions/profiles/us-east-1",
			"verify us-east-1", "smoke us-east-1",
			"add functions/accounts/us-west-2", "add functions/profiles/us-west-2",
			"apply api/us-west-2",
			"apply functions/accounts/us-west-2", "apply functions/profiles/us-west-2",
			"verify us-west-2", "smoke us-west-2",
			"apply portal",
			"shrink data/accounts", "shrink data/profiles", "shrink global",
		}},
		"one context and one Region, drained": {
			wanted: Wanted{Regions: []string{"us-east-1"}, Contexts: []string{"accounts"}, Drain: true},
			want: []string{
				"apply global", "apply data/accounts", "drain us-east-1", "add functions/accounts/us-east-1",
				"apply api/us-east-1", "apply functions/accounts/us-east-1", "verify us-east-1", "smoke us-east-1",
				"undrain us-east-1", "apply portal", "shrink data/accounts", "shrink global",
			},
		},
		"a Region leaves": {
			wanted:   Wanted{Regions: []string{"us-east-1"}, Contexts: []string{"accounts"}},
			existing: stacksOf([]string{"us-east-1", "us-west-2"}, "accounts"),
			want: []string{
				"drain us-west-2", "destroy api/us-west-2", "destroy functions/accounts/us-west-2",
				"widen global", "widen data/accounts",
				"add functions/accounts/us-east-1", "apply api/us-east-1", "apply functions/accounts/us-east-1",
				"verify us-east-1", "smoke us-east-1", "apply portal", "shrink data/accounts", "shrink global",
			},
		},
		"a Region that left when a roll-out was interrupted": {
			wanted: Wanted{Regions: []string{"us-east-1"}, Contexts: []string{"accounts"},
				Keyed: []string{"us-east-1", "us-west-2"}},
			existing: stacksOf([]string{"us-east-1"}, "accounts"),
			want: []string{
				"widen global", "widen data/accounts",
				"add functions/accounts/us-east-1", "apply api/us-east-1", "apply functions/accounts/us-east-1",
				"verify us-east-1", "smoke us-east-1", "apply portal", "shrink data/accounts", "shrink global",
			},
		},
		"a context leaves": {
			wanted:   Wanted{Regions: []string{"us-east-1"}, Contexts: []string{"accounts"}},
			existing: stacksOf([]string{"us-east-1"}, "accounts", "profiles"),
			want: []string{
				"apply global", "apply data/accounts",
				"add functions/accounts/us-east-1", "apply api/us-east-1", "apply functions/accounts/us-east-1",
				"verify us-east-1", "smoke us-east-1", "apply portal",
				"destroy functions/profiles/us-east-1", "unprotect data/profiles", "destroy data/profiles",
				"shrink data/accounts", "shrink global",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			steps, err := Order(test.wanted, test.existing)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, names(steps)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			checkGraph(t, steps)
		})
	}
}

// TestOrderDependencies checks that pairs of steps are never carried out in the
// wrong order, however many run at a time.
func TestOrderDependencies(t *testing.T) {
	steps, err := Order(Wanted{Regions: []string{"us-east-1", "us-west-2"}, Contexts: []string{"accounts", "profiles"}},
		append(stacksOf([]string{"us-east-1", "us-west-2", "ca-central-1"}, "accounts", "profiles", "orders"),
			provision.Bootstrap))
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{"drain ca-central-1", "destroy api/ca-central-1"},
		{"destroy api/ca-central-1", "destroy functions/accounts/ca-central-1"},
		{"destroy functions/orders/ca-central-1", "widen data/accounts"},
		{"smoke us-west-2", "shrink data/profiles"},
		{"shrink data/profiles", "shrink global"},
		{"destroy data/orders", "shrink global"},
		{"unprotect data/orders", "destroy data/orders"},
		{"widen global", "widen data/profiles"},
		{"widen data/accounts", "add functions/profiles/us-east-1"},
		{"add functions/profiles/us-east-1", "apply api/us-east-1"},
		{"apply api/us-east-1", "apply functions/accounts/us-east-1"},
		{"smoke us-east-1", "add functions/accounts/us-west-2"},
		{"smoke us-west-2", "apply portal"},
		{"apply api/us-west-2", "destroy functions/orders/us-west-2"},
		{"destroy functions/orders/us-west-2", "unprotect data/orders"},
		{"destroy functions/orders/us-east-1", "unprotect data/orders"},
	} {
		if !precedes(steps, pair[0], pair[1]) {
			t.Errorf("%q does not have to wait for %q", pair[1], pair[0])
		}
	}
	for _, pair := range [][2]string{
		{"widen data/accounts", "widen data/profiles"},
		{"add functions/accounts/us-east-1", "add functions/profiles/us-east-1"},
	} {
		if precedes(steps, pair[0], pair[1]) {
			t.Errorf("%q waits for %q", pair[1], pair[0])
		}
	}
}

func TestOrderProtects(t *testing.T) {
	_, err := Order(Wanted{Regions: []string{"us-east-1"}, Contexts: []string{"accounts"}, Protected: true},
		stacksOf([]string{"us-east-1", "us-west-2"}, "accounts", "profiles"))
	want := "the environment is protected and would lose Region us-west-2, context profiles: nothing was changed. " +
		"Put it back, or set protect to false and deploy first"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func stacksOf(regions []string, contexts ...string) []provision.Stack {
	waves := provision.Waves(provision.Environment{Regions: regions}, contexts)
	return slices.Concat(waves...)
}

func names(steps []Step) []string {
	var list []string
	for _, s := range steps {
		list = append(list, s.String())
	}
	return list
}

func checkGraph(t *testing.T, steps []Step) {
	t.Helper()
	for i, s := range steps {
		for _, before := range s.After {
			if before < 0 || before >= i {
				t.Errorf("step %d, %s, waits for step %d", i, s, before)
			}
		}
	}
}

// precedes reports whether the dependencies make a finish before b starts.
func precedes(steps []Step, a, b string) bool {
	find := func(name string) int {
		i := slices.IndexFunc(steps, func(s Step) bool { return s.String() == name })
		if i < 0 {
			panic(fmt.Sprintf("no step %q in %s", name, strings.Join(names(steps), ", ")))
		}
		return i
	}
	from, to := find(a), find(b)
	before := make([]bool, len(steps))
	before[from] = true
	for i, s := range steps {
		for _, dep := range s.After {
			before[i] = before[i] || before[dep]
		}
	}
	return before[to]
}
