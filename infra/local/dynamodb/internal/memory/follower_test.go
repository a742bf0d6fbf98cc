package memory

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestStaleReads writes one item again and again, and reads it in every way. Consistent
// reads return the last value; the others return that or an earlier one, but not one that
// is older than StaleReads.
func TestStaleReads(t *testing.T) {
	const step, stale = 10 * time.Millisecond, 30 * time.Millisecond
	now := time.Unix(1_800_000_000, 0)
	e := New(Options{Region: "eu-west-1", Now: func() time.Time { return now }, StaleReads: stale})
	mustDo(t, e, "CreateTable", `{"TableName":"stale","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"S"},`+
		`{"AttributeName":"g","AttributeType":"S"}],`+
		`"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],`+
		`"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],`+
		`"Projection":{"ProjectionType":"ALL"}}],`+
		`"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},`+
		`{"AttributeName":"g","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}`)
	const key = `"Key":{"p":{"S":"p"},"s":{"S":"s"}}`
	const query = `{"TableName":"stale","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"p"}}`
	const everything = `,"IndexName":"local","Select":"ALL_ATTRIBUTES"`
	reads := []struct {
		operation, body string
		consistent      bool
	}{
		{operation: "GetItem", body: `{"TableName":"stale",` + key + `}`},
		{operation: "GetItem", body: `{"TableName":"stale","ConsistentRead":true,` + key + `}`, consistent: true},
		{operation: "BatchGetItem", body: `{"RequestItems":{"stale":{"Keys":[{"p":{"S":"p"},"s":{"S":"s"}}]}}}`},
		{operation: "TransactGetItems", body: `{"TransactItems":[{"Get":{"TableName":"stale",` + key + `}}]}`,
			consistent: true},
		{operation: "Query", body: query + `}`},
		{operation: "Query", body: query + `,"ConsistentRead":true}`, consistent: true},
		{operation: "Query", body: query + everything + `}`},
		{operation: "Query", body: query + everything + `,"ConsistentRead":true}`, consistent: true},
		{operation: "Query", body: strings.ReplaceAll(query, "p = :p", "g = :p") + `,"IndexName":"global"}`},
		{operation: "Scan", body: `{"TableName":"stale"}`},
	}
	behind := make([]int, len(reads))
	for version := range 200 {
		mustDo(t, e, "PutItem",
			fmt.Sprintf(`{"TableName":"stale","Item":{"p":{"S":"p"},"s":{"S":"s"},"g":{"S":"p"},"v":{"N":"%d"}}}`, version))
		for n, read := range reads {
			response := mustDo(t, e, read.operation, read.body)
			age := 0
			for ; !strings.Contains(response, fmt.Sprintf(`"v":{"N":"%d"}`, version-age)); age++ {
				if version-age < 0 {
					break // the item did not exist yet
				}
			}
			if age > 0 {
				behind[n]++
			}
			if oldest := int(stale / step); age > oldest || age > 0 && read.consistent {
				t.Fatalf("write %d: %s %s is %d writes old: %s", version, read.operation, read.body, age, response)
			}
		}
		now = now.Add(step)
	}
	for n, read := range reads {
		if stale := behind[n] > 0; stale == read.consistent {
			t.Errorf("%s %s: %d of 200 reads were stale", read.operation, read.body, behind[n])
		}
	}
}
