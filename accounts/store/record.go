package store

import (
	"time"

	"github.com/meridian-api/meridian/accounts"
)

// recordLife is how long the answer to an Idempotency-Key is kept.
const recordLife = 24 * time.Hour

// recordItem is what createAccount answered to a request with an
// Idempotency-Key. TTL removes it; until it does, the expiry counts.
type recordItem struct {
	Key string `dynamo:"pk,hash"`
	// Request is the hash of what was asked for, so that a key used for something else is found out.
	Request string `dynamo:"request"`
	// Account is the account as it was answered, not as it may have become.
	Account   fields `dynamo:"account"`
	ExpiresAt int64  `dynamo:"expiresAt"`
}

func newRecord(a accounts.Account, key string) *recordItem {
	return &recordItem{
		Key: "idempotency#" + a.ID + "#" + hash(key), Request: requestOf(a), Account: toFields(a),
		ExpiresAt: time.Now().Add(recordLife).Unix(),
	}
}

// requestOf tells requests apart by what they ask for: spelling the address
// otherwise, or the JSON, asks for the same.
func requestOf(a accounts.Account) string { return hash(a.Email + "\n" + string(a.Country)) }
