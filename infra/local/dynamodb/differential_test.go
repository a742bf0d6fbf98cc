package dynamodb

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
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
// the responses. It avoids the cases in which AWS is known to differ from DynamoDB Local;
// the scripts cover those:
//   - an update without SET and ADD of a missing item (updates.txt),
//   - an update that sets an index key to another type (updates.txt),
//   - UPDATED_OLD and UPDATED_NEW of nested paths (updates.txt),
//   - an update that does not suit its item in a transaction (transactions.txt),
//   - a path into a key in a ConditionCheck (keypaths.txt),
//   - pages of more than 1 MB (query.txt),
//   - filters on attributes that an index does not project (scan.txt).
func TestAgainstDynamoDBLocal(t *testing.T) {
	url := dynamodbtest.LocalURL(t)
	tables := map[string]manifest.Table{"random": randomTable}
	reference := openSuite(t, Config{Regions: []string{"eu-west-1"}, Tables: tables, Remote: url})
	embedded := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: tables})
	const perSeed = 150
	ask := func(w *cluster, operation, body string) string {
		response := send(w.Handler("eu-west-1"), operation, body)
		return canonicalNumbers(t, operation, body, response.Body.Bytes())
	}
	for n := range *steps {
		seed, step := uint64(n/perSeed), n%perSeed
		g := generator{Rand: rand.New(rand.NewPCG(seed, uint64(step))), keyPaths: true}
		operation, body := g.request(step)
		if want, got := ask(reference, operation, body), ask(embedded, operation, body); got != want {
			t.Errorf("seed %d, step %d: %s %s\n     got %s\nwant %s", seed, step, operation, body, got, want)
		}
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
