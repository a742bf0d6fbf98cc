// Command huma reads the caller's account behind huma on chi.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"
	chiadapter "github.com/awslabs/aws-lambda-go-api-proxy/chi"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/meridian-api/meridian/infra/bench/peers/internal/account"
)

type output struct{ Body account.Account }

func main() {
	table := account.Open(context.Background())
	r := chi.NewMux()
	api := humachi.New(r, huma.DefaultConfig("Accounts", "1.0.0"))
	huma.Register(api, huma.Operation{OperationID: "getMyAccount", Method: http.MethodGet, Path: "/accounts/me"},
		func(ctx context.Context, _ *struct{}) (*output, error) {
			gateway, _ := core.GetAPIGatewayContextFromContext(ctx)
			claims, _ := gateway.Authorizer["claims"].(map[string]any)
			sub, _ := claims["sub"].(string)
			a, err := account.Get(ctx, table, sub)
			return &output{a}, err
		})
	lambda.Start(chiadapter.New(r).ProxyWithContext)
}
