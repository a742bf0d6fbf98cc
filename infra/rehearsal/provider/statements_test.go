package provider

import (
	"testing"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// levels returns how deep statements nest in a block.
func levels(b *block) int {
	deepest := 0
	for name, n := range b.Blocks {
		below := levels(&n.Block)
		if name == "not_statement" {
			below++
		}
		deepest = max(deepest, below)
	}
	return deepest
}

func TestStatementsNestToTheirLevel(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        int // levels below a rule's own statement
	}{
		{name: "the default", value: "", want: 2},
		{name: "three", value: "3", want: 2},
		{name: "two", value: "2", want: 1},
		{name: "one", value: "1", want: 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := loadCatalog(schema.JSON, behaviourJSON)
			if err != nil {
				t.Fatal(err)
			}
			if c.statements, err = parseStatements(test.value); err != nil {
				t.Fatal(err)
			}
			acl, err := c.resource("aws_wafv2_web_acl")
			if err != nil {
				t.Fatal(err)
			}
			if got := levels(&acl.Block); got != test.want {
				t.Errorf("statements nest %d levels, want %d", got, test.want)
			}
			if acl.Block.Blocks["rule"].Block.Blocks["statement"].Block.Blocks["rate_based_statement"] == nil {
				t.Error("a rule cannot limit a rate")
			}
		})
	}
}

func TestParseStatementsErrors(t *testing.T) {
	for _, value := range []string{"0", "4", "-1", "deep"} {
		if n, err := parseStatements(value); err == nil {
			t.Errorf("%q is %d levels", value, n)
		}
	}
}
