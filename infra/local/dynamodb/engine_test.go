package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/memory"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// hookedEngine is an embedded engine that a test intercepts. If the hook returns a
// response, the engine is not called.
type hookedEngine struct {
	*memory.Engine
	hook func(ctx context.Context, operation string, body []byte) *protocol.Response
}

func (h hookedEngine) Do(ctx context.Context, operation string, body []byte) protocol.Response {
	if response := h.hook(ctx, operation, body); response != nil {
		return *response
	}
	return h.Engine.Do(ctx, operation, body)
}

func withHook(
	hook func(e *memory.Engine, ctx context.Context, operation string, body []byte) *protocol.Response,
) options {
	opts := defaults()
	opts.sweep = time.Hour
	opts.engine = func(region string) engine {
		e := memory.New(memory.Options{Region: region, Now: time.Now})
		return hookedEngine{e, func(ctx context.Context, operation string, body []byte) *protocol.Response {
			return hook(e, ctx, operation, body)
		}}
	}
	return opts
}

func internal() *protocol.Response {
	response := protocol.ErrorResponse(protocol.Internal())
	return &response
}

func TestPanicFailsOneRequest(t *testing.T) {
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Response {
		if operation == "GetItem" || operation == "PutItem" {
			panic("a bug")
		}
		return nil
	})
	w := openTestAt(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")}, opts)
	h := w.Handler("eu-west-1")
	for range 2 { // the second iteration would hang if the first had left a lock
		for _, operation := range []string{"GetItem", "PutItem"} {
			response := send(h, operation, `{"TableName":"test-counters","Key":{"id":{"S":"a"}},`+
				`"Item":{"id":{"S":"a"}}}`)
			if response.Code != 500 || errorType(t, response) != "InternalServerError" ||
				bytes.Contains(response.Body.Bytes(), []byte("a bug")) {
				t.Errorf("%s: %d %s", operation, response.Code, response.Body)
			}
		}
	}
}

func TestReplicationResumesAfterFailure(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Response {
		if operation == "BatchWriteItem" && down.Load() {
			return internal()
		}
		return nil
	})
	var log syncBuffer
	w := openTestAt(
		t,
		Config{Regions: threeRegions, Tables: counters(""), Log: slog.New(slog.NewTextHandler(&log, nil))},
		opts,
	)
	a, b, c := w.peers()
	a.put("x", 1)
	a.put("y", 2)
	waitUntil(t, "the failure is logged", func() bool {
		return strings.Contains(log.String(), "cannot replicate, will retry")
	})
	// A failing link can be cut, because no delivery is in progress between its attempts.
	if err := w.Cut(threeRegions[0], threeRegions[2]); err != nil {
		t.Fatal(err)
	}
	down.Store(false)
	w.settle()
	b.wantCounter("x", 1)
	b.wantCounter("y", 2)
	c.wantCounter("x", gone)
}

// TestWriteReplicatesAfterClientDisconnects checks that a write is replicated even
// if its client disconnects between the write and its capture.
func TestWriteReplicatesAfterClientDisconnects(t *testing.T) {
	opts := withHook(func(_ *memory.Engine, ctx context.Context, _ string, _ []byte) *protocol.Response {
		if ctx.Err() != nil {
			return internal()
		}
		return nil
	})
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, opts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	response := w.regions[threeRegions[0]].do(ctx, "PutItem", []byte(`{"TableName":"test-counters",`+
		`"Item":{"id":{"S":"x"},"n":{"N":"1"}}}`))
	if response.Status != 200 {
		t.Fatalf("%s", response.Body)
	}
	w.settle()
	_, b, _ := w.peers()
	b.wantCounter("x", 1)
}

// oneAtATime processes the first item of every batch and returns the others as
// unprocessed, as AWS and DynamoDB Local may.
func oneAtATime(e *memory.Engine, ctx context.Context, operation string, body []byte) *protocol.Response {
	member := map[string]string{"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}[operation]
	var request struct{ RequestItems map[string]any }
	if member == "" || json.Unmarshal(body, &request) != nil {
		return nil
	}
	rest := map[string]any{}
	for table, requests := range request.RequestItems {
		switch list := requests.(type) {
		case []any:
			if len(list) > 1 {
				request.RequestItems[table], rest[table] = list[:1], list[1:]
			}
		case map[string]any:
			if keys := list["Keys"].([]any); len(keys) > 1 {
				request.RequestItems[table], rest[table] = map[string]any{"Keys": keys[:1]}, map[string]any{"Keys": keys[1:]}
			}
		}
	}
	response := e.Do(ctx, operation, []byte(encodeJSON(request)))
	response.Body = bytes.Replace(
		response.Body,
		[]byte(`"`+member+`":{}`),
		[]byte(`"`+member+`":`+encodeJSON(rest)),
		1,
	)
	return &response
}

func TestUnprocessedItems(t *testing.T) {
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, withHook(oneAtATime))
	a, b, c := w.peers()
	var items []string
	for n := range 5 {
		items = append(items, fmt.Sprintf(`{"Put":{"TableName":"test-counters","Item":{"id":{"S":"t%d"},`+
			`"n":{"N":"%d"}}}}`, n, n))
	}
	h := w.Handler(threeRegions[0])
	mustSend(t, h, "TransactWriteItems", `{"TransactItems":[`+strings.Join(items, ",")+`]}`)
	w.settle()
	const first = "test-counters\x00t0\x00\x01"
	stamp, _ := w.regions[threeRegions[0]].stored.versions.Get(first)
	response := mustSend(t, h, "BatchWriteItem", `{"RequestItems":{"test-counters":[`+
		`{"PutRequest":{"Item":{"id":{"S":"done"},"n":{"N":"1"}}}},{"DeleteRequest":{"Key":{"id":{"S":"t0"}}}}]}}`)
	if !strings.Contains(response.Body.String(), `"UnprocessedItems":{"test-counters"`) {
		t.Fatal(response.Body)
	}
	if got, _ := w.regions[threeRegions[0]].stored.versions.Get(first); !stamp.alive || got != stamp {
		t.Errorf("the stamp of an unprocessed item changed from %+v to %+v", stamp, got)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		for n := range 5 {
			p.wantCounter(fmt.Sprintf("t%d", n), n)
		}
		p.wantCounter("done", 1)
	}
}

func TestFailedExpiryIsRetried(t *testing.T) {
	var failures atomic.Int32
	failures.Store(1)
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Response {
		if operation == "DeleteItem" && failures.Add(-1) >= 0 {
			return internal()
		}
		return nil
	})
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("until")}, opts)
	a, _, _ := w.peers()
	a.putUntil("x", number(int(time.Now().Unix())-1))
	for _, want := range []int{1, gone} {
		w.regions[threeRegions[0]].sweep(t.Context())
		a.wantCounter("x", want)
	}
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
