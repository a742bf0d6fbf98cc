package dynamodb

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// durableConfig returns an ordinary table with a TTL and an index, and a strongly consistent
// one, in a folder.
func durableConfig(dir string, regions ...string) Config {
	key := manifest.Key{Name: "id", Type: "S"}
	return Config{
		Regions: regions, Data: dir, Lag: time.Millisecond,
		Tables: map[string]manifest.Table{
			"plain": {HashKey: key, TTL: "until", Indexes: map[string]manifest.Index{
				"by-third": {HashKey: manifest.Key{Name: "by", Type: "S"}, RangeKey: &key, Projection: "ALL"},
			}},
			"strong": {HashKey: key, Consistency: manifest.Strong},
		},
	}
}

// reopen closes a cluster and opens its folder again.
func (w *cluster) reopen(cfg Config) *cluster {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	return openTest(w.t, cfg)
}

func (w *cluster) putIn(region, table, item string) {
	w.t.Helper()
	mustSend(w.t, w.Handler(region), "PutItem", fmt.Sprintf(`{"TableName":%q,"Item":{%s}}`, table, item))
}

// wantItems checks how many items a table has in each Region.
func (w *cluster) wantItems(table string, want int) {
	w.t.Helper()
	for _, region := range w.names {
		if got := w.scanTable(region, table, ""); !strings.Contains(got, fmt.Sprintf(`"Count":%d,`, want)) {
			w.t.Errorf("%s in %s: %s, want %d items", table, region, got, want)
		}
	}
}

// TestDataSurvives closes and opens the data: items, indexes, tables of clients, stamps,
// expiries, tokens, and the writes on their way over a cut link.
func TestDataSurvives(t *testing.T) {
	cfg := durableConfig(t.TempDir(), "us-east-1", "us-west-2")
	w := openTest(t, cfg)
	w.putIn("us-east-1", "plain",
		`"id":{"S":"a"},"by":{"S":"x"},"list":{"L":[{"NS":["1","2"]},{"B":"AAE="},{"NULL":true}]}`)
	w.putIn("us-east-1", "strong", `"id":{"S":"a"},"n":{"N":"1.50"}`)
	w.settle()
	if err := w.Cut("us-east-1", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	w.putIn("us-east-1", "plain", `"id":{"S":"b"},"by":{"S":"x"}`)
	w.putIn("us-east-1", "plain", fmt.Sprintf(`"id":{"S":"c"},"until":{"N":"%d"}`, time.Now().Add(2*time.Second).Unix()))
	create := `{"TableName":"own","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}`
	mustSend(t, w.Handler("us-west-2"), "CreateTable", create)
	transaction := `{"ClientRequestToken":"once","TransactItems":[{"Update":{"TableName":"plain","Key":{"id":{"S":"n"}},` +
		`"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}`
	mustSend(t, w.Handler("us-west-2"), "TransactWriteItems", transaction)
	identity := func() string {
		response := mustSend(t, w.Handler("us-east-1"), "DescribeTable", `{"TableName":"plain"}`)
		members := regexp.MustCompile(`"(TableId|CreationDateTime)":[^,}]*`)
		return strings.Join(members.FindAllString(response.Body.String(), -1), ",")
	}
	before := identity()
	w = w.reopen(cfg)
	if got := identity(); got != before {
		t.Errorf("the table changed from %s to %s", before, got)
	}
	mustSend(t, w.Handler("us-west-2"), "TransactWriteItems", transaction)
	mustSend(t, w.Handler("us-west-2"), "DescribeTable", `{"TableName":"own"}`)
	w.settle()
	for _, region := range w.names {
		for _, want := range []string{
			`{"by":{"S":"x"},"id":{"S":"a"},"list":{"L":[{"NS":["1","2"]},{"B":"AAE="},{"NULL":true}]}}`,
			`{"by":{"S":"x"},"id":{"S":"b"}}`, `{"id":{"S":"n"},"n":{"N":"1"}}`,
		} {
			if got := w.scanTable(region, "plain", ""); !strings.Contains(got, want) {
				t.Errorf("%s lacks %s: %s", region, want, got)
			}
		}
		if got := w.scanTable(region, "plain", "by-third"); !strings.Contains(got, `"Count":2,`) {
			t.Errorf("the index in %s: %s, want 2 entries", region, got)
		}
	}
	w.wantItems("strong", 1)
	waitUntil(t, "the item expires", func() bool {
		return !strings.Contains(w.scanTable("us-west-2", "plain", ""), "until")
	})
	w.settle()
	w.wantItems("plain", 3)
}

// TestRegionsJoinAndLeave starts the data of one Region with two others, after a write that
// only the Region knows that leaves, and returns to one.
func TestRegionsJoinAndLeave(t *testing.T) {
	dir := t.TempDir()
	w := openTest(t, durableConfig(dir, "us-east-1"))
	for n := range 30 {
		w.putIn("us-east-1", "plain", fmt.Sprintf(`"id":{"S":"p%d"},"by":{"S":"x"}`, n))
		w.putIn("us-east-1", "strong", fmt.Sprintf(`"id":{"S":"s%d"}`, n))
	}
	w = w.reopen(durableConfig(dir, "us-east-1", "us-west-2"))
	w.wantItems("plain", 30)
	w.wantItems("strong", 30)
	response := send(w.Handler("us-west-2"), "PutItem", `{"TableName":"strong","Item":{"id":{"S":"s1"}},`+
		`"ConditionExpression":"attribute_not_exists(id)"}`)
	if !strings.Contains(response.Body.String(), "ConditionalCheckFailed") {
		t.Errorf("the majority lacks an item: %s", response.Body)
	}
	if err := w.Cut("us-east-1", "us-west-2"); err != nil {
		t.Fatal(err)
	}
	w.putIn("us-east-1", "plain", `"id":{"S":"late"}`)
	w.putIn("us-east-1", "strong", `"id":{"S":"late"}`)

	w = w.reopen(durableConfig(dir, "us-west-2", "ca-central-1"))
	w.wantItems("plain", 31)
	w.wantItems("strong", 31)
	w.putIn("ca-central-1", "plain", `"id":{"S":"later"}`)
	w.settle()
	w = w.reopen(durableConfig(dir, "us-east-1")) // it was not there before
	w.wantItems("plain", 32)
	w.wantItems("strong", 31)
}

func TestChangedKeysAreReported(t *testing.T) {
	cfg := durableConfig(t.TempDir(), "us-east-1")
	w := openTest(t, cfg)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Log = quiet()
	cfg.Tables["strong"] = manifest.Table{HashKey: manifest.Key{Name: "other", Type: "S"}}
	_, err := Open(t.Context(), cfg)
	if !errors.Is(err, ErrOtherKeys) || !strings.Contains(err.Error(), "table strong in us-east-1") {
		t.Errorf("error %v, want ErrOtherKeys with the table and the Region", err)
	}
}
