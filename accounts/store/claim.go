package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

// claimItem is the claim on an e-mail address.
type claimItem struct {
	Key     string `dynamo:"pk,hash"`
	Owner   string `dynamo:"owner"`
	Version int64  `dynamo:"version"`
}

func (i claimItem) claim() accounts.Claim { return accounts.Claim{Owner: i.Owner, Version: i.Version} }

// claimKey is the key of the claim on an address: hashed, since keys travel in
// metrics, traces and error messages. A keyed hash would also withstand a
// dictionary of addresses, at the price of a secret to fetch before each write;
// who can read the table reads the accounts anyway.
func claimKey(email string) string { return "email#" + hash(email) }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func claimOf(item dynamo.Item) (accounts.Claim, error) {
	if item == nil {
		return accounts.Claim{}, nil
	}
	var i claimItem
	err := dynamo.UnmarshalItem(item, &i)
	return i.claim(), err
}

// owner reads the account that made a claim, consistently; the zero Account is none.
func (s *Store) owner(ctx context.Context, c accounts.Claim) (accounts.Account, error) {
	a, err := s.get(ctx, c.Owner, true)
	if errors.Is(err, accounts.ErrNotFound) {
		return accounts.Account{}, nil
	}
	return a, err
}
