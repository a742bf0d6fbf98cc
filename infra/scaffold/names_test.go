package scaffold

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewNames(t *testing.T) {
	for _, test := range []struct {
		context, one string
		want         names
	}{
		{context: "orders", want: names{
			Context: "orders", Types: "Orders", Title: "Orders", One: "order", Type: "Order", Var: "order", Short: "o",
			AOne: "an order", AOneUpper: "An order",
		}},
		{context: "people", one: "person", want: names{
			Context: "people", Types: "People", Title: "People", One: "person", Type: "Person", Var: "person", Short: "p",
			AOne: "a person", AOneUpper: "A person",
		}},
	} {
		t.Run(test.context, func(t *testing.T) {
			got, err := newNames(test.context, test.one)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewNamesRefuses(t *testing.T) {
	for _, test := range []struct{ context, one, message string }{
		{"", "", "lower-case letters"},
		{"Orders", "", "lower-case letters"},
		{"../orders", "", "lower-case letters"},
		{"purchase-orders", "", "lower-case letters"},
		{"platform", "", "uses already"},
		{"types", "type", "uses already"},
		{"status", "", "set -one=NAME"},
		{"address", "", "set -one=NAME"},
		{"staff", "", "set -one=NAME"},
		{"sheep", "sheep", "set -one=NAME"},
		{"people", "Person", "the singular -one"},
		{"handlers", "", "uses already"},
	} {
		t.Run(test.context, func(t *testing.T) {
			if _, err := newNames(test.context, test.one); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got the error %v, want one with %q", err, test.message)
			}
		})
	}
}

func TestSingular(t *testing.T) {
	for plural, want := range map[string]string{
		"orders": "order", "categories": "category", "boxes": "box", "addresses": "address", "batches": "batch",
		"houses": "house", "bus": "", "press": "", "staff": "",
	} {
		if got := singular(plural); got != want {
			t.Errorf("singular of %s is %q, want %q", plural, got, want)
		}
	}
}

func TestThirdPerson(t *testing.T) {
	for verb, want := range map[string]string{
		"suspend": "suspends", "pass": "passes", "push": "pushes", "copy": "copies", "pay": "pays", "fix": "fixes",
	} {
		if got := thirdPerson(verb); got != want {
			t.Errorf("third person of %s is %q, want %q", verb, got, want)
		}
	}
}
