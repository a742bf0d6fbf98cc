package memory

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

func mustDo(t testing.TB, e *Engine, operation, body string) string {
	t.Helper()
	response := e.Do(t.Context(), operation, []byte(body))
	if response.Status != http.StatusOK {
		t.Fatalf("%s %s: %s", operation, body, response.Body)
	}
	return string(response.Body)
}

const indexedTable = `{"TableName":"the-table","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[
		{"AttributeName":"p","AttributeType":"S"},
		{"AttributeName":"g","AttributeType":"S"},
		{"AttributeName":"r","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
	"GlobalSecondaryIndexes":[
		{"IndexName":"all","Projection":{"ProjectionType":"ALL"},
			"KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]},
		{"IndexName":"keys","Projection":{"ProjectionType":"KEYS_ONLY"},
			"KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]},
		{"IndexName":"some","Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]},
			"KeySchema":[{"AttributeName":"r","KeyType":"HASH"}]}]}`

// TestIndexesMatchRows performs random writes, and compares the indexes and the reported
// sizes with the rows of the table.
func TestIndexesMatchRows(t *testing.T) {
	e, random := New(Options{Region: "test", Now: time.Now}), rand.New(rand.NewPCG(5, 6))
	mustDo(t, e, "CreateTable", indexedTable)
	attribute := func() string {
		return []string{
			`"g":{"S":"x"},`, `"g":{"S":"y"},`, `"r":{"N":"1"},`, `"r":{"N":"1.0"},"g":{"S":"x"},`, `"a":{"S":"a"},`, ``,
		}[random.IntN(6)]
	}
	for range 3000 {
		id := fmt.Sprintf(`"p":{"S":"%d"}`, random.IntN(8))
		switch random.IntN(4) {
		case 0, 1:
			mustDo(t, e, "PutItem", `{"TableName":"the-table","Item":{`+attribute()+id+`}}`)
		case 2:
			removal := []string{"REMOVE g", "REMOVE r, a", ""}[random.IntN(3)]
			mustDo(t, e, "UpdateItem", `{"TableName":"the-table","Key":{`+id+`},`+
				`"UpdateExpression":"SET b = :b `+removal+`","ExpressionAttributeValues":{":b":{"N":"1"}}}`)
		default:
			mustDo(t, e, "DeleteItem", `{"TableName":"the-table","Key":{`+id+`}}`)
		}
	}
	table := e.tables["the-table"]
	wantCount, wantBytes := 0, 0
	entries := map[string]map[string]attr.Item{"all": {}, "keys": {}, "some": {}}
	for _, r := range table.rows.All(store.Everything) {
		wantCount, wantBytes = wantCount+1, wantBytes+r.item.Size()
		for _, i := range table.indexes {
			if at, entry := i.entry(table, r); entry != nil {
				entries[i.name][at] = entry.item
			}
		}
	}
	if table.count != wantCount || table.bytes != wantBytes || wantCount == 0 {
		t.Errorf("the table reports %d items of %d bytes, want %d of %d", table.count, table.bytes, wantCount, wantBytes)
	}
	for _, i := range table.indexes {
		count, bytes := 0, 0
		for position, r := range i.rows.All(store.Everything) {
			count, bytes = count+1, bytes+r.size
			if want, ok := entries[i.name][position]; !ok || !attr.EqualItems(want, r.item) {
				t.Errorf("index %s has the stale entry %v", i.name, r.item)
			}
		}
		if count != len(entries[i.name]) || i.count != count || i.bytes != bytes {
			t.Errorf(
				"%s: %d entries of %d bytes, says %d of %d, want %d",
				i.name,
				count,
				bytes,
				i.count,
				i.bytes,
				len(entries[i.name]),
			)
		}
	}
}

// TestSegmentsCoverTable checks that the segments of a parallel scan cover the table
// without gaps, for any number of segments.
func TestSegmentsCoverTable(t *testing.T) {
	for _, total := range []uint64{1, 2, 3, 7, 1000, 1_000_000} {
		if share(0, total) != strings.Repeat("\x00", 8) || share(total, total) != endOfTable {
			t.Errorf("%d shares: from %q to %q", total, share(0, total), share(total, total))
		}
		for n := range min(total, 1000) {
			if share(n, total) >= share(n+1, total) {
				t.Errorf("share %d of %d is empty", n, total)
			}
		}
	}
}

func TestTokensExpire(t *testing.T) {
	var mu sync.Mutex
	now := time.Unix(1_800_000_000, 0)
	e := New(Options{Region: "test", Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	mustDo(t, e, "CreateTable", indexedTable)
	add := func(token string) string {
		mustDo(t, e, "TransactWriteItems", `{"ClientRequestToken":"`+token+`","TransactItems":[`+
			`{"Update":{"TableName":"the-table","Key":{"p":{"S":"x"}},"UpdateExpression":"ADD n :n",`+
			`"ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`)
		return mustDo(t, e, "GetItem", `{"TableName":"the-table","Key":{"p":{"S":"x"}},"ProjectionExpression":"n"}`)
	}
	for _, step := range []struct {
		pass  time.Duration
		token string
		want  string
	}{
		{pass: 0, token: "a", want: `"1"`},
		{pass: 9 * time.Minute, token: "a", want: `"1"`},
		{pass: 0, token: "b", want: `"2"`},
		{pass: time.Minute, token: "a", want: `"3"`},
		{pass: 0, token: "b", want: `"3"`},
		{pass: 9 * time.Minute, token: "b", want: `"4"`},
	} {
		now = now.Add(step.pass)
		if got := add(step.token); !strings.Contains(got, step.want) {
			t.Errorf("%+v: %s", step, got)
		}
	}
	if e.tokens.Len() != len(e.tokenOrder) || e.tokens.Len() != 2 {
		t.Errorf("%d tokens are known, %d are in order; want 2", e.tokens.Len(), len(e.tokenOrder))
	}
}

func TestTransactionSize(t *testing.T) {
	e := New(Options{Region: "test", Now: time.Now})
	mustDo(t, e, "CreateTable", indexedTable)
	request := func(items int) []byte {
		var puts []string
		for n := range items {
			puts = append(puts, fmt.Sprintf(`{"Put":{"TableName":"the-table","Item":{"p":{"S":"%d"},`+
				`"v":{"S":"%s"}}}}`, n, strings.Repeat("x", 100_000)))
		}
		return []byte(`{"TransactItems":[` + strings.Join(puts, ",") + `]}`)
	}
	if response := e.Do(t.Context(), "TransactWriteItems", request(41)); response.Status != http.StatusOK {
		t.Errorf("4.1 MB of 4 MiB: %s", response.Body)
	}
	if response := e.Do(t.Context(), "TransactWriteItems", request(42)); response.Status != http.StatusBadRequest ||
		!strings.Contains(string(response.Body), "ValidationException") {
		t.Errorf("4.2 MB of 4 MiB: %.200s", response.Body)
	}
}

// TestProjectedAttributes checks the limits on NonKeyAttributes of one index and of all
// indexes of a table.
func TestProjectedAttributes(t *testing.T) {
	for _, test := range []struct {
		name    string
		indexes []int // numbers of projected attributes
		status  int
	}{
		{name: "20 in an index", indexes: []int{20}, status: 200},
		{name: "21 in an index", indexes: []int{21}, status: 400},
		{name: "100 in a table", indexes: []int{20, 20, 20, 20, 20}, status: 200},
		{name: "101 in a table", indexes: []int{20, 20, 20, 20, 20, 1}, status: 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			var indexes []string
			for n, count := range test.indexes {
				names := make([]string, count)
				for i := range names {
					names[i] = fmt.Sprintf(`"a%d"`, i)
				}
				indexes = append(indexes, fmt.Sprintf(`{"IndexName":"index-%d",`+
					`"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],`+
					`"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":[%s]}}`, n, strings.Join(names, ",")))
			}
			response := New(Options{Region: "test", Now: time.Now}).Do(t.Context(), "CreateTable",
				[]byte(`{"TableName":"the-table",`+
					`"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],`+
					`"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],`+
					`"GlobalSecondaryIndexes":[`+strings.Join(indexes, ",")+`]}`))
			if response.Status != test.status {
				t.Errorf("got %d %s, want %d", response.Status, response.Body, test.status)
			}
		})
	}
}

func TestReadSizes(t *testing.T) {
	e := New(Options{Region: "test", Now: time.Now})
	mustDo(t, e, "CreateTable", indexedTable)
	var gets, keys []string
	for n := range 60 {
		const put = `{"TableName":"the-table","Item":{"p":{"S":"%d"},"v":{"S":"%s"}}}`
		mustDo(t, e, "PutItem", fmt.Sprintf(put, n, strings.Repeat("x", 400_000)))
		keys = append(keys, fmt.Sprintf(`{"p":{"S":"%d"}}`, n))
		gets = append(gets, `{"Get":{"TableName":"the-table","Key":`+keys[n]+`}}`)
	}
	mustDo(t, e, "TransactGetItems", `{"TransactItems":[`+strings.Join(gets[:10], ",")+`]}`)
	tooLarge := []byte(`{"TransactItems":[` + strings.Join(gets[:11], ",") + `]}`)
	if response := e.Do(t.Context(), "TransactGetItems", tooLarge); response.Status != http.StatusBadRequest {
		t.Errorf("4.4 MB of 4 MiB: status %d", response.Status)
	}
	request, seen, rounds := `{"the-table":{"Keys":[`+strings.Join(keys, ",")+`],"ProjectionExpression":"#p",`+
		`"ExpressionAttributeNames":{"#p":"p"}}}`, 0, 0
	for ; request != "{}" && rounds < 5; rounds++ {
		response := mustDo(t, e, "BatchGetItem", `{"RequestItems":`+request+`}`)
		seen += strings.Count(response[:strings.Index(response, "UnprocessedKeys")], `{"p":`)
		_, unprocessed, _ := strings.Cut(response, `"UnprocessedKeys":`)
		request = strings.TrimSuffix(unprocessed, "}")
	}
	if seen != 60 || rounds != 2 {
		t.Errorf("24 MB by 16 MiB: %d items in %d rounds", seen, rounds)
	}
}

// TestReadersSeeAtomicWrites reads while batches and transactions write the same value to
// two items. No reader may see different values.
func TestReadersSeeAtomicWrites(t *testing.T) {
	e := New(Options{Region: "test", Now: time.Now})
	mustDo(t, e, "CreateTable", indexedTable)
	write := func(n int) string {
		if n%2 == 0 {
			return fmt.Sprintf(`{"TransactItems":[{"Put":{"TableName":"the-table","Item":{"p":{"S":"a"},`+
				`"g":{"S":"x"},"r":{"N":"%d"}}}},{"Put":{"TableName":"the-table","Item":{"p":{"S":"b"},`+
				`"g":{"S":"x"},"r":{"N":"%d"}}}}]}`, n, n)
		}
		return fmt.Sprintf(`{"RequestItems":{"the-table":[{"PutRequest":{"Item":{"p":{"S":"a"},"g":{"S":"x"},`+
			`"r":{"N":"%d"}}}},{"PutRequest":{"Item":{"p":{"S":"b"},"g":{"S":"x"},"r":{"N":"%d"}}}}]}}`, n, n)
	}
	mustDo(t, e, "TransactWriteItems", write(0))
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		defer close(done)
		for n := range 400 {
			mustDo(t, e, []string{"TransactWriteItems", "BatchWriteItem"}[n%2], write(n))
		}
	})
	for _, read := range [][2]string{
		{"Scan", `{"TableName":"the-table","ProjectionExpression":"r"}`},
		{"Query", `{"TableName":"the-table","IndexName":"all","KeyConditionExpression":"g = :g",` +
			`"ExpressionAttributeValues":{":g":{"S":"x"}},"ProjectionExpression":"r"}`},
		{"BatchGetItem", `{"RequestItems":{"the-table":{"Keys":[{"p":{"S":"a"}},{"p":{"S":"b"}}],` +
			`"ProjectionExpression":"r"}}}`},
	} {
		group.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				response := mustDo(t, e, read[0], read[1])
				first := strings.Index(response, `{"r":`)
				entry := response[first : first+strings.Index(response[first:], "}}")+2]
				if strings.Count(response, entry) != 2 {
					t.Errorf("%s saw %s", read[0], response)
					return
				}
			}
		})
	}
	group.Wait()
}
