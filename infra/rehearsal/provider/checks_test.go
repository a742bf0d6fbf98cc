package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckOfAValue(t *testing.T) {
	for _, test := range []struct {
		name  string
		check check
		value any
		want  []string
	}{
		{"null", check{At: "a", In: []any{"x"}}, nil, nil},
		{"unknown", check{At: "a", In: []any{"x"}}, unknown, nil},
		{"in", check{At: "a", In: []any{"x", "y"}}, "y", nil},
		{"not in", check{At: "a", In: []any{"x", "y"}}, "z", []string{`expected a to be one of [x y], got "z".`}},
		{"least", check{At: "a", Between: []float64{1, 3}}, asFloat(1), nil},
		{"most", check{At: "a", Between: []float64{1, 3}}, asFloat(3), nil},
		{"below", check{At: "a", Between: []float64{1, 3}}, asFloat(0),
			[]string{"expected a to be in the range (1 - 3), got 0."}},
		{"above", check{At: "a", Between: []float64{1, 3}}, asFloat(4),
			[]string{"expected a to be in the range (1 - 3), got 4."}},
		{"long enough", check{At: "a", Length: []int{2, 3}}, "ab", nil},
		{"too long", check{At: "a", Length: []int{2, 3}}, "abcd",
			[]string{"expected length of a to be in the range (2 - 3), got 4."}},
		{"matching", check{At: "a", Match: "^x", Message: "x first"}, "xy", nil},
		{"not matching", check{At: "a", Match: "^x", Message: "x first"}, "y", []string{`"y" is not a valid a: x first.`}},
		{"not matching, no message", check{At: "a", Match: "^x"}, "y", []string{`"y" is not a valid a: it must match ^x.`}},
		{"ARN", check{At: "a", ARN: true}, "arn:aws:sns:us-east-1:123456789012:t", nil},
		{"not an ARN", check{At: "a", ARN: true}, "sns:t", []string{`"sns:t" is an invalid ARN.`}},
		{"JSON", check{At: "a", JSON: true}, "[]", nil},
		{"not JSON", check{At: "a", JSON: true}, "[", []string{"a contains invalid JSON: unexpected end of JSON input."}},
		{"policy", check{At: "a", Policy: true}, `{"Statement":{"Effect":"Deny","NotAction":"*"}}`, nil},
		{"policy without effect", check{At: "a", Policy: true}, `{"Statement":[{"Action":"*"}]}`,
			[]string{"a is not an IAM policy document: statement 0: Effect is <nil>, want Allow or Deny."}},
		{"policy without action", check{At: "a", Policy: true}, `{"Statement":[{"Effect":"Allow"}]}`,
			[]string{"a is not an IAM policy document: statement 0 has neither Action nor NotAction."}},
		{"policy that is a list", check{At: "a", Policy: true}, `[]`,
			[]string{"a is not an IAM policy document: it is not a JSON object."}},
		{"too many", check{At: "a", MaxItems: 1}, []any{"x", "y"}, []string{"a takes at most 1, not 2."}},
		{"too few", check{At: "a", MinItems: 1}, []any{}, []string{"a takes at least 1, not 0."}},
		{"each element", check{At: "a", In: []any{"x"}}, []any{"x", "y", nil, unknown},
			[]string{`expected a to be one of [x], got "y".`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.check.value(test.value)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCheckOfARelation(t *testing.T) {
	names := []string{"a", "b"}
	for _, test := range []struct {
		name  string
		check check
		conf  map[string]any
		want  string // part of the detail, or empty
	}{
		{"exactly one", check{ExactlyOne: names}, map[string]any{"a": "x"}, ""},
		{"exactly one of none", check{ExactlyOne: names}, map[string]any{}, "one of `a,b` must be specified."},
		{"exactly one of two", check{ExactlyOne: names}, map[string]any{"a": "x", "b": "y"}, "but `a,b` were specified."},
		{"exactly one of two, one unknown", check{ExactlyOne: names}, map[string]any{"a": "x", "b": unknown}, ""},
		{"at most one of none", check{AtMostOne: names}, map[string]any{}, ""},
		{"at most one of two", check{AtMostOne: names}, map[string]any{"a": "x", "b": "y"},
			"`a,b` conflict with each other."},
		{"at least one", check{AtLeastOne: names}, map[string]any{"b": []any{"x"}}, ""},
		{"at least one of none", check{AtLeastOne: names}, map[string]any{"b": []any{}}, "one of `a,b` must be specified."},
		{"needed and given", check{IfAny: []string{"a"}, Need: []string{"b"}}, map[string]any{"a": "x", "b": "y"}, ""},
		{"needed and missing", check{IfAny: []string{"a"}, Need: []string{"b"}}, map[string]any{"a": "x"},
			"`a`: all of `a,b` must be specified."},
		{"not needed", check{IfAny: []string{"a"}, Need: []string{"b"}}, map[string]any{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.check.relation(test.conf)
			switch {
			case test.want == "" && len(got) != 0:
				t.Errorf("got %v", got)
			case test.want != "" && (len(got) != 1 || !strings.Contains(got[0].detail, test.want)):
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

// The path of an error is the one that Terraform shows; elements of sets have none.
func TestLookUpReturnsThePathOfEachValue(t *testing.T) {
	inner := block{Attributes: map[string]*attribute{"name": {}}}
	b := &block{Blocks: map[string]*nested{"list": {Mode: "list", Block: inner}, "set": {Mode: "set", Block: inner}}}
	elements := []any{map[string]any{"name": "x"}, map[string]any{"name": "y"}}
	conf := map[string]any{"list": elements, "set": elements}
	for path, want := range map[string][][]any{
		"list.name":    {{"list", 0, "name"}, {"list", 1, "name"}},
		"set.name":     {{"set"}, {"set"}},
		"missing.name": nil,
	} {
		t.Run(path, func(t *testing.T) {
			var got [][]any
			for _, l := range lookUp(b, conf, path) {
				got = append(got, l.at)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestValidateTable(t *testing.T) {
	attribute := func(name string) map[string]any { return map[string]any{"name": name, "type": "S"} }
	table := func(changes map[string]any) map[string]any {
		conf := map[string]any{"hash_key": "pk", "attribute": []any{attribute("pk")}, "billing_mode": "PAY_PER_REQUEST"}
		for k, v := range changes {
			conf[k] = v
		}
		return conf
	}
	for _, test := range []struct {
		name    string
		changes map[string]any
		want    []string // summaries
	}{
		{"sound", nil, nil},
		{"without a key", map[string]any{"hash_key": nil, "attribute": nil}, []string{"Missing hash_key"}},
		{"undeclared key", map[string]any{"range_key": "sk"}, []string{"Missing attribute block"}},
		{"idle attribute", map[string]any{"attribute": []any{attribute("pk"), attribute("x")}},
			[]string{"Unused attribute block"}},
		{"local index without a range key",
			map[string]any{"local_secondary_index": []any{map[string]any{"range_key": "pk"}}}, []string{"Missing range_key"}},
		{"capacity on demand", map[string]any{"read_capacity": asFloat(1)}, []string{"Capacity of an on-demand table"}},
		{"provisioned without capacity", map[string]any{"billing_mode": nil},
			[]string{"Missing capacity", "Missing capacity"}},
		{"stream without a view", map[string]any{"stream_enabled": true}, []string{"Missing stream_view_type"}},
		{"unknown attributes", map[string]any{"attribute": unknown, "range_key": "sk"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, d := range checkTable(table(test.changes)) {
				got = append(got, d.summary)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
