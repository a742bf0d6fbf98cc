package store

import (
	"time"

	"github.com/meridian-api/meridian/accounts"
)

// recordLife is how long the record of an idempotency key is valid.
const recordLife = 24 * time.Hour

// recordItem records the account that a request with an idempotency key created.
// TTL deletes expired items with a delay, so conditions check expiresAt as well.
type recordItem struct {
	Key string `dynamo:"pk,hash"`
	// Request is a hash of the request. It detects a key used for another request.
	Request string `dynamo:"request"`
	// Account is the account as it was created, without later changes.
	Account   fields `dynamo:"account"`
	ExpiresAt int64  `dynamo:"expiresAt"`
}

func newRecord(a accounts.Account, key string) *recordItem {
	return &recordItem{
		Key: "idempotency#" + a.ID + "#" + hash(key), Request: requestHash(a), Account: newFields(a),
		ExpiresAt: time.Now().Add(recordLife).Unix(),
	}
}

// requestHash identifies the content of a request. Other spellings of the
// address or of the JSON have the same hash.
func requestHash(a accounts.Account) string { return hash(a.Email + "\n" + string(a.Country)) }
