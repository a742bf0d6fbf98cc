// Command gin reads the caller's account behind gin.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	ginadapter "github.com/awslabs/aws-lambda-go-api-proxy/gin"
	"github.com/gin-gonic/gin"

	"github.com/meridian-api/meridian/infra/bench/peers/internal/account"
)

func main() {
	table := account.Open(context.Background())
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/accounts/me", func(c *gin.Context) {
		gateway, _ := core.GetAPIGatewayContextFromContext(c.Request.Context())
		claims, _ := gateway.Authorizer["claims"].(map[string]any)
		sub, _ := claims["sub"].(string)
		a, err := account.Get(c.Request.Context(), table, sub)
		if err != nil {
			c.AbortWithStatus(http.StatusInternalServerError)
			return
		}
		c.JSON(http.StatusOK, a)
	})
	lambda.Start(ginadapter.New(r).ProxyWithContext)
}
