// Command main uses the generated client: it reads a problem, creates two accounts, and
// lists them in pages.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"client"

	"github.com/oapi-codegen/runtime/types"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ok")
}

// as returns a client with a user's token, which the variable with the user's name has.
func as(user string) (*client.ClientWithResponses, error) {
	token := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+os.Getenv(user))
		return nil
	}
	return client.NewClientWithResponses(os.Getenv("BASE_URL"), client.WithRequestEditorFn(token))
}

func run(ctx context.Context) error {
	for _, user := range []string{"ada", "bob"} {
		if err := open(ctx, user); err != nil {
			return err
		}
	}
	return list(ctx)
}

// open expects the problem not-found, creates the user's account and reads it.
func open(ctx context.Context, user string) error {
	c, err := as(user)
	if err != nil {
		return err
	}
	before, err := c.GetMyAccountWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if p := before.ApplicationproblemJSON404; p == nil || p.Type != client.UrnMeridianProblemNotFound {
		return fmt.Errorf("%s has no account yet, and the response is %s", user, before.Body)
	}
	created, err := c.CreateAccountWithResponse(ctx, nil, client.AccountContent{
		Country: client.AccountContentCountryCA, Email: types.Email(user + "@example.com"),
	})
	if err != nil {
		return err
	}
	if created.JSON201 == nil || created.HTTPResponse.Header.Get("ETag") == "" {
		return fmt.Errorf("create the account of %s: %s, without an ETag: %s", user, created.Status(), created.Body)
	}
	after, err := c.GetMyAccountWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if after.JSON200 == nil || after.JSON200.AccountId != created.JSON201.AccountId {
		return fmt.Errorf("%s has the account %s, and the response is %s", user, created.Body, after.Body)
	}
	return nil
}

// list reads all accounts in pages of one.
func list(ctx context.Context) error {
	c, err := as("root")
	if err != nil {
		return err
	}
	var found int
	limit := int64(1)
	params := &client.ListAccountsParams{Limit: &limit}
	for {
		page, err := c.ListAccountsWithResponse(ctx, params)
		if err != nil {
			return err
		}
		if page.JSON200 == nil || len(page.JSON200.Items) > 1 {
			return fmt.Errorf("list the accounts: %s: %s", page.Status(), page.Body)
		}
		found += len(page.JSON200.Items)
		if page.JSON200.NextCursor == nil {
			break
		}
		params.Cursor = page.JSON200.NextCursor
	}
	if found != 2 {
		return fmt.Errorf("the pages have %d accounts, want 2", found)
	}
	return nil
}
