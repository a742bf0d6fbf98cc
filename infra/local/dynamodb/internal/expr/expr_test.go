package expr

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

func testItem(t testing.TB) attr.Item {
	t.Helper()
	o, err := protocol.Parse([]byte(`{"item":{"n":{"N":"5"},"t":{"S":"text"},"l":{"L":[{"N":"1"},` +
		`{"M":{"a":{"SS":["x","y"]}}},{"L":[{"S":"z"}]}]},"m":{"M":{"a":{"L":[{"N":"2"}]},` +
		`"b":{"M":{"c":{"S":"d"}}}}},"u":{"SS":["x","y"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	item, _ := attr.ReadItem(o, "item")
	return item
}

func testPlaceholders(t testing.TB) *Placeholders {
	t.Helper()
	o, err := protocol.Parse([]byte(`{"x":"","ExpressionAttributeNames":{"#n":"n","#l":"l"},` +
		`"ExpressionAttributeValues":{":n":{"N":"1"},":s":{"S":"s"},":l":{"L":[{"N":"9"}]},":u":{"SS":["x","w"]},` +
		`":m":{"M":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	p := ReadPlaceholders(o, "x")
	if err := o.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestApplyDoesNotModifyItem checks that Apply leaves the given item unchanged. Readers
// share it, and would otherwise see a partial update.
func TestApplyDoesNotModifyItem(t *testing.T) {
	for _, source := range []string{
		"SET n = :n", "SET l[0] = :s", "SET l[9] = :n", "SET l[1].a = :n", "SET l[2][0] = :n, m.b.c = :n, m.zz = :m",
		"SET x = l, l[0] = :n", "SET m.a = l, l[0] = m.a", "SET x = list_append(l, :l), l[0] = :n",
		"SET x = m, m.a = :l",
		"REMOVE l[0]", "REMOVE l[2][0], l[1].a, l[0]", "REMOVE m.b.c", "ADD u :u", "ADD l[0] :n", "DELETE u :u",
		"DELETE l[1].a :u",
		"SET x = u ADD u :u", "SET y = if_not_exists(zz, l) REMOVE l[1], m DELETE u :u",
	} {
		t.Run(source, func(t *testing.T) {
			before, want := testItem(t), testItem(t)
			update, err := testPlaceholders(t).Update(source)
			if err != nil {
				t.Fatal(err)
			}
			after, err := update.Apply(before)
			if err != nil {
				t.Fatal(err)
			}
			if !attr.EqualItems(before, want) {
				t.Errorf("the given item was changed to %v", before)
			}
			if attr.EqualItems(after, want) {
				t.Error("the update had no effect")
			}
		})
	}
}

// FuzzExpressions checks that parsing any text returns an expression or a
// ValidationException, and that a parsed expression can be evaluated.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"", "n", "n = :n", "((n = :n))", "NOT (n = :n OR l[0] BETWEEN :n AND :n) AND size(t) IN (:n, n)",
		"attribute_type(l[1].a, :s)",
		"SET #n = #n + :n, #l[9] = list_append(#l, :l) REMOVE m.b.c ADD u :u DELETE l[1].a :u", "SET x = (n",
		"a.b[0], c", "a[", "a.", "#", ":", "begins_with(", "n = :n AND", strings.Repeat("(", 100),
		"n < > :n", "SET a = if_not_exists(b, if_not_exists(c, :n)) - :n", "\x00", "é = :n", "REMOVE l[2147483647], " +
			"l[99999999999]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		item := testItem(t)
		check := func(err error) bool {
			if err != nil && protocol.From(err).Type != protocol.ValidationException {
				t.Errorf("%q: %v", source, err)
			}
			return err == nil
		}
		if condition, err := testPlaceholders(t).Condition("ConditionExpression", source); check(err) {
			condition.Holds(item)
			condition.Holds(nil)
		}
		_, err := testPlaceholders(t).KeyCondition(source)
		check(err)
		if paths, err := testPlaceholders(t).Projection(source); check(err) {
			Project(item, paths)
		}
		if update, err := testPlaceholders(t).Update(source); check(err) {
			for _, before := range []attr.Item{item, {"id": attr.Text("key")}} {
				_, err := update.Apply(before)
				check(err)
			}
			if !attr.EqualItems(item, testItem(t)) {
				t.Errorf("%q changed the item it was applied to", source)
			}
		}
	})
}
