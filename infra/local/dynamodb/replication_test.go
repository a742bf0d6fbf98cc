package dynamodb

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// peer is a client of one Region, with short names for the operations of the tests.
type peer struct {
	t  testing.TB
	db *dynamodb.Client
}

func (w *cluster) peers() (a, b, c peer) {
	w.t.Helper()
	p := make([]peer, len(threeRegions))
	for n, region := range threeRegions {
		p[n] = peer{w.t, w.client(region)}
	}
	return p[0], p[1], p[2]
}

var counterTable = aws.String("test-counters")

func key(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": text(id)}
}

func (p peer) put(id string, n int) {
	p.t.Helper()
	item := key(id)
	item["n"] = number(n)
	if _, err := p.db.PutItem(p.t.Context(), &dynamodb.PutItemInput{TableName: counterTable, Item: item}); err != nil {
		p.t.Error(err)
	}
}

func (p peer) add(id string, n int) {
	p.t.Helper()
	_, err := p.db.UpdateItem(p.t.Context(), &dynamodb.UpdateItemInput{
		TableName: counterTable, Key: key(id), UpdateExpression: aws.String("ADD n :n"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": number(n)},
	})
	if err != nil {
		p.t.Error(err)
	}
}

func (p peer) remove(id string) {
	p.t.Helper()
	input := &dynamodb.DeleteItemInput{TableName: counterTable, Key: key(id)}
	if _, err := p.db.DeleteItem(p.t.Context(), input); err != nil {
		p.t.Error(err)
	}
}

// gone is the result of get for an item that does not exist.
const gone = -1

func (p peer) get(id string) int {
	p.t.Helper()
	input := &dynamodb.GetItemInput{TableName: counterTable, Key: key(id), ConsistentRead: aws.Bool(true)}
	out, err := p.db.GetItem(p.t.Context(), input)
	if err != nil {
		p.t.Fatal(err)
	}
	if out.Item == nil {
		return gone
	}
	return numberOf(p.t, out.Item["n"])
}

func (p peer) wantCounter(id string, n int) {
	p.t.Helper()
	if got := p.get(id); got != n {
		p.t.Errorf("%s: %s is %d, want %d", p.db.Options().Region, id, got, n)
	}
}

// openRegions opens three Regions, and returns a client of each.
func openRegions(t *testing.T, remote string, lag time.Duration) (*cluster, peer, peer, peer) {
	t.Helper()
	w := openSuite(t, Config{Regions: threeRegions, Tables: counters(""), Lag: lag, Remote: remote})
	a, b, c := w.peers()
	return w, a, b, c
}

// replicationSuite checks the guarantees of global tables, and their limits.
func replicationSuite(t *testing.T, remote string) {
	t.Run("the description names the other replicas", func(t *testing.T) { testReplicas(t, remote) })
	t.Run("every kind of write arrives", func(t *testing.T) { testEveryWrite(t, remote) })
	t.Run("a write arrives after the lag, not before", func(t *testing.T) { testLag(t, remote) })
	t.Run("the later of two writes replaces the whole item", func(t *testing.T) { testLastWriterWins(t, remote) })
	t.Run("a condition sees its own Region only", func(t *testing.T) { testLocalCondition(t, remote) })
	t.Run("a late write does not restore a deleted item", func(t *testing.T) { testLateWrite(t, remote) })
	t.Run("deleting an item that does not exist is not replicated", func(t *testing.T) { testDeletingNothing(t, remote) })
	t.Run("a repeated transaction replicates once", func(t *testing.T) { testRepeatedTransaction(t, remote) })
	t.Run("a client's own table stays in its Region", func(t *testing.T) { testClientTable(t, remote) })
}

func testReplicas(t *testing.T, remote string) {
	w, _, b, _ := openRegions(t, remote, 0)
	out, err := b.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: counterTable})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, replica := range out.Table.Replicas {
		got = append(got, *replica.RegionName+" "+string(replica.ReplicaStatus))
	}
	want := []string{threeRegions[0] + " ACTIVE", threeRegions[2] + " ACTIVE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("replicas differ (-want +got):\n%s", diff)
	}
	if remote == "" && len(aws.ToString(out.Table.TableId)) != 36 {
		t.Errorf("TableId is %q, want a UUID", aws.ToString(out.Table.TableId))
	}
	if _, err := w.client(threeRegions[0]).CreateTable(t.Context(), tableWithID(aws.String("test-single"))); err != nil {
		t.Fatal(err)
	}
	single := &dynamodb.DescribeTableInput{TableName: aws.String("test-single")}
	if out, err := w.client(threeRegions[0]).DescribeTable(t.Context(), single); err != nil || out.Table.Replicas != nil {
		t.Errorf("a table of one Region has replicas %v, %v", out.Table.Replicas, err)
	}
	if remote != "" {
		dropRemote(t, remote, threeRegions[0], "test-single")
	}
}

func testEveryWrite(t *testing.T, remote string) {
	w, a, b, c := openRegions(t, remote, 0)
	a.put("put", 1)
	a.add("updated", 2)
	a.put("deleted", 3)
	a.remove("deleted")
	ctx := t.Context()
	item := key("batch")
	item["n"] = number(4)
	if _, err := b.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
		*counterTable: {{PutRequest: &types.PutRequest{Item: item}}},
	}}); err != nil {
		t.Fatal(err)
	}
	item = key("transaction")
	item["n"] = number(5)
	if _, err := c.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: counterTable, Item: item}},
		{Update: &types.Update{
			TableName: counterTable, Key: key("transaction2"), UpdateExpression: aws.String("SET n = :n"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":n": number(6)},
		}},
	}}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("put", 1)
		p.wantCounter("updated", 2)
		p.wantCounter("deleted", gone)
		p.wantCounter("batch", 4)
		p.wantCounter("transaction", 5)
		p.wantCounter("transaction2", 6)
	}
}

func testLag(t *testing.T, remote string) {
	const lag = 150 * time.Millisecond
	w, a, b, _ := openRegions(t, remote, lag)
	begin := time.Now()
	a.put("x", 1)
	a.wantCounter("x", 1)
	if got := b.get("x"); got != gone && time.Since(begin) < lag {
		t.Error("the write arrived before the lag had passed")
	}
	w.settle()
	if time.Since(begin) < lag {
		t.Error("Settled returned before the lag had passed")
	}
	b.wantCounter("x", 1)
}

func testLastWriterWins(t *testing.T, remote string) {
	w, a, b, c := openRegions(t, remote, 0)
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	a.put("x", 1)
	b.put("x", 2)
	a.add("y", 10)
	b.add("y", 5) // additions are not merged: the later version of the item wins
	w.settle()
	a.wantCounter("x", 1)
	b.wantCounter("x", 2)
	if err := w.Heal(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", 2)
		p.wantCounter("y", 5)
	}
}

func testLocalCondition(t *testing.T, remote string) {
	w, a, b, _ := openRegions(t, remote, 0)
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	for _, p := range []peer{a, b} {
		item := key("once")
		item["n"] = number(1)
		if _, err := p.db.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: counterTable, Item: item, ConditionExpression: aws.String("attribute_not_exists(id)"),
		}); err != nil {
			t.Errorf("%s: %v", p.db.Options().Region, err)
		}
	}
}

func testLateWrite(t *testing.T, remote string) {
	w, a, b, c := openRegions(t, remote, 0)
	a.put("x", 1)
	w.settle()
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	b.put("x", 2) // older than the deletion, but delivered after it
	w.settle()
	a.wantCounter("x", 1) // the write of b has reached c only
	c.remove("x")
	w.settle()
	if err := w.Heal(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", gone)
	}
}

func testDeletingNothing(t *testing.T, remote string) {
	w, a, b, c := openRegions(t, remote, 0)
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	b.put("x", 1)
	a.remove("x") // later than the put, but a has never had the item
	if err := w.Heal(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", 1)
	}
}

func testRepeatedTransaction(t *testing.T, remote string) {
	w, a, b, c := openRegions(t, remote, 0)
	token := aws.String("token-" + time.Now().Format("150405.000000000"))
	add := &dynamodb.TransactWriteItemsInput{ClientRequestToken: token, TransactItems: []types.TransactWriteItem{
		{
			Update: &types.Update{
				TableName:                 counterTable,
				Key:                       key("x"),
				UpdateExpression:          aws.String("ADD n :n"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":n": number(1)},
			},
		},
	}}
	if _, err := a.db.TransactWriteItems(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	b.put("x", 7)
	if _, err := a.db.TransactWriteItems(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	if err := w.Heal(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", 7) // the repeated transaction was later but wrote nothing
	}
}

func testClientTable(t *testing.T, remote string) {
	w, a, b, _ := openRegions(t, remote, 0)
	name := aws.String("test-own")
	if remote != "" {
		dropRemote(t, remote, threeRegions[0], *name)
		t.Cleanup(func() { dropRemote(t, remote, threeRegions[0], *name) })
	}
	if _, err := a.db.CreateTable(t.Context(), tableWithID(name)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: name, Item: key("x")}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if _, err := b.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: name, Key: key("x")}); err == nil {
		t.Error("the table exists in another Region")
	}
}
