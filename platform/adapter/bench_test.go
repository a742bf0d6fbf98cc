package adapter

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

type benchAccount struct {
	AccountID string    `json:"accountId" format:"uuid"`
	Email     string    `json:"email" format:"email"`
	Country   string    `json:"country" enum:"US,CA"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

type benchInput struct {
	Caller    claims.Caller
	AccountID string `path:"accountId" format:"uuid"`
}

type benchOutput struct {
	ETag string `header:"ETag"`
	Body benchAccount
}

var benchResult = benchAccount{
	AccountID: id, Email: "ada@example.com", Country: "CA", Status: "active",
	CreatedAt: time.Unix(1772651717, 0).UTC(), UpdatedAt: time.Unix(1772651717, 0).UTC(),
}

func benchEvent(b *testing.B) []byte {
	data, err := os.ReadFile("testdata/event.json")
	if err != nil {
		b.Fatal(err)
	}
	return bytes.TrimSpace(data)
}

// BenchmarkAdapter serves a GET with a path parameter, claims and validation.
func BenchmarkAdapter(b *testing.B) {
	op := rest.Operation[benchInput, benchOutput]{
		ID: "get", Method: http.MethodGet, Path: "/accounts/{accountId}", Problems: []problem.Kind{problem.NotFound},
	}
	h := func(_ context.Context, in benchInput) (benchOutput, error) {
		if err := in.Caller.OwnerOr("accounts/admin", in.AccountID); err != nil {
			return benchOutput{}, err
		}
		return benchOutput{ETag: `"1"`, Body: benchResult}, nil
	}
	a, err := New(op, h, testConfig(io.Discard))
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, a.Invoke)
}

// BenchmarkHandWritten serves the same request with aws-lambda-go's event types and encoding/json.
func BenchmarkHandWritten(b *testing.B) {
	benchmark(b, func(_ context.Context, event []byte) ([]byte, error) {
		var e events.APIGatewayProxyRequest
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, err
		}
		authorizer, _ := e.RequestContext.Authorizer["claims"].(map[string]any)
		if sub, _ := authorizer["sub"].(string); sub != e.PathParameters["accountId"] {
			return json.Marshal(events.APIGatewayProxyResponse{StatusCode: 404})
		}
		body, err := json.Marshal(benchResult)
		if err != nil {
			return nil, err
		}
		return json.Marshal(events.APIGatewayProxyResponse{
			StatusCode: 200, Body: string(body),
			Headers: map[string]string{"Content-Type": "application/json", "ETag": `"1"`, "X-Region": "us-east-1"},
		})
	})
}

func benchmark(b *testing.B, f func(context.Context, []byte) ([]byte, error)) {
	event := benchEvent(b)
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	if out, err := f(ctx, event); err != nil || !bytes.Contains(out, []byte("ada@example.com")) {
		b.Fatalf("%s, %v", out, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f(ctx, event); err != nil {
			b.Fatal(err)
		}
	}
}
