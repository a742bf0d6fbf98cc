package dynamodb

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// manualClock is a clock that only the test advances.
type manualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// openTTL opens a table whose TTL attribute is "until", with a clock that only the test
// advances. The test runs the sweeper itself.
func openTTL(t *testing.T) (*cluster, *manualClock) {
	t.Helper()
	clock := &manualClock{now: time.Unix(1_800_000_000, 0)}
	opts := defaults()
	opts.now, opts.sweep = clock.Now, time.Hour
	return openTestAt(t, Config{Regions: threeRegions, Tables: counters("until")}, opts), clock
}

func (p peer) putUntil(id string, until types.AttributeValue) {
	p.t.Helper()
	item := key(id)
	item["n"], item["until"] = number(1), until
	if _, err := p.db.PutItem(p.t.Context(), &dynamodb.PutItemInput{TableName: counterTable, Item: item}); err != nil {
		p.t.Fatal(err)
	}
}

func TestExpiry(t *testing.T) {
	w, clock := openTTL(t)
	a, b, c := w.peers()
	now := clock.Now()
	at := func(d time.Duration) types.AttributeValue { return number(int(now.Add(d).Unix())) }
	a.putUntil("soon", at(10*time.Second))
	a.putUntil("extended", at(10*time.Second))
	a.putUntil("later", at(time.Hour))
	a.putUntil("long ago", at(-6*365*24*time.Hour))
	a.putUntil("text", text(fmt.Sprint(now.Unix())))
	a.put("never", 1)
	w.settle()
	a.putUntil("extended", at(time.Hour))

	region := w.regions[threeRegions[0]]
	region.sweep(t.Context())
	a.wantCounter("soon", 1)
	clock.pass(11 * time.Second)
	a.wantCounter("soon", 1) // expired but not yet deleted, so still readable, as on AWS
	region.sweep(t.Context())
	a.wantCounter("soon", gone)
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("soon", gone) // a deletion by TTL replicates
		p.wantCounter("extended", 1)
		p.wantCounter("later", 1)
		p.wantCounter("long ago", 1)
		p.wantCounter("text", 1)
		p.wantCounter("never", 1)
	}
	for _, r := range w.regions {
		r.sweep(t.Context())
	}
	b.wantCounter("extended", 1)
}

func TestExpiryOfReplicatedItem(t *testing.T) {
	w, clock := openTTL(t)
	a, b, _ := w.peers()
	a.putUntil("x", number(int(clock.Now().Add(time.Second).Unix())))
	w.settle()
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	clock.pass(2 * time.Second)
	w.regions[threeRegions[1]].sweep(t.Context())
	b.wantCounter("x", gone)
	a.wantCounter("x", 1)
}

func TestSweeperRuns(t *testing.T) {
	opts := defaults()
	opts.sweep = 5 * time.Millisecond
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("until")}, opts)
	a, _, _ := w.peers()
	a.putUntil("x", number(int(time.Now().Unix())))
	waitUntil(t, "the sweeper deletes the item", func() bool { return a.get("x") == gone })
}

func TestTimeToLiveAPI(t *testing.T) {
	w, clock := openTTL(t)
	db, ctx := w.client(threeRegions[0]), t.Context()
	describe := func(table *string) types.TimeToLiveDescription {
		out, err := db.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: table})
		if err != nil {
			t.Fatal(err)
		}
		return *out.TimeToLiveDescription
	}
	update := func(table *string, attribute string, enabled bool) error {
		_, err := db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName: table,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{
				AttributeName: aws.String(attribute), Enabled: aws.Bool(enabled),
			},
		})
		return err
	}
	if d := describe(counterTable); d.TimeToLiveStatus != types.TimeToLiveStatusEnabled ||
		*d.AttributeName != "until" {
		t.Errorf("the TTL of the declared table is %+v", d)
	}
	for _, c := range []struct {
		attribute string
		enabled   bool
	}{
		{attribute: "until", enabled: true},
		{attribute: "other", enabled: true},
		{attribute: "until", enabled: false},
	} {
		if err := update(counterTable, c.attribute, c.enabled); err == nil {
			t.Errorf("the TTL of a declared table was changed to %+v", c)
		}
	}
	own := aws.String("own-table")
	if _, err := db.CreateTable(ctx, tableWithID(own)); err != nil {
		t.Fatal(err)
	}
	put := func(id string) {
		item := key(id)
		item["end"] = number(int(clock.Now().Unix()) + 1)
		if _, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: own, Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	count := func() int32 {
		out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: own})
		if err != nil {
			t.Fatal(err)
		}
		return out.Count
	}
	put("before")
	if err := update(own, "end", true); err != nil {
		t.Fatal(err)
	}
	if d := describe(own); d.TimeToLiveStatus != types.TimeToLiveStatusEnabled {
		t.Errorf("TTL is %+v after it was enabled", d)
	}
	put("after")
	clock.pass(2 * time.Second)
	w.regions[threeRegions[0]].sweep(ctx)
	if n := count(); n != 0 {
		t.Errorf("%d expired items were not deleted", n)
	}
	w.settle() // the table exists in one Region only, so nothing is delivered
	if err := update(own, "end", false); err != nil {
		t.Fatal(err)
	}
	put("unlimited")
	clock.pass(time.Hour)
	w.regions[threeRegions[0]].sweep(ctx)
	if n := count(); n != 1 {
		t.Errorf("%d items after TTL was disabled, want 1", n)
	}
}
