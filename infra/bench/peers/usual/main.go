// Command usual reads the caller's account with the default configuration and no framework.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/meridian-api/meridian/infra/bench/peers/internal/account"
)

func main() {
	table := account.Open(context.Background())
	lambda.Start(func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		claims, _ := e.RequestContext.Authorizer["claims"].(map[string]any)
		sub, _ := claims["sub"].(string)
		a, err := account.Get(ctx, table, sub)
		if err != nil {
			return events.APIGatewayProxyResponse{}, err
		}
		body, err := json.Marshal(a)
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(body)}, err
	})
}
