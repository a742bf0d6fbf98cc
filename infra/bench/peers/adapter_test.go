// Package peers compares Meridian's adapter with hand-written handlers and
// frameworks on one proxy event, with nothing behind the handler.
package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	chiadapter "github.com/awslabs/aws-lambda-go-api-proxy/chi"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	ginadapter "github.com/awslabs/aws-lambda-go-api-proxy/gin"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/tracing"
)

type account struct {
	AccountID string    `json:"accountId"`
	Email     string    `json:"email"`
	Country   string    `json:"country"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

var result = account{
	AccountID: "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", Email: "ada@example.com", Country: "CA", Status: "active",
	CreatedAt: time.Unix(1772651717, 0).UTC(), UpdatedAt: time.Unix(1772651717, 0).UTC(),
}

// subject returns the caller of a request that came through a framework's proxy.
func subject(ctx context.Context) string {
	gateway, _ := core.GetAPIGatewayContextFromContext(ctx)
	authorizer, _ := gateway.Authorizer["claims"].(map[string]any)
	sub, _ := authorizer["sub"].(string)
	return sub
}

type invoke func(context.Context, []byte) ([]byte, error)

// meridian validates the path parameter, reads the caller, traces, counts and logs.
func meridian(b *testing.B) invoke {
	type input struct {
		Caller    claims.Caller
		AccountID string `path:"accountId" format:"uuid"`
	}
	type output struct {
		ETag string `header:"ETag"`
		Body account
	}
	op := rest.Operation[input, output]{ID: "getAccount", Method: http.MethodGet, Path: "/accounts/{accountId}"}
	a, err := adapter.New(op, func(_ context.Context, in input) (output, error) {
		return output{ETag: `"1"`, Body: result}, in.Caller.OwnerOr("accounts/admin", in.AccountID)
	}, adapter.Config{
		Region: "us-east-1", Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
		Metrics: io.Discard, Tracer: tracing.New(""),
	})
	if err != nil {
		b.Fatal(err)
	}
	return a.Invoke
}

// decoded calls a handler of aws-lambda-go's event types with the decoded event, as
// lambda.Start does.
func decoded(h func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)) invoke {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		var e events.APIGatewayProxyRequest
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, err
		}
		out, err := h(ctx, e)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}

func handWritten(*testing.B) invoke {
	return decoded(func(_ context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		authorizer, _ := e.RequestContext.Authorizer["claims"].(map[string]any)
		if sub, _ := authorizer["sub"].(string); sub != e.PathParameters["accountId"] {
			return events.APIGatewayProxyResponse{StatusCode: 404}, nil
		}
		body, err := json.Marshal(result)
		return events.APIGatewayProxyResponse{
			StatusCode: 200, Body: string(body),
			Headers: map[string]string{"Content-Type": "application/json", "ETag": `"1"`, "X-Region": "us-east-1"},
		}, err
	})
}

func withGin(*testing.B) invoke {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/accounts/:accountId", func(c *gin.Context) {
		if subject(c.Request.Context()) != c.Param("accountId") {
			c.AbortWithStatus(http.StatusNotFound)
			return
		}
		c.Header("ETag", `"1"`)
		c.JSON(http.StatusOK, result)
	})
	return decoded(ginadapter.New(r).ProxyWithContext)
}

func withChi(*testing.B) invoke {
	r := chi.NewMux()
	r.Get("/accounts/{accountId}", func(w http.ResponseWriter, q *http.Request) {
		if subject(q.Context()) != chi.URLParam(q, "accountId") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(result)
	})
	return decoded(chiadapter.New(r).ProxyWithContext)
}

func withHuma(*testing.B) invoke {
	type input struct {
		AccountID string `path:"accountId" format:"uuid"`
	}
	type output struct {
		ETag string `header:"ETag"`
		Body account
	}
	r := chi.NewMux()
	huma.Register(humachi.New(r, huma.DefaultConfig("Accounts", "1.0.0")),
		huma.Operation{OperationID: "getAccount", Method: http.MethodGet, Path: "/accounts/{accountId}"},
		func(ctx context.Context, in *input) (*output, error) {
			if subject(ctx) != in.AccountID {
				return nil, huma.Error404NotFound("no such account")
			}
			return &output{ETag: `"1"`, Body: result}, nil
		})
	return decoded(chiadapter.New(r).ProxyWithContext)
}

func BenchmarkAdapter(b *testing.B) {
	event, err := os.ReadFile("../../../platform/adapter/testdata/event.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, peer := range []struct {
		name string
		open func(*testing.B) invoke
	}{{"handwritten", handWritten}, {"gin", withGin}, {"chi", withChi}, {"huma", withHuma}, {"meridian", meridian}} {
		b.Run(peer.name, func(b *testing.B) {
			f := peer.open(b)
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
		})
	}
}
