package provider

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// nestingPaths returns the paths of the blocks in which statements nest, without the
// blocks between them.
func nestingPaths(b *block, above string) []string {
	var paths []string
	for name, n := range b.Blocks {
		path := above
		if slices.Contains(nestingStatements, name) {
			path += "/" + name
			paths = append(paths, path)
		}
		paths = append(paths, nestingPaths(&n.Block, path)...)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// webACL returns the type aws_wafv2_web_acl with a value of account.StatementsVariable.
func webACL(t *testing.T, value string) *typeDef {
	t.Helper()
	c, err := loadCatalog(schema.JSON, behaviourJSON)
	if err != nil {
		t.Fatal(err)
	}
	if c.statements, err = parseStatements(value); err != nil {
		t.Fatal(err)
	}
	acl, err := c.resource("aws_wafv2_web_acl")
	if err != nil {
		t.Fatal(err)
	}
	return acl
}

func TestStatementsNestInTheListedBlocks(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        []string
	}{
		{name: "one", value: "or_statement", want: []string{"/or_statement"}},
		{name: "two", value: "or_statement,not_statement", want: []string{"/not_statement", "/or_statement"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			acl := webACL(t, test.value)
			if diff := cmp.Diff(test.want, nestingPaths(&acl.Block, "")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			statement := acl.Block.Blocks["rule"].Block.Blocks["statement"].Block
			nested := statement.Blocks["or_statement"].Block.Blocks["statement"].Block
			if statement.Blocks["rate_based_statement"] == nil || nested.Blocks["label_match_statement"] == nil {
				t.Error("statements that nest nothing are missing")
			}
		})
	}
	t.Run("all", func(t *testing.T) {
		got := nestingPaths(&webACL(t, "").Block, "")
		for _, want := range []string{"/and_statement/or_statement", "/scope_down_statement/not_statement"} {
			if !slices.Contains(got, want) {
				t.Errorf("statements do not nest in %s", want)
			}
		}
	})
}

func TestParseStatementsErrors(t *testing.T) {
	for _, value := range []string{"2", "xor_statement", "or_statement,", "or_statement, not_statement"} {
		if list, err := parseStatements(value); err == nil {
			t.Errorf("%q is the list %q", value, list)
		}
	}
}
