package dynamodb

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

func numberOf(t testing.TB, v types.AttributeValue) int {
	t.Helper()
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		t.Fatalf("%#v is not a number", v)
	}
	i, err := strconv.Atoi(n.Value)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// sdkSuite checks the engine through AWS's SDK: its types, its checksum of every
// response, its errors, its paginators and its waiter.
func sdkSuite(t *testing.T, remote string) {
	w := openSuite(t, Config{Regions: []string{"eu-west-1"}, Remote: remote, Tables: map[string]manifest.Table{
		"sdk-events": conformanceTables["two"],
	}})
	db := w.client("eu-west-1")
	table := aws.String("sdk-events")
	t.Run("describe", func(t *testing.T) { sdkDescribe(t, db, table) })
	t.Run("pages", func(t *testing.T) { sdkPages(t, db, table) })
	t.Run("errors", func(t *testing.T) { sdkErrors(t, db, table) })
	t.Run("table of a client", func(t *testing.T) { sdkClientTable(t, db, table, remote) })
}

func sdkDescribe(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	out, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table})
	if err != nil {
		t.Fatal(err)
	}
	if out.Table.TableStatus != types.TableStatusActive || len(out.Table.GlobalSecondaryIndexes) != 3 ||
		len(out.Table.AttributeDefinitions) != 4 {
		t.Errorf("description %+v", out.Table)
	}
	if key := out.Table.KeySchema; len(key) != 2 || *key[0].AttributeName != "p" ||
		key[1].KeyType != types.KeyTypeRange {
		t.Errorf("key schema %+v", key)
	}
	for _, index := range out.Table.GlobalSecondaryIndexes {
		want := map[string]types.ProjectionType{"all": "ALL", "keys": "KEYS_ONLY", "some": "INCLUDE"}[*index.IndexName]
		if index.Projection.ProjectionType != want || index.IndexStatus != types.IndexStatusActive {
			t.Errorf("index %s: %+v", *index.IndexName, index)
		}
	}
}

func sdkPages(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	var want []string
	for i := range 57 {
		id := fmt.Sprintf("p%02d", i)
		want = append(want, id)
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: map[string]types.AttributeValue{
			"p": text(id), "s": text("s"), "g": text("G"), "r": number(i % 3),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	collect := func(got []string, items []map[string]types.AttributeValue) []string {
		for _, item := range items {
			got = append(got, item["p"].(*types.AttributeValueMemberS).Value)
		}
		return got
	}
	check := func(name string, got []string) {
		t.Helper()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %d items %v", name, len(got), got)
		}
	}
	for _, index := range []*string{nil, aws.String("all"), aws.String("keys")} {
		for _, limit := range []int32{1, 5, 57, 100} {
			var got []string
			pages := dynamodb.NewScanPaginator(
				db,
				&dynamodb.ScanInput{TableName: table, IndexName: index, Limit: aws.Int32(limit)},
			)
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					t.Fatal(err)
				}
				got = collect(got, page.Items)
			}
			check(fmt.Sprintf("scan of %s by %d", aws.ToString(index), limit), got)
		}
	}
	for _, forward := range []bool{true, false} {
		var got []string
		pages := dynamodb.NewQueryPaginator(db, &dynamodb.QueryInput{
			TableName: table, IndexName: aws.String("all"), Limit: aws.Int32(4), ScanIndexForward: aws.Bool(forward),
			KeyConditionExpression:    aws.String("g = :g"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":g": text("G")},
		})
		last := -1
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got = collect(got, page.Items)
			for _, item := range page.Items {
				r := numberOf(t, item["r"])
				if last >= 0 && r != last && (r > last) != forward {
					t.Errorf("forward %v: %d after %d", forward, r, last)
				}
				last = r
			}
		}
		check(fmt.Sprintf("query forward %v", forward), got)
	}
	var got []string
	for segment := range int32(4) {
		pages := dynamodb.NewScanPaginator(
			db,
			&dynamodb.ScanInput{
				TableName:     table,
				Segment:       aws.Int32(segment),
				TotalSegments: aws.Int32(4),
				Limit:         aws.Int32(3),
			},
		)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got = collect(got, page.Items)
		}
	}
	check("parallel scan", got)
}

func sdkErrors(t *testing.T, db *dynamodb.Client, table *string) {
	ctx := t.Context()
	key := map[string]types.AttributeValue{"p": text("e"), "s": text("s")}
	item := map[string]types.AttributeValue{"p": text("e"), "s": text("s"), "n": number(1)}
	put := &dynamodb.PutItemInput{
		TableName:                           table,
		Item:                                item,
		ConditionExpression:                 aws.String("attribute_not_exists(p)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if _, err := db.PutItem(ctx, put); err != nil {
		t.Fatal(err)
	}
	var failed *types.ConditionalCheckFailedException
	if _, err := db.PutItem(ctx, put); !errors.As(err, &failed) ||
		!slices.Equal(slices.Sorted(maps.Keys(failed.Item)), []string{"n", "p", "s"}) {
		t.Errorf("second put: %v", err)
	}
	var missing *types.ResourceNotFoundException
	if _, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("no-such-table"), Key: key}); !errors.As(
		err,
		&missing,
	) {
		t.Errorf("no table: %v", err)
	}
	_, err := db.TransactWriteItems(
		ctx,
		&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{
				Put: &types.Put{
					TableName: table,
					Item:      map[string]types.AttributeValue{"p": text("e2"), "s": text("s")},
				},
			},
			{
				ConditionCheck: &types.ConditionCheck{
					TableName:           table,
					Key:                 key,
					ConditionExpression: aws.String("attribute_not_exists(p)"),
				},
			},
		}},
	)
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		t.Fatalf("transaction: %v, want TransactionCanceledException", err)
	}
	var codes []string
	for _, reason := range canceled.CancellationReasons {
		codes = append(codes, *reason.Code)
	}
	if diff := cmp.Diff([]string{"None", "ConditionalCheckFailed"}, codes); diff != "" {
		t.Errorf("cancellation reasons differ (-want +got):\n%s", diff)
	}
}

func sdkClientTable(t *testing.T, db *dynamodb.Client, table *string, remote string) {
	ctx := t.Context()
	name := aws.String("sdk-own")
	if remote != "" {
		dropRemote(t, remote, "eu-west-1", *name)
	}
	_, err := db.CreateTable(ctx, tableWithID(name))
	if err != nil {
		t.Fatal(err)
	}
	describe := &dynamodb.DescribeTableInput{TableName: name}
	if err := dynamodb.NewTableExistsWaiter(db).Wait(ctx, describe, waitLimit); err != nil {
		t.Fatal(err)
	}
	var inUse *types.ResourceInUseException
	_, err = db.CreateTable(ctx, tableWithID(name))
	if !errors.As(err, &inUse) {
		t.Errorf("second CreateTable: %v, want ResourceInUseException", err)
	}
	list, err := db.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil || !slices.Contains(list.TableNames, *name) || !slices.IsSorted(list.TableNames) {
		t.Errorf("list %v, %v", list, err)
	}
	if _, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: table}); err == nil {
		t.Error("a declared global table was deleted")
	}
}
