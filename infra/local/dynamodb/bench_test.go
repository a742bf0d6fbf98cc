package dynamodb

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// benchItems is the number of items of a benchmark's table.
const benchItems = 100_000

var benchTables = map[string]manifest.Table{"bench": {
	HashKey: manifest.Key{Name: "id", Type: "S"},
	Indexes: map[string]manifest.Index{
		"owner": {HashKey: manifest.Key{Name: "owner", Type: "S"}, Projection: "ALL"},
	},
}}

func benchItem(n int) string {
	return fmt.Sprintf(`{"id":{"S":"item-%08d"},"owner":{"S":"owner-%06d"},"name":{"S":"Ada Lovelace"},`+
		`"email":{"S":"ada-%d@example.com"},"country":{"S":"CA"},"version":{"N":"%d"},`+
		`"created":{"S":"2026-11-28T10:00:00Z"}}`,
		n*7919%benchItems, n%(benchItems/10), n, n)
}

// perform sends a request without a network.
func perform(b testing.TB, h http.Handler, operation, body string) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	w := httptest.NewRecorder()
	w.Body = new(bytes.Buffer)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %s", operation, w.Body)
	}
}

// cpu returns the CPU time of the process so far, replication and storage included.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkRegions measures requests to one of two Regions with 100,000 items and an
// index, and the memory of the process afterwards.
func BenchmarkRegions(b *testing.B) {
	w := openTest(b, Config{Regions: []string{"us-east-1", "us-west-2"}, Tables: benchTables})
	h := w.Handler("us-east-1")
	for n := 0; n < benchItems; n += 25 {
		var puts []string
		for i := range 25 {
			puts = append(puts, `{"PutRequest":{"Item":`+benchItem(n+i)+`}}`)
		}
		perform(b, h, "BatchWriteItem", `{"RequestItems":{"bench":[`+strings.Join(puts, ",")+`]}}`)
	}
	w.settle()
	run := func(name, operation string, body func(n int) string) {
		b.Run(name, func(b *testing.B) {
			before := cpu()
			b.RunParallel(func(pb *testing.PB) {
				for n := 0; pb.Next(); n++ {
					perform(b, h, operation, body(n*31+os.Getpid()))
				}
			})
			w.settle()
			b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
		})
	}
	key := func(n int) string { return fmt.Sprintf(`{"id":{"S":"item-%08d"}}`, n*7919%benchItems) }
	run("GetItem", "GetItem", func(n int) string { return `{"TableName":"bench","Key":` + key(n) + `}` })
	run("Query", "Query", func(n int) string {
		return fmt.Sprintf(`{"TableName":"bench","IndexName":"owner","KeyConditionExpression":"#o = :o",`+
			`"ExpressionAttributeNames":{"#o":"owner"},`+
			`"ExpressionAttributeValues":{":o":{"S":"owner-%06d"}}}`, n%(benchItems/10))
	})
	run("PutItem", "PutItem", func(n int) string { return `{"TableName":"bench","Item":` + benchItem(n) + `}` })
	run("UpdateItem", "UpdateItem", func(n int) string {
		return `{"TableName":"bench","Key":` + key(n) + `,"UpdateExpression":"SET version = version + :one",` +
			`"ConditionExpression":"attribute_exists(id)","ExpressionAttributeValues":{":one":{"N":"1"}}}`
	})
	w.settle()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "Rss") || strings.HasPrefix(line, "VmRSS") {
			b.Log(strings.TrimSpace(line))
		}
	}
	b.Logf("live heap %d MB", m.HeapAlloc>>20)
}
