// Package account reads an account in the usual way.
package account

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/guregu/dynamo/v2"
)

// Account is an item of the table and the body of the response.
type Account struct {
	AccountID string `dynamo:"accountId" json:"accountId"`
	Email     string `dynamo:"email" json:"email"`
	Country   string `dynamo:"country" json:"country"`
	Status    string `dynamo:"status" json:"status"`
	CreatedAt string `dynamo:"createdAt" json:"createdAt"`
	UpdatedAt string `dynamo:"updatedAt" json:"updatedAt"`
}

// Open connects with the SDK's default configuration.
func Open(ctx context.Context) dynamo.Table {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		panic(err)
	}
	return dynamo.New(cfg).Table(os.Getenv("ENVIRONMENT") + "-accounts")
}

// Get reads one account.
func Get(ctx context.Context, t dynamo.Table, id string) (Account, error) {
	var a Account
	err := t.Get("accountId", id).One(ctx, &a)
	return a, err
}
