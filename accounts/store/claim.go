package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

// claimItem is the item of a claim on an e-mail address.
type claimItem struct {
	Key     string `dynamo:"pk,hash"`
	Owner   string `dynamo:"owner"`
	Version int64  `dynamo:"version"`
}

func (i claimItem) claim() accounts.Claim { return accounts.Claim{Owner: i.Owner, Version: i.Version} }

// claimKey returns the key of the claim on an address. It contains a hash of the
// address because keys appear in metrics, traces and error messages. A keyed hash
// would also withstand a dictionary of addresses, but each write would have to
// fetch a secret first, and whoever can read the table can read the accounts.
func claimKey(email string) string { return "email#" + hash(email) }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// decodeClaim decodes the item that a failed condition found; nil is the zero Claim.
func decodeClaim(item dynamo.Item) (accounts.Claim, error) {
	if item == nil {
		return accounts.Claim{}, nil
	}
	var i claimItem
	err := dynamo.UnmarshalItem(item, &i)
	return i.claim(), err
}

// owner reads the account that made a claim, consistently. It returns the zero
// Account if there is no such account.
func (s *Store) owner(ctx context.Context, c accounts.Claim) (accounts.Account, error) {
	a, err := s.get(ctx, c.Owner, true)
	if errors.Is(err, accounts.ErrNotFound) {
		return accounts.Account{}, nil
	}
	return a, err
}
