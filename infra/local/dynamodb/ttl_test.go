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

// handClock is time under the test's control.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// openTTL has a table that expires by "until", a clock that stands, and no
// sweeper but the test.
func openTTL(t *testing.T) (*world, *handClock) {
	t.Helper()
	clock := &handClock{now: time.Unix(1_800_000_000, 0)}
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
	a.want("soon", 1)
	clock.pass(11 * time.Second)
	a.want("soon", 1) // expired, but not yet swept: still there, as in AWS
	region.sweep(t.Context())
	a.want("soon", gone)
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.want("soon", gone) // a deletion by expiry replicates
		p.want("extended", 1)
		p.want("later", 1)
		p.want("long ago", 1)
		p.want("text", 1)
		p.want("never", 1)
	}
	for _, r := range w.regions {
		r.sweep(t.Context())
	}
	b.want("extended", 1)
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
	b.want("x", gone)
	a.want("x", 1)
}

func TestSweeperRuns(t *testing.T) {
	opts := defaults()
	opts.sweep = 5 * time.Millisecond
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("until")}, opts)
	a, _, _ := w.peers()
	a.putUntil("x", number(int(time.Now().Unix())))
	for end := time.Now().Add(soon); a.get("x") != gone; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the item was not swept")
		}
	}
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
		_, err := db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: table, TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(attribute), Enabled: aws.Bool(enabled),
		}})
		return err
	}
	if d := describe(counterTable); d.TimeToLiveStatus != types.TimeToLiveStatusEnabled || *d.AttributeName != "until" {
		t.Errorf("declared: %+v", d)
	}
	for _, c := range []struct {
		attribute string
		enabled   bool
	}{{"until", true}, {"other", true}, {"until", false}} {
		if err := update(counterTable, c.attribute, c.enabled); err == nil {
			t.Errorf("a declared table's expiry was changed to %+v", c)
		}
	}
	own := aws.String("own-table")
	if _, err := db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: own, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	}); err != nil {
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
		t.Errorf("enabled: %+v", d)
	}
	put("after")
	clock.pass(2 * time.Second)
	w.regions[threeRegions[0]].sweep(ctx)
	if n := count(); n != 0 {
		t.Errorf("%d items are left", n)
	}
	w.settle() // the table is one Region's alone: there is nothing to deliver
	if err := update(own, "end", false); err != nil {
		t.Fatal(err)
	}
	put("unlimited")
	clock.pass(time.Hour)
	w.regions[threeRegions[0]].sweep(ctx)
	if n := count(); n != 1 {
		t.Errorf("%d items after expiry was switched off", n)
	}
}
