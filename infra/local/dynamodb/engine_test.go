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

// hooked is an embedded engine that a test gets in the way of: where the hook
// answers, the engine does not.
type hooked struct {
	*memory.Engine
	hook func(ctx context.Context, operation string, body []byte) *protocol.Answer
}

func (h hooked) Do(ctx context.Context, operation string, body []byte) protocol.Answer {
	if answer := h.hook(ctx, operation, body); answer != nil {
		return *answer
	}
	return h.Engine.Do(ctx, operation, body)
}

func withHook(hook func(e *memory.Engine, ctx context.Context, operation string, body []byte) *protocol.Answer) options {
	opts := defaults()
	opts.sweep = time.Hour
	opts.engine = func(region string) engine {
		e := memory.New(region, time.Now)
		return hooked{e, func(ctx context.Context, operation string, body []byte) *protocol.Answer {
			return hook(e, ctx, operation, body)
		}}
	}
	return opts
}

func internal() *protocol.Answer {
	answer := protocol.Refuse(protocol.Internal())
	return &answer
}

func TestPanicIsOneFailedRequest(t *testing.T) {
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Answer {
		if operation == "GetItem" || operation == "PutItem" {
			panic("a bug")
		}
		return nil
	})
	w := openTestAt(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")}, opts)
	h := w.Handler("eu-west-1")
	for range 2 { // the second would hang if the first had left a lock
		for _, operation := range []string{"GetItem", "PutItem"} {
			answer := ask(h, operation, `{"TableName":"test-counters","Key":{"id":{"S":"a"}},"Item":{"id":{"S":"a"}}}`)
			if answer.Code != 500 || errorOf(t, answer) != "InternalServerError" || bytes.Contains(answer.Body.Bytes(), []byte("a bug")) {
				t.Errorf("%s: %d %s", operation, answer.Code, answer.Body)
			}
		}
	}
}

func TestReplicationOutlivesAFailingEngine(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Answer {
		if operation == "BatchWriteItem" && down.Load() {
			return internal()
		}
		return nil
	})
	var log syncBuffer
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters(""), Log: slog.New(slog.NewTextHandler(&log, nil))}, opts)
	a, b, c := w.peers()
	a.put("x", 1)
	a.put("y", 2)
	for end := time.Now().Add(soon); !strings.Contains(log.String(), "replication is held up"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing was logged")
		}
	}
	// A link that fails can be cut: nothing is under way between its attempts.
	if err := w.Cut(threeRegions[0], threeRegions[2]); err != nil {
		t.Fatal(err)
	}
	down.Store(false)
	w.settle()
	b.want("x", 1)
	b.want("y", 2)
	c.want("x", gone)
}

// TestAWriteOutlivesItsClient: what is written must be replicated, though the
// client has gone between the two.
func TestAWriteOutlivesItsClient(t *testing.T) {
	opts := withHook(func(_ *memory.Engine, ctx context.Context, _ string, _ []byte) *protocol.Answer {
		if ctx.Err() != nil {
			return internal()
		}
		return nil
	})
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, opts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer := w.regions[threeRegions[0]].do(ctx, "PutItem", []byte(`{"TableName":"test-counters","Item":{"id":{"S":"x"},"n":{"N":"1"}}}`))
	if answer.Status != 200 {
		t.Fatalf("%s", answer.Body)
	}
	w.settle()
	_, b, _ := w.peers()
	b.want("x", 1)
}

// slow does the first item of every batch and puts the others off, as AWS and
// DynamoDB Local may.
func slow(e *memory.Engine, ctx context.Context, operation string, body []byte) *protocol.Answer {
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
	answer := e.Do(ctx, operation, []byte(encodeJSON(request)))
	answer.Body = bytes.Replace(answer.Body, []byte(`"`+member+`":{}`), []byte(`"`+member+`":`+encodeJSON(rest)), 1)
	return &answer
}

func TestWhatAnEngineHasPutOff(t *testing.T) {
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, withHook(slow))
	a, b, c := w.peers()
	var items []string
	for n := range 5 {
		items = append(items, fmt.Sprintf(`{"Put":{"TableName":"test-counters","Item":{"id":{"S":"t%d"},"n":{"N":"%d"}}}}`, n, n))
	}
	h := w.Handler(threeRegions[0])
	if answer := ask(h, "TransactWriteItems", `{"TransactItems":[`+strings.Join(items, ",")+`]}`); answer.Code != 200 {
		t.Fatal(answer.Body)
	}
	w.settle()
	const first = "test-counters\x00t0\x00\x01"
	stamp := w.regions[threeRegions[0]].versions[first]
	answer := ask(h, "BatchWriteItem", `{"RequestItems":{"test-counters":[{"PutRequest":{"Item":{"id":{"S":"done"},"n":{"N":"1"}}}},{"DeleteRequest":{"Key":{"id":{"S":"t0"}}}}]}}`)
	if answer.Code != 200 || !strings.Contains(answer.Body.String(), `"UnprocessedItems":{"test-counters"`) {
		t.Fatal(answer.Body)
	}
	if got := w.regions[threeRegions[0]].versions[first]; !stamp.alive || got != stamp {
		t.Errorf("an item that was put off was written at %+v, and at %+v before", got, stamp)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		for n := range 5 {
			p.want(fmt.Sprintf("t%d", n), n)
		}
		p.want("done", 1)
	}
}

func TestAnExpiryThatFailedIsTriedAgain(t *testing.T) {
	var failures atomic.Int32
	failures.Store(1)
	opts := withHook(func(_ *memory.Engine, _ context.Context, operation string, _ []byte) *protocol.Answer {
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
		a.want("x", want)
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
