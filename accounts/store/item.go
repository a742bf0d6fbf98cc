package store

import (
	"strings"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

const accountPrefix = "account#"

func accountKey(id string) string { return accountPrefix + id }

// fields are an account as DynamoDB holds it, in an item of its own and in the
// record of an idempotent request.
type fields struct {
	Email       string `dynamo:"email"`
	EmailStatus string `dynamo:"emailStatus"`
	Country     string `dynamo:"country"`
	Status      string `dynamo:"status"`
	CreatedAt   string `dynamo:"createdAt"`
	UpdatedAt   string `dynamo:"updatedAt"`
	Version     int64  `dynamo:"version"`
}

// accountItem is an account's item. In the index its status and createdAt are
// the keys; items of other kinds have neither and so are not in it.
type accountItem struct {
	Key string `dynamo:"pk,hash"`
	fields
}

// accountAttributes are all that a reader of an account needs.
var accountAttributes = []string{"pk", "email", "emailStatus", "country", "status", "createdAt", "updatedAt", "version"}

// timeLayout is RFC 3339 with a fixed width, so that the index sorts by time.
const timeLayout = "2006-01-02T15:04:05.000Z"

func toFields(a accounts.Account) fields {
	return fields{
		Email: a.Email, EmailStatus: string(a.EmailStatus), Country: string(a.Country), Status: string(a.Status),
		CreatedAt: a.CreatedAt.UTC().Format(timeLayout), UpdatedAt: a.UpdatedAt.UTC().Format(timeLayout), Version: a.Version,
	}
}

func toItem(a accounts.Account) accountItem { return accountItem{accountKey(a.ID), toFields(a)} }

func (i accountItem) account() accounts.Account {
	return i.fields.account(strings.TrimPrefix(i.Key, accountPrefix))
}

func (f fields) account(id string) accounts.Account {
	return accounts.Account{
		ID: id, Email: f.Email, EmailStatus: accounts.EmailStatus(f.EmailStatus),
		Country: accounts.Country(f.Country), Status: accounts.Status(f.Status),
		CreatedAt: parseTime(f.CreatedAt), UpdatedAt: parseTime(f.UpdatedAt), Version: f.Version,
	}
}

// parseTime reads what timeLayout wrote. Anything else was not written by this
// package; a time that is off then costs less than an account nobody can read.
func parseTime(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t.UTC()
}

// accountOf decodes an item that a failed condition met.
func accountOf(item dynamo.Item) (accounts.Account, error) {
	var i accountItem
	err := dynamo.UnmarshalItem(item, &i)
	return i.account(), err
}
