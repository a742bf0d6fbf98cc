package store

import (
	"strings"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/idempotency"
)

func accountKey(id string) string { return tables.AccountPrefix + id }

// accountItem is the item of an account. status and createdAt are the keys of the
// index. An item without a status is no account yet: it has only a fence.
type accountItem struct {
	Key       string `dynamo:"pk,hash"`
	Email     string `dynamo:"email"`
	Country   string `dynamo:"country"`
	Status    string `dynamo:"status,omitempty"`
	CreatedAt string `dynamo:"createdAt"`
	UpdatedAt string `dynamo:"updatedAt"`
	Version   int64  `dynamo:"version"`
	// Claim is the token of the claim with which the account got its address.
	Claim int64 `dynamo:"claim,omitempty"`
	// Fence is the number of times that another account has taken an address which
	// this account had claimed but did not have. See claim.go.
	Fence int64 `dynamo:"fence,omitempty"`
	// Opening remembers the request that opened the account, if it had a key.
	Opening *opening `dynamo:"opening,omitempty"`
}

// opening is what an account remembers of the request with an idempotency key that
// opened it. A repetition in another Region finds it before the record of package
// idempotency arrives there, and after the record has expired.
type opening struct {
	Key     string `dynamo:"key"`
	Content string `dynamo:"content"`
	Email   string `dynamo:"email"`
	Country string `dynamo:"country"`
	Version int64  `dynamo:"version"`
}

// allAttributes are the attributes of an accountItem.
var allAttributes = append([]string{"claim", "fence", "opening"}, tables.AccountAttributes...)

// timeLayout is RFC 3339 with a fixed width, so that the index sorts by time.
const timeLayout = "2006-01-02T15:04:05.000Z"

func newItem(a accounts.Account) accountItem {
	return accountItem{
		Key: accountKey(a.ID), Email: a.Email, Country: string(a.Country), Status: string(a.Status),
		CreatedAt: formatTime(a.CreatedAt), UpdatedAt: formatTime(a.UpdatedAt), Version: a.Version,
	}
}

func (i accountItem) account() accounts.Account {
	return accounts.Account{
		ID: strings.TrimPrefix(i.Key, tables.AccountPrefix), Email: i.Email,
		Country: accounts.Country(i.Country), Status: accounts.Status(i.Status),
		CreatedAt: parseTime(i.CreatedAt), UpdatedAt: parseTime(i.UpdatedAt), Version: i.Version,
	}
}

// newOpening returns what the account remembers of the request that opens it, or nil
// if the request has no key.
func newOpening(a accounts.Account, r idempotency.Request) *opening {
	if r.Key == "" {
		return nil
	}
	return &opening{r.Key, r.Content, a.Email, string(a.Country), a.Version}
}

// opened returns the account as the request with the key opened it.
func (i accountItem) opened() accounts.Account {
	a := i.account()
	a.Email, a.Country, a.Version = i.Opening.Email, accounts.Country(i.Opening.Country), i.Opening.Version
	a.Status, a.UpdatedAt = accounts.Active, a.CreatedAt
	return a
}

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// parseTime parses a time in timeLayout. This package does not write any other
// text; if there is one, a wrong time is better than an account that cannot be read.
func parseTime(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t.UTC()
}
