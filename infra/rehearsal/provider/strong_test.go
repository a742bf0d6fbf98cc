package provider

import (
	"strings"
	"testing"
)

// members returns a table with replicas of a consistency mode and witnesses.
func members(mode string, replicas []string, witnesses ...string) map[string]any {
	table := map[string]any{"name": "claims"}
	var blocks, others []any
	for _, r := range replicas {
		blocks = append(blocks, map[string]any{"region_name": r, "consistency_mode": mode})
	}
	for _, w := range witnesses {
		others = append(others, map[string]any{"region_name": w})
	}
	table["replica"], table["global_table_witness"] = blocks, others
	return table
}

func TestMembersOfAStronglyConsistentTable(t *testing.T) {
	with := func(table map[string]any, name string, value map[string]any) map[string]any {
		table[name] = []any{value}
		return table
	}
	west, both := []string{"us-west-2"}, []string{"us-east-2", "us-west-2"}
	for _, test := range []struct {
		name  string
		table map[string]any
		want  string // the summary of the error; empty if the table is accepted
	}{
		{name: "three replicas", table: members("STRONG", both)},
		{name: "two replicas and a witness", table: members("STRONG", west, "us-east-2")},
		{name: "eventually consistent", table: members("EVENTUAL", west)},
		{name: "unknown replicas", table: map[string]any{"replica": unknown}},
		{name: "two members", table: members("STRONG", west), want: "Wrong number of members"},
		{name: "four members", table: members("STRONG", both, "us-west-1"), want: "Wrong number of members"},
		{name: "two witnesses", table: members("STRONG", nil, both...), want: "Wrong number of members"},
		{name: "a witness of an eventually consistent table", table: members("EVENTUAL", west, "us-east-2"),
			want: "Mixed consistency"},
		{name: "TTL", table: with(members("STRONG", both), "ttl", map[string]any{"enabled": true}),
			want: "TTL of a strongly consistent table"},
		{name: "local index", table: with(members("STRONG", both), "local_secondary_index", map[string]any{"name": "x"}),
			want: "Index of a strongly consistent table"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if ds := checkStrong(test.table); len(ds) > 0 {
				got = ds[0].summary
			}
			if got != test.want {
				t.Errorf("checkStrong: %q, want %q", got, test.want)
			}
		})
	}
}

func TestMembersAreKept(t *testing.T) {
	west, both := []string{"us-west-2"}, []string{"us-east-2", "us-west-2"}
	for _, test := range []struct {
		name           string
		prior, planned map[string]any
		want           string // in the error; empty if the update is accepted
	}{
		{name: "no change", prior: members("STRONG", west, "us-east-2"), planned: members("STRONG", west, "us-east-2")},
		{name: "all others go", prior: members("STRONG", both), planned: members("", nil)},
		{name: "an eventually consistent replica is new", prior: members("", nil), planned: members("EVENTUAL", west)},
		{name: "one Region becomes strong", prior: members("", nil), planned: members("STRONG", both),
			want: "only an empty table can become strongly consistent"},
		{name: "to strong", prior: members("EVENTUAL", both), planned: members("STRONG", both),
			want: "its consistency mode is fixed"},
		{name: "to eventual", prior: members("STRONG", both), planned: members("EVENTUAL", both),
			want: "cannot change from multi-Region strong consistency"},
		{name: "one member goes", prior: members("STRONG", both), planned: members("STRONG", west), want: "one by one"},
		{name: "another witness", prior: members("STRONG", west, "us-east-2"), planned: members("STRONG", west, "us-west-1"),
			want: "one by one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := checkMembersKept(test.prior, test.planned)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
