package store

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/resource"
)

// each runs the test with an empty store on every implementation of DynamoDB.
func each(t *testing.T, test func(t *testing.T, s *Store, env lambdaenv.Env)) {
	dynamodbtest.Each(t, []resource.Table{tables.Accounts}, func(t *testing.T, env lambdaenv.Env) {
		test(t, Open(env), env)
	})
}

// metered returns the environment's store behind a meter.
func metered(t *testing.T, env lambdaenv.Env) (*Store, *dynamodbtest.Meter) {
	t.Helper()
	behind, m := dynamodbtest.Through(t, env)
	return Open(behind), m
}

// newSubject returns the subject of a user without an account.
func newSubject() string { return rand.Text() }

// newAddress returns an e-mail address that no account has.
func newAddress(name string) string { return name + "-" + rand.Text() + "@example.com" }

// anyVersion matches every version of an account.
var anyVersion = precondition.Match{Any: true}

// onlyVersion returns a match of a single version.
func onlyVersion(v int64) precondition.Match { return precondition.Match{Versions: []int64{v}} }

func withEmail(email string) accounts.Patch { return accounts.Patch{Email: &email} }

func withCountry(c accounts.Country) accounts.Patch { return accounts.Patch{Country: &c} }

// noKey is a request without an idempotency key.
var noKey idempotency.Request

// withKey returns a request with an idempotency key.
func withKey(key, content string) idempotency.Request {
	return idempotency.Request{Key: key, Content: content}
}

// mustCreate creates an account or ends the test.
func mustCreate(t *testing.T, s *Store, id, email string) accounts.Account {
	t.Helper()
	a, err := s.Create(context.Background(), accounts.New(id, email, accounts.Canada, time.Now()), noKey)
	if err != nil {
		t.Fatalf("create an account: %v", err)
	}
	return a
}

// claimOn returns the claim on an address, zero if there is no claim.
func claimOn(t interface{ Fatal(...any) }, s *Store, email string) claimItem {
	var i claimItem
	err := s.table.Get(hashKey, claimKey(accounts.NormalizeEmail(email))).Consistent(true).One(context.Background(), &i)
	if err != nil && !errors.Is(err, dynamo.ErrNotFound) {
		t.Fatal(err)
	}
	return i
}

// putItems writes items without any condition.
func putItems(t *testing.T, s *Store, items ...any) {
	t.Helper()
	for _, i := range items {
		if err := s.table.Put(i).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// after returns the store of a Lambda whose clock is ahead.
func (s *Store) after(d time.Duration) *Store {
	return &Store{s.table, func() time.Time { return time.Now().Add(d) }, s.others}
}

// assertAccount fails the test unless err is nil and got equals want.
func assertAccount(t *testing.T, name string, got accounts.Account, err error, want accounts.Account) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("%s: got the error %v and (-want +got):\n%s", name, err, cmp.Diff(want, got))
	}
}

// assertError fails the test unless err is want.
func assertError(t *testing.T, name string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", name, err, want)
	}
}
