package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
)

// An account gets an address in two writes, each of one item:
//
//  1. Claim the address: put the claim, with the owner and a new random token. The
//     condition is that no other account has a claim on the address.
//  2. Write the account with the address. This confirms the claim: an address belongs
//     to the active account that has it. The condition is that the account has the
//     version and the fence that the writer read before step 1.
//
// An account that leaves an address, because it moves to another one or is closed, marks
// its claim as left afterwards. The next account that needs the address replaces the
// claim, but not before the replica of every Region shows the owner's last version, or the one
// with which the owner left: items are replicated one by one, so otherwise a Region could
// receive the taker first, and reads would show two accounts with one address. A claim that
// no account has confirmed is replaced on the same terms. So when an account gets an
// address, no Region shows it for another one. The price is that an address does not change
// hands while a Region cannot be reached.
//
// A writer can stop or be late between any two writes. Then there is a claim that no
// account confirms. It expires after claimLife, and the next account that needs the
// address takes it over; no job removes claims. The taker
//
//  1. raises the fence of the claim's owner, on the condition that the owner is not
//     active with this address. If it is, the address is taken;
//  2. replaces the claim, on the condition that it still has the token that was read.
//
// So two active accounts never have one address, whatever the clocks say. A late writer
// that claimed before the fence was raised fails in its step 2. One that reads the fence
// later claims with a new token, and the taker's replacement fails, or finds the taker's
// claim and fails itself. A writer that failed never marks its claim as left, because
// another writer for the same account may have confirmed it. claimLife only prevents
// that two writers at work take the address from each other.
const claimLife = 10 * time.Second // longer than a function's timeout

// claimItem is the item of a claim on an e-mail address.
type claimItem struct {
	Key   string `dynamo:"pk,hash"`
	Owner string `dynamo:"owner"` // the subject of the account
	Token int64  `dynamo:"token"` // differs for each attempt to get the address
	At    int64  `dynamo:"at"`    // in seconds since 1970
	Left  bool   `dynamo:"left,omitempty"`
	// LeftVersion is the version with which the account left the address.
	LeftVersion int64 `dynamo:"leftVersion,omitempty"`
}

// claimKey returns the key of the claim on an address. It contains a hash of the
// address because keys appear in metrics, traces and error messages. A keyed hash
// would also withstand a dictionary of addresses, but each write would have to
// fetch a secret first, and whoever can read the table can read the accounts.
func claimKey(email string) string {
	sum := sha256.Sum256([]byte(email))
	return tables.ClaimPrefix + hex.EncodeToString(sum[:])
}

// errClaimed is returned if another account is getting the address at this moment, so
// that it is uncertain who will have it.
var errClaimed = &problem.Error{
	Kind: problem.Unavailable, Detail: "Another request for the e-mail address is in progress.", RetryAfter: int(claimLife / time.Second),
}

// errLeaving is returned if another account has left the address, and the Region's replica
// does not show it yet.
var errLeaving = &problem.Error{
	Kind: problem.Unavailable, Detail: "Another account has left the e-mail address a moment ago.", RetryAfter: 1,
}

// claim claims an address for an account and returns the token of the claim. It fails
// with ErrEmailTaken if another active account has the address, with errClaimed if the
// claim of another account has not expired, and with errLeaving.
//
// It makes one call of DynamoDB. A claim of another account costs two to four more.
func (s *Store) claim(ctx context.Context, owner, email string) (int64, error) {
	c := claimItem{Key: claimKey(email), Owner: owner, Token: precondition.NewVersion(), At: s.now().Unix()}
	rival, err := s.putClaim(ctx, c, claimItem{})
	if err == nil && rival != (claimItem{}) {
		if err = s.evict(ctx, rival, email); err == nil {
			rival, err = s.putClaim(ctx, c, rival)
		}
	}
	if err == nil && rival != (claimItem{}) {
		err = errClaimed // a third account was faster
	}
	return c.Token, err
}

// putClaim puts a claim if the address is free, has a claim of the same owner, or has
// the claim replaced. Otherwise it returns the claim of the other owner.
func (s *Store) putClaim(ctx context.Context, c, replaced claimItem) (rival claimItem, err error) {
	err = s.table.Put(c).If("attribute_not_exists(pk) OR 'owner' = ? OR ('owner' = ? AND 'token' = ?)",
		c.Owner, replaced.Owner, replaced.Token).Run(ctx)
	return rival, dynamodb.OnFailedCondition(err, func(found claimItem) error {
		rival = found
		return nil
	})
}

// evict makes sure that the owner of a claim cannot confirm it any more, and that no
// Region shows the owner with the address.
func (s *Store) evict(ctx context.Context, c claimItem, email string) error {
	shown, err := s.get(ctx, c.Owner, false, allAttributes)
	if err != nil {
		return err
	}
	if c.Left && c.LeftVersion != 0 && shown.Version == c.LeftVersion {
		return s.shownEverywhere(ctx, c.Owner, c.LeftVersion)
	}
	owner, err := s.get(ctx, c.Owner, true, allAttributes)
	switch {
	case err != nil:
		return err
	case owner.has(email):
		return accounts.ErrEmailTaken
	case shown.Version != owner.Version:
		return errLeaving
	case c.Left, owner.Status == string(accounts.Closed):
		// A claim that was left needs a new token, and a closed account stays closed.
		return s.shownEverywhere(ctx, c.Owner, owner.Version)
	case s.now().Sub(time.Unix(c.At, 0)).Abs() < claimLife:
		return errClaimed
	}
	if err := s.shownEverywhere(ctx, c.Owner, owner.Version); err != nil {
		return err
	}
	err = s.table.Update(hashKey, owner.Key).Add("fence", 1).
		If("attribute_not_exists('status') OR 'status' <> ? OR email <> ?", string(accounts.Active), email).Run(ctx)
	return dynamodb.OnFailedCondition(err, func(accountItem) error { return accounts.ErrEmailTaken })
}

// shownEverywhere returns errLeaving unless the replica of every other Region shows an account
// with a version. It makes a call for each of them.
func (s *Store) shownEverywhere(ctx context.Context, id string, version int64) error {
	for _, replica := range s.others() {
		shown, err := getFrom(ctx, replica, id, false, allAttributes)
		if err != nil {
			return err
		}
		if shown.Version != version {
			return errLeaving
		}
	}
	return nil
}

// has reports whether the account is active with the address.
func (i accountItem) has(email string) bool {
	return i.Status == string(accounts.Active) && i.Email == email
}

// release marks the claim with which an account got an address as left. If DynamoDB is
// not available, the claim stays until the next account takes it over: the account has
// left the address all the same.
func (s *Store) release(ctx context.Context, before accountItem, after accounts.Account) error {
	err := s.table.Update(hashKey, claimKey(before.Email)).Set("left", true).Set("leftVersion", after.Version).
		If("'token' = ?", before.Claim).Run(ctx)
	var replaced *types.ConditionalCheckFailedException
	if errors.As(err, &replaced) || problem.Is(err, problem.Unavailable) {
		return nil
	}
	return err
}
