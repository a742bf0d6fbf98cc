package store

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// each runs the test with an empty store on every DynamoDB.
func each(t *testing.T, test func(t *testing.T, s *Store, env lambdaenv.Env)) {
	dynamodbtest.Each(t, []resource.Table{tables.Accounts}, func(t *testing.T, env lambdaenv.Env) { test(t, Open(env), env) })
}

// metered is the store of the environment behind a meter.
func metered(t *testing.T, env lambdaenv.Env) (*Store, *dynamodbtest.Meter) {
	t.Helper()
	behind, m := dynamodbtest.Through(t, env)
	return Open(behind), m
}

// somebody is a new subject, address one of its own.
func somebody() string           { return rand.Text() }
func address(name string) string { return name + "-" + rand.Text() + "@example.com" }

// open creates an account or ends the test.
func open(t *testing.T, s *Store, id, email string) accounts.Account {
	t.Helper()
	a, err := s.Create(context.Background(), accounts.New(id, email, accounts.Canada, time.Now()), "")
	if err != nil {
		t.Fatalf("open an account: %v", err)
	}
	return a
}

// closing and patching are changes as the Lambdas make them.
func closing(a accounts.Account) (accounts.Account, error) { return a.Close(time.Now()), nil }

func patching(p accounts.Patch) func(accounts.Account) (accounts.Account, error) {
	return func(a accounts.Account) (accounts.Account, error) { return a.Patch(p, time.Now()) }
}

func withEmail(email string) accounts.Patch { return accounts.Patch{Email: &email} }

func withCountry(c accounts.Country) accounts.Patch { return accounts.Patch{Country: &c} }

// ifVersion is patching under the precondition of one version.
func ifVersion(v int64, p accounts.Patch) func(accounts.Account) (accounts.Account, error) {
	return func(a accounts.Account) (accounts.Account, error) {
		if a.Version != v {
			return a, accounts.ErrStale
		}
		return a.Patch(p, time.Now())
	}
}

// claimed is the claim on an address, zero if there is none.
func claimed(t interface{ Fatal(...any) }, s *Store, email string) accounts.Claim {
	var i claimItem
	err := s.table.Get(hashKey, claimKey(accounts.NormalizeEmail(email))).Consistent(true).One(context.Background(), &i)
	if err != nil && !errors.Is(err, dynamo.ErrNotFound) {
		t.Fatal(err)
	}
	return i.claim()
}

// force writes items past all rules, as replication from another Region does.
func force(t *testing.T, s *Store, items ...any) {
	t.Helper()
	for _, i := range items {
		if err := s.table.Put(i).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// as fails the test unless got and err are what was wanted.
func as(t *testing.T, what string, got accounts.Account, err error, want accounts.Account) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("%s: got %+v, %v; want %+v", what, got, err, want)
	}
}

func fails(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}
