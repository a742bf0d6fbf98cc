package dynamodb

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

// steps is the number of random requests of TestAgainstDynamoDBLocal.
var steps = flag.Int("steps", 3000, "random requests that are sent to the embedded engine and to DynamoDB Local")

// randomTable has index keys of every type.
var randomTable = manifest.Table{
	HashKey: manifest.Key{Name: "p", Type: "S"}, RangeKey: &manifest.Key{Name: "s", Type: "S"},
	Indexes: map[string]manifest.Index{
		"str": {
			HashKey: manifest.Key{Name: "g", Type: "S"}, RangeKey: &manifest.Key{Name: "r", Type: "N"},
			Projection: "ALL",
		},
		"num": {HashKey: manifest.Key{Name: "r", Type: "N"}, Projection: "INCLUDE", Include: []string{"n", "t"}},
		"bin": {
			HashKey: manifest.Key{Name: "b", Type: "B"}, RangeKey: &manifest.Key{Name: "g", Type: "S"},
			Projection: "KEYS_ONLY",
		},
	},
}

// TestAgainstDynamoDBLocal sends the same random requests to both engines and compares
// the responses. Where they differ, one of the known differences must apply. After such
// a write the items are deleted in both engines, so that one difference does not lead to
// others.
func TestAgainstDynamoDBLocal(t *testing.T) {
	url := dynamodbtest.LocalURL(t)
	reference := openRandomTable(t, openSuite(t, Config{Regions: []string{"eu-west-1"}, Remote: url}))
	embedded := openRandomTable(t, openTest(t, Config{Regions: []string{"eu-west-1"}}))
	const perSeed = 150
	counts := map[string]int{}
	for n := range *steps {
		seed, step := uint64(n/perSeed), n%perSeed
		g := generator{Rand: rand.New(rand.NewPCG(seed, uint64(step)))}
		operation, body := g.request(step)
		local, ours := ask(t, reference, operation, body), ask(t, embedded, operation, body)
		if local.text == ours.text {
			continue
		}
		known := knownDifference(difference{operation: operation, request: body, local: local, ours: ours})
		if known == "" {
			t.Errorf("seed %d, step %d: %s %s\n got %s\nwant %s", seed, step, operation, body, ours.text, local.text)
		}
		counts[known]++
		clearRandomTable(t, reference)
		clearRandomTable(t, embedded)
	}
	for _, known := range knownDifferences {
		t.Logf("%6d of %d: %s", counts[known.name], *steps, known.name)
		if counts[known.name] == 0 && *steps >= 100_000 {
			t.Errorf("%s: no request showed it: remove it from the list", known.name)
		}
	}
}

// openRandomTable creates the table of the random requests, in place of one that an
// earlier run has left. A manifest cannot declare its local index.
func openRandomTable(t *testing.T, w *cluster) http.Handler {
	t.Helper()
	h := w.Handler("eu-west-1")
	send(h, "DeleteTable", `{"TableName":"random"}`)
	request := definition("random", randomTable)
	request["LocalSecondaryIndexes"] = []map[string]any{{
		"IndexName": "local", "Projection": map[string]any{"ProjectionType": "INCLUDE",
			"NonKeyAttributes": []string{"n", "t"}},
		"KeySchema": keySchema(randomTable.HashKey, randomTable.Indexes["str"].RangeKey),
	}}
	mustSend(t, h, "CreateTable", encodeJSON(request))
	return h
}

// outcome is a response and what the table contains after it.
type outcome struct {
	text    string // canonical
	kind    string // of an error, without its namespace
	message string
}

// ask sends a request, and reads the table after a write.
func ask(t *testing.T, h http.Handler, operation, body string) outcome {
	t.Helper()
	response := send(h, operation, body).Body.Bytes()
	o := outcome{text: canonicalNumbers(t, operation, body, response)}
	if !slices.Contains([]string{"GetItem", "Query", "Scan", "BatchGetItem"}, operation) {
		const everything = `{"TableName":"random","ConsistentRead":true}`
		table := send(h, "Scan", everything).Body.Bytes()
		o.text += "\n" + canonicalNumbers(t, "Scan", everything, table)
	}
	var refused struct {
		Type    string `json:"__type"`
		Message string // or "message"
	}
	if err := json.Unmarshal(response, &refused); err != nil {
		t.Fatal(err)
	}
	o.kind, o.message = refused.Type[strings.LastIndexByte(refused.Type, '#')+1:], refused.Message
	return o
}

// clearRandomTable deletes every item that the generator can write.
func clearRandomTable(t *testing.T, h http.Handler) {
	t.Helper()
	for _, hash := range []string{"a", "u", "b", "t"} {
		var deletes []any
		for _, sort := range []string{"1", "2", "22", "3"} {
			key := map[string]any{"p": s(hash), "s": s(sort)}
			deletes = append(deletes, map[string]any{"DeleteRequest": map[string]any{"Key": key}})
		}
		mustSend(t, h, "BatchWriteItem", encodeJSON(map[string]any{"RequestItems": map[string]any{"random": deletes}}))
	}
}

// canonicalNumbers returns a response with canonical numbers. Items that have no order are
// sorted: items of a batch, and items of an index with equal keys.
func canonicalNumbers(t *testing.T, operation, body string, response []byte) string {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal(response, &decoded); err != nil {
		t.Fatalf("not JSON: %s", response)
	}
	withoutZeros(decoded)
	withoutMessages(decoded) // also sorts sets
	if responses, ok := decoded["Responses"].(map[string]any); ok {
		sortJSON(responses["random"])
	}
	if strings.Contains(body, `"IndexName"`) {
		sortJSON(decoded["Items"])
	}
	return canonical(t, scriptStep{operation: operation, request: body}, []byte(encodeJSON(decoded)), "")
}

// withoutZeros formats numbers as AWS does. DynamoDB Local keeps the zero of a computed
// 3.0.
func withoutZeros(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = withoutZeros(member)
			if number, ok := member.(string); ok && name == "N" {
				if canonical, err := attr.ParseNumber(number); err == nil {
					value[name] = canonical.Text
				}
			}
		}
	case []any:
		for n := range value {
			value[n] = withoutZeros(value[n])
		}
	}
	return value
}
