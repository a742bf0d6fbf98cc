package store

import (
	"strings"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

const accountPrefix = "account#"

func accountKey(id string) string { return accountPrefix + id }

// fields are the attributes of an account. They are stored in the account's item
// and in the record of an idempotent request.
type fields struct {
	Email       string `dynamo:"email"`
	EmailStatus string `dynamo:"emailStatus"`
	Country     string `dynamo:"country"`
	Status      string `dynamo:"status"`
	CreatedAt   string `dynamo:"createdAt"`
	UpdatedAt   string `dynamo:"updatedAt"`
	Version     int64  `dynamo:"version"`
}

// accountItem is the item of an account. status and createdAt are the keys of
// the index. The other kinds of items have neither and so are not in the index.
type accountItem struct {
	Key string `dynamo:"pk,hash"`
	fields
}

// accountAttributes are the attributes of an accountItem.
var accountAttributes = []string{"pk", "email", "emailStatus", "country", "status", "createdAt", "updatedAt", "version"}

// timeLayout is RFC 3339 with a fixed width, so that the index sorts by time.
const timeLayout = "2006-01-02T15:04:05.000Z"

func newFields(a accounts.Account) fields {
	return fields{
		Email: a.Email, EmailStatus: string(a.EmailStatus), Country: string(a.Country), Status: string(a.Status),
		CreatedAt: a.CreatedAt.UTC().Format(timeLayout), UpdatedAt: a.UpdatedAt.UTC().Format(timeLayout), Version: a.Version,
	}
}

func newItem(a accounts.Account) accountItem { return accountItem{accountKey(a.ID), newFields(a)} }

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

// parseTime parses a time in timeLayout. This package does not write any other
// text; if there is one, a wrong time is better than an account that cannot be read.
func parseTime(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t.UTC()
}

// decodeAccount decodes the item that a failed condition found.
func decodeAccount(item dynamo.Item) (accounts.Account, error) {
	var i accountItem
	err := dynamo.UnmarshalItem(item, &i)
	return i.account(), err
}
