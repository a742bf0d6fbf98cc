package dynamodb

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/contract/manifest"
)

// account is an item like the items that the contexts' stores write.
type account struct {
	ID      string    `dynamo:"id,hash"`
	At      int64     `dynamo:"at,range"`
	Owner   string    `dynamo:"owner,omitempty"`
	Balance int       `dynamo:"balance"`
	Tags    []string  `dynamo:"tags,set,omitempty"`
	Opened  time.Time `dynamo:"opened"`
}

// gureguSuite performs the operations of the contexts' stores with the library that they
// use. The library sends legacy KeyConditions, and asks for the consumed capacity of
// indexes.
func gureguSuite(t *testing.T, remote string) {
	w := openSuite(t, Config{Regions: []string{"eu-west-1"}, Remote: remote, Tables: map[string]manifest.Table{
		"guregu-accounts": {
			HashKey: manifest.Key{Name: "id", Type: "S"}, RangeKey: &manifest.Key{Name: "at", Type: "N"},
			Indexes: map[string]manifest.Index{
				"byOwner": {
					HashKey:    manifest.Key{Name: "owner", Type: "S"},
					RangeKey:   &manifest.Key{Name: "at", Type: "N"},
					Projection: "ALL",
				},
			},
		},
	}})
	db, ctx := dynamo.New(w.awsConfig("eu-west-1")), t.Context()
	table := db.Table("guregu-accounts")
	opened := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	for i := range 12 {
		a := account{
			ID: "a", At: int64(i), Owner: fmt.Sprintf("o%d", i%2), Balance: i * 10,
			Tags: []string{"x", "y"}, Opened: opened,
		}
		if err := table.Put(a).If("attribute_not_exists('id')").Run(ctx); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("query", func(t *testing.T) { gureguQuery(t, table, opened) })
	t.Run("pages", func(t *testing.T) { gureguPages(t, table) })
	t.Run("write", func(t *testing.T) { gureguWrite(t, table, opened) })
	t.Run("batch", func(t *testing.T) { gureguBatch(t, table, opened) })
	t.Run("transaction", func(t *testing.T) { gureguTransaction(t, db, table) })
}

func gureguQuery(t *testing.T, table dynamo.Table, opened time.Time) {
	ctx := t.Context()
	for _, test := range []struct {
		name  string
		query *dynamo.Query
		want  []int64
	}{
		{name: "all", query: table.Get("id", "a"), want: []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{name: "range", query: table.Get("id", "a").Range("at", dynamo.Between, 3, 5), want: []int64{3, 4, 5}},
		{name: "less", query: table.Get("id", "a").Range("at", dynamo.Less, 2), want: []int64{0, 1}},
		{
			name:  "filter",
			query: table.Get("id", "a").Range("at", dynamo.GreaterOrEqual, 8).Filter("'balance' <> ?", 90),
			want:  []int64{8, 10, 11},
		},
		{
			name:  "index",
			query: table.Get("owner", "o1").Index("byOwner").Order(dynamo.Descending),
			want:  []int64{11, 9, 7, 5, 3, 1},
		},
		{name: "limit", query: table.Get("id", "a").Limit(3).Order(dynamo.Descending), want: []int64{11, 10, 9}},
		{name: "unknown key", query: table.Get("id", "nobody"), want: nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var used dynamo.ConsumedCapacity
			var got []account
			if err := test.query.ConsumedCapacity(&used).All(ctx, &got); err != nil {
				t.Fatal(err)
			}
			var ats []int64
			for _, a := range got {
				ats = append(ats, a.At)
				slices.Sort(a.Tags)
				if !a.Opened.Equal(opened) || !slices.Equal(a.Tags, []string{"x", "y"}) {
					t.Errorf("got item %+v", a)
				}
			}
			if diff := cmp.Diff(test.want, ats); diff != "" {
				t.Errorf("range keys differ (-want +got):\n%s", diff)
			}
			if len(got) > 0 && used.Total != 0.5 {
				t.Errorf("used %v units, want 0.5", used.Total)
			}
		})
	}
	if n, err := table.Get("id", "a").Range("at", dynamo.Greater, 5).Count(ctx); err != nil || n != 6 {
		t.Errorf("count %d, %v", n, err)
	}
}

func gureguPages(t *testing.T, table dynamo.Table) {
	ctx := t.Context()
	var got []int64
	var from dynamo.PagingKey
	for range 10 {
		iter := table.Get("id", "a").StartFrom(from).SearchLimit(5).Iter()
		var a account
		for iter.Next(ctx, &a) {
			got = append(got, a.At)
		}
		if err := iter.Err(); err != nil {
			t.Fatal(err)
		}
		key, err := iter.LastEvaluatedKey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if from = key; from == nil {
			break
		}
	}
	if len(got) != 12 || !slices.IsSorted(got) {
		t.Errorf("got %v", got)
	}
}

func gureguWrite(t *testing.T, table dynamo.Table, opened time.Time) {
	ctx := t.Context()
	var a account
	update := table.Update("id", "a").Range("at", 1).Add("balance", 5).AddStringsToSet("tags", "z")
	if err := update.If("'balance' = ?", 10).Value(ctx, &a); err != nil {
		t.Fatal(err)
	}
	if a.Balance != 15 || len(a.Tags) != 3 {
		t.Errorf("updated %+v", a)
	}
	err := table.Update("id", "a").Range("at", 1).Set("balance", 0).If("'balance' = ?", 10).Run(ctx)
	if !dynamo.IsCondCheckFailed(err) {
		t.Errorf("condition: %v", err)
	}
	var old account
	err = table.Delete("id", "a").Range("at", 0).OldValue(ctx, &old)
	if err != nil || old.At != 0 || old.ID != "a" {
		t.Errorf("deleted %+v, %v", old, err)
	}
	if err := table.Get("id", "a").Range("at", dynamo.Equal, 0).One(ctx, &old); err != dynamo.ErrNotFound {
		t.Errorf("the deleted item: %v, want %v", err, dynamo.ErrNotFound)
	}
	var used dynamo.ConsumedCapacity
	put := table.Put(account{ID: "b", At: 1, Owner: "o1", Opened: opened}).ConsumedCapacity(&used)
	if err := put.Run(ctx); err != nil || used.Total != 2 || used.GSI["byOwner"] != 1 || used.Table != 1 {
		t.Errorf("put used %+v, %v", used, err)
	}
}

func gureguBatch(t *testing.T, table dynamo.Table, opened time.Time) {
	ctx := t.Context()
	var items []any
	var keys []dynamo.Keyed
	for i := range 60 {
		items = append(items, account{ID: "batch", At: int64(i), Opened: opened})
		keys = append(keys, dynamo.Keys{"batch", i})
	}
	if n, err := table.Batch("id", "at").Write().Put(items...).Run(ctx); err != nil || n != 60 {
		t.Fatalf("wrote %d, %v", n, err)
	}
	var got []account
	if err := table.Batch("id", "at").Get(keys...).All(ctx, &got); err != nil || len(got) != 60 {
		t.Errorf("got %d, %v", len(got), err)
	}
}

func gureguTransaction(t *testing.T, db *dynamo.DB, table dynamo.Table) {
	ctx := t.Context()
	transfer := func(from, to int64, amount int) error {
		return db.WriteTx().
			Update(table.Update("id", "a").Range("at", from).Add("balance", -amount).If("'balance' >= ?", amount)).
			Update(table.Update("id", "a").Range("at", to).Add("balance", amount)).
			Run(ctx)
	}
	if err := transfer(11, 2, 100); err != nil {
		t.Fatal(err)
	}
	if err := transfer(11, 2, 100); !dynamo.IsCondCheckFailed(err) {
		t.Errorf("second transfer: %v", err)
	}
	var from, to account
	err := db.GetTx().
		GetOne(table.Get("id", "a").Range("at", dynamo.Equal, 11), &from).
		GetOne(table.Get("id", "a").Range("at", dynamo.Equal, 2), &to).
		Run(ctx)
	if err != nil || from.Balance != 10 || to.Balance != 120 {
		t.Errorf("balances %d and %d, %v", from.Balance, to.Balance, err)
	}
}
