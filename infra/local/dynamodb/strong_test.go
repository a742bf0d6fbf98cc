package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

const (
	strongTable   = "claims"
	eventualTable = "others"
)

// openStrong opens two Regions, west and east, with a strongly consistent table and an
// eventually consistent one.
func openStrong(t *testing.T, lag time.Duration, regions ...string) *cluster {
	t.Helper()
	hash := manifest.Key{Name: "id", Type: "S"}
	if regions == nil {
		regions = []string{"west", "east"}
	}
	return openTest(t, Config{Regions: regions, Lag: lag, Jitter: time.Nanosecond, Tables: map[string]manifest.Table{
		strongTable: {HashKey: hash, Consistency: manifest.Strong}, eventualTable: {HashKey: hash},
	}})
}

// take puts an item on the condition that it does not exist.
func (w *cluster) take(region, id, owner string) error {
	_, err := w.client(region).PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: aws.String(strongTable), ConditionExpression: aws.String("attribute_not_exists(id)"),
		Item: map[string]types.AttributeValue{"id": text(id), "holder": text(owner)},
	})
	return err
}

// holder returns the holder of an item, "" if the item does not exist.
func (w *cluster) holder(region, id string, consistent bool) (string, error) {
	out, err := w.client(region).GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: aws.String(strongTable), Key: key(id), ConsistentRead: aws.Bool(consistent),
	})
	if err != nil || out.Item == nil {
		return "", err
	}
	return out.Item["holder"].(*types.AttributeValueMemberS).Value, nil
}

// errorCode returns the code of an AWS error, "" without an error.
func errorCode(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestStrongTableAConditionSeesTheLatestValueOfAnyRegion(t *testing.T) {
	w := openStrong(t, time.Hour) // nothing is replicated during the test
	if err := w.take("west", "a", "ada"); err != nil {
		t.Fatal(err)
	}
	if code := errorCode(w.take("east", "a", "bob")); code != "ConditionalCheckFailedException" {
		t.Errorf("the east takes it, too: %s", code)
	}
	for _, test := range []struct {
		region     string
		consistent bool
		want       string
	}{
		{"west", false, "ada"}, {"west", true, "ada"},
		{"east", false, ""}, // its own replica, before replication
		{"east", true, "ada"},
	} {
		if got, err := w.holder(test.region, "a", test.consistent); err != nil || got != test.want {
			t.Errorf("%s, consistent %v: got %q, %v, want %q", test.region, test.consistent, got, err, test.want)
		}
	}
}

// TestStrongTableOfAnotherRegion calls a member from a Region that is not one: at its own
// endpoint, signed for the member.
func TestStrongTableOfAnotherRegion(t *testing.T) {
	w := openStrong(t, time.Hour, "a", "b", "c", "d")
	if diff := cmp.Diff([]string{"a", "b", "c"}, w.StrongReplicas()); diff != "" {
		t.Errorf("replicas (-want +got):\n%s", diff)
	}
	cfg := w.awsConfig("d")
	cfg.Region = "b"
	input := &dynamodb.PutItemInput{TableName: aws.String(strongTable),
		Item: map[string]types.AttributeValue{"id": text("a"), "holder": text("ada")}}
	if _, err := dynamodb.NewFromConfig(cfg).PutItem(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]string{"b": "ada", "a": "", "d": ""} { // nothing is replicated during the test
		if got, err := w.holder(region, "a", false); err != nil || got != want {
			t.Errorf("the replica in %s: got %q, %v, want %q", region, got, err, want)
		}
	}
	if err := w.Cut("d", "b"); err != nil {
		t.Fatal(err)
	}
	if _, err := dynamodb.NewFromConfig(cfg).PutItem(t.Context(), input); errorCode(err) != "InternalServerError" {
		t.Errorf("with the link to the member cut: %v, want InternalServerError", err)
	}
}

func TestStrongTableReplicatesForEventualReads(t *testing.T) {
	w := openStrong(t, time.Millisecond)
	for _, region := range []string{"west", "east"} {
		if err := w.take(region, region, "ada"); err != nil {
			t.Fatal(err)
		}
	}
	w.settle()
	for _, region := range []string{"west", "east"} {
		for _, id := range []string{"west", "east"} {
			if got, err := w.holder(region, id, false); err != nil || got != "ada" {
				t.Errorf("%s in the %s: got %q, %v", id, region, got, err)
			}
		}
	}
}

func TestStrongTableOneOfConcurrentWritesWins(t *testing.T) {
	w := openStrong(t, time.Millisecond)
	for round := range 20 {
		id := fmt.Sprint(round)
		var all sync.WaitGroup
		outcomes := make(chan string, 2)
		for _, region := range []string{"west", "east"} {
			all.Go(func() {
				code := "taken"
				if err := w.take(region, id, region); err != nil {
					code = errorCode(err)
				}
				outcomes <- code
			})
		}
		all.Wait()
		first, second := <-outcomes, <-outcomes
		if second == "taken" {
			first, second = second, first
		}
		if first != "taken" || second != "ConditionalCheckFailedException" && second != "ReplicatedWriteConflictException" {
			t.Errorf("round %d: %s and %s, want one that is taken", round, first, second)
		}
	}
}

func TestStrongTableConcurrentWritesOfTwoRegionsConflict(t *testing.T) {
	w := openStrong(t, time.Millisecond)
	west := w.regions["west"]
	refs := map[string]itemRef{"a": {}}
	end, err := west.strong.begin("west", refs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := west.strong.begin("east", refs); err == nil || !strings.Contains(err.Error(), "ReplicatedWriteConflict") {
		t.Errorf("a write of the other Region at once: %v", err)
	}
	end()
	if end, err = west.strong.begin("east", refs); err != nil {
		t.Fatalf("a write afterwards: %v", err)
	}
	end()
}

// TestStrongTableMajority cuts members from each other. A member that reaches no other
// one refuses writes and consistent reads, and serves other reads.
func TestStrongTableMajority(t *testing.T) {
	for _, test := range []struct {
		name    string
		regions []string
		cuts    [][2]string
		refuses map[string]bool
	}{
		{name: "the Regions do not reach each other, but the witness", cuts: [][2]string{{"west", "east"}}},
		{name: "the witness is lost", cuts: [][2]string{{"west", Witness}, {"east", Witness}}},
		{
			name: "a Region is isolated", cuts: [][2]string{{"west", "east"}, {"west", Witness}},
			refuses: map[string]bool{"west": true},
		},
		{
			name: "one of three Regions is isolated", regions: []string{"west", "east", "north"},
			cuts: [][2]string{{"west", "east"}, {"west", "north"}}, refuses: map[string]bool{"west": true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := openStrong(t, time.Millisecond, test.regions...)
			if err := w.take("east", "before", "ada"); err != nil {
				t.Fatal(err)
			}
			w.settle()
			for _, c := range test.cuts {
				if err := w.Cut(c[0], c[1]); err != nil {
					t.Fatal(err)
				}
			}
			for _, region := range []string{"west", "east"} {
				want := ""
				if test.refuses[region] {
					want = "InternalServerError"
				}
				write, read := "", ""
				if err := w.take(region, region, "ada"); err != nil {
					write = errorCode(err)
				}
				if _, err := w.holder(region, "before", true); err != nil {
					read = errorCode(err)
				}
				if write != want || read != want {
					t.Errorf("the %s: write %q, consistent read %q, want %q", region, write, read, want)
				}
				if got, err := w.holder(region, "before", false); err != nil || got != "ada" {
					t.Errorf("the %s, eventually consistent read: got %q, %v", region, got, err)
				}
			}
			for _, c := range test.cuts {
				if err := w.Heal(c[0], c[1]); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.take("west", "after", "ada"); err != nil {
				t.Errorf("after healing: %v", err)
			}
		})
	}
}

func TestStrongTableRefusesWhatAWSRefuses(t *testing.T) {
	w := openStrong(t, time.Millisecond)
	db, ctx := w.client("west"), t.Context()
	put := types.TransactWriteItem{Put: &types.Put{TableName: aws.String(strongTable), Item: key("a")}}
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(strongTable), Key: key("a"), ConditionExpression: aws.String("attribute_exists(id)"),
	}}
	other := types.TransactWriteItem{Put: &types.Put{TableName: aws.String(eventualTable), Item: key("a")}}
	for name, items := range map[string][]types.TransactWriteItem{
		"put": {put}, "put beside another table": {other, put}, "check beside another table": {other, check},
	} {
		_, err := db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
		if err == nil || !strings.Contains(err.Error(), "Transactions are not supported") {
			t.Errorf("transaction, %s: %v", name, err)
		}
	}
	_, err := db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: aws.String(strongTable), Key: key("a")}},
	}})
	if err == nil || !strings.Contains(err.Error(), "Transactions are not supported") {
		t.Errorf("transaction that reads: %v", err)
	}
	if _, err := db.TransactWriteItems(ctx,
		&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{other}}); err != nil {
		t.Errorf("transaction of the other table: %v", err)
	}
	_, err = Open(ctx, Config{Regions: []string{"west"}, Log: quiet(), Tables: map[string]manifest.Table{
		"t": {HashKey: manifest.Key{Name: "id", Type: "S"}, TTL: "expires", Consistency: manifest.Strong},
	}})
	if err == nil || !strings.Contains(err.Error(), "TTL") {
		t.Errorf("a strongly consistent table with TTL: %v", err)
	}
}

func TestStrongTableOfOneRegionIsOrdinary(t *testing.T) {
	w := openStrong(t, time.Millisecond, "west")
	_, err := w.client("west").TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: aws.String(strongTable), Item: key("a")}}},
	})
	if err != nil {
		t.Errorf("transaction: %v", err)
	}
}

func TestStrongTableIsDescribed(t *testing.T) {
	w := openStrong(t, time.Millisecond)
	for table, want := range map[string]types.MultiRegionConsistency{strongTable: types.MultiRegionConsistencyStrong,
		eventualTable: ""} {
		out, err := w.client("west").DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		if err != nil || out.Table.MultiRegionConsistency != want ||
			(want != "") != (len(out.Table.GlobalTableWitnesses) == 1) {
			t.Errorf("%s: %v, consistency %q, witnesses %v", table, err, out.Table.MultiRegionConsistency,
				out.Table.GlobalTableWitnesses)
		}
	}
}
