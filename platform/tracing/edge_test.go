package tracing

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// TestACallWithoutAnAnswerIsAFault calls a service that is gone.
func TestACallWithoutAnAnswerIsAFault(t *testing.T) {
	address, next := daemon(t)
	client, _ := stub(t, 200, `{}`)
	gone := "http://127.0.0.1:1"
	options := client.Options()
	options.BaseEndpoint = &gone
	client = dynamodb.New(options)
	ctx, span := New(address).Start(t.Context(), sampled, "getMyAccount")
	defer span.End()
	if err := get(ctx, client); err == nil {
		t.Fatal("nobody answered")
	}
	call := next()
	if call["fault"] != true || call["error"] != nil || call["throttle"] != nil || call["http"] != nil || call["cause"] == nil {
		t.Errorf("got %v", call)
	}
}

// TestADocumentThatIsTooLargeIsLeftOut sends one that no datagram holds, and one after it.
func TestADocumentThatIsTooLargeIsLeftOut(t *testing.T) {
	address, next := daemon(t)
	tracer := New(address)
	_, span := tracer.Start(t.Context(), sampled, "large")
	span.SetAttributes(attribute.String("text", strings.Repeat("x", maxDatagram)))
	End(span, 200, nil)
	_, span = tracer.Start(t.Context(), sampled, "small")
	End(span, 200, nil)
	if doc := next(); doc["name"] != "small" {
		text, _ := json.Marshal(doc)
		t.Errorf("got %.200s", text)
	}
}

func TestIDsAreRandomBehindTheTime(t *testing.T) {
	now := time.Now()
	seen := map[string]bool{}
	for range 100 {
		id, span := ids{func() time.Time { return now }}.NewIDs(t.Context())
		for _, part := range []string{id.String()[8:16], id.String()[16:], span.String()} {
			if seen[part] {
				t.Fatalf("%s comes twice", part)
			}
			seen[part] = true
		}
		if id == (trace.TraceID{}) {
			t.Fatal("a trace without an ID")
		}
	}
}
