package dynamodb

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// writers is the number of concurrent writers in a race.
const writers = 50

// concurrently runs the work of all writers and waits for it.
func concurrently(work func(n int)) {
	var group sync.WaitGroup
	for n := range writers {
		group.Go(func() { work(n) })
	}
	group.Wait()
}

// raceItem reads an item consistently.
func raceItem(t *testing.T, db *dynamodb.Client, table *string, id string) map[string]types.AttributeValue {
	t.Helper()
	input := &dynamodb.GetItemInput{TableName: table, ConsistentRead: aws.Bool(true), Key: key(id)}
	out, err := db.GetItem(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

// raceSuite checks concurrent writers in one Region.
func raceSuite(t *testing.T, remote string) {
	w := openSuite(t, Config{Regions: []string{"eu-west-1"}, Tables: counters(""), Remote: remote})
	db, table := w.client("eu-west-1"), aws.String("test-counters")
	t.Run("one of many conditional puts wins", func(t *testing.T) { raceConditionalPuts(t, db, table) })
	t.Run("no addition is lost", func(t *testing.T) { raceAdditions(t, db, table) })
	t.Run("transactions keep the sum of what they move", func(t *testing.T) { raceTransactions(t, db, table) })
}

func raceConditionalPuts(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	var won, lost atomic.Int32
	concurrently(func(n int) {
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: table, ConditionExpression: aws.String("attribute_not_exists(id)"),
			Item: map[string]types.AttributeValue{"id": text("once"), "n": number(n)},
		})
		var failed *types.ConditionalCheckFailedException
		switch {
		case err == nil:
			won.Add(1)
		case errors.As(err, &failed):
			lost.Add(1)
		default:
			t.Error(err)
		}
	})
	if won.Load() != 1 || lost.Load() != writers-1 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
}

func raceAdditions(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	concurrently(func(int) {
		_, err := db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: table, Key: key("sum"), UpdateExpression: aws.String("ADD n :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1)},
		})
		if err != nil {
			t.Error(err)
		}
	})
	if n := numberOf(t, raceItem(t, db, table, "sum")["n"]); n != writers {
		t.Errorf("%d of %d additions", n, writers)
	}
}

func raceTransactions(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	const accounts, each = 4, 100
	id := func(n int) string { return fmt.Sprintf("account-%d", n) }
	for n := range accounts {
		item := map[string]types.AttributeValue{"id": text(id(n)), "n": number(each)}
		if _, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	sum := func() int {
		var gets []types.TransactGetItem
		for n := range accounts {
			gets = append(
				gets,
				types.TransactGetItem{
					Get: &types.Get{TableName: table, Key: map[string]types.AttributeValue{"id": text(id(n))}},
				},
			)
		}
		out, err := db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: gets})
		if err != nil {
			var canceled *types.TransactionCanceledException
			if errors.As(err, &canceled) {
				return accounts * each // AWS may cancel a transaction that conflicts with a writer
			}
			t.Error(err)
			return 0
		}
		total := 0
		for _, response := range out.Responses {
			total += numberOf(t, response.Item["n"])
		}
		return total
	}
	concurrently(func(n int) {
		from := rand.IntN(accounts)
		to, amount := (from+1+rand.IntN(accounts-1))%accounts, 1+rand.IntN(60)
		move := func(account, by int, condition *string) types.TransactWriteItem {
			values := map[string]types.AttributeValue{":by": number(by)}
			if condition != nil {
				values[":least"] = number(amount)
			}
			return types.TransactWriteItem{Update: &types.Update{
				TableName: table, Key: map[string]types.AttributeValue{"id": text(id(account))},
				UpdateExpression: aws.String(
					"ADD n :by",
				), ConditionExpression: condition, ExpressionAttributeValues: values,
			}}
		}
		_, err := db.TransactWriteItems(
			ctx,
			&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				move(from, -amount, aws.String("n >= :least")), move(to, amount, nil),
			}},
		)
		var canceled *types.TransactionCanceledException
		if err != nil && !errors.As(err, &canceled) {
			t.Error(err)
		}
		if total := sum(); total != accounts*each {
			t.Errorf("a reader saw a sum of %d", total)
		}
	})
	for n := range accounts {
		if balance := numberOf(t, raceItem(t, db, table, id(n))["n"]); balance < 0 {
			t.Errorf("account %d has %d", n, balance)
		}
	}
}
