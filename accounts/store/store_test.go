package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func TestStore(t *testing.T) {
	dynamodbtest.Each(t, api.Service().Tables, func(t *testing.T, env lambdaenv.Env) {
		ctx, s := context.Background(), Open(env)
		if err := s.Probe(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, "ada"); !errors.Is(err, accounts.ErrNotFound) {
			t.Errorf("before it is created: %v", err)
		}
		a := accounts.New("ada", " Ada@Example.com", accounts.Canada, time.Now())
		if err := s.Create(ctx, a); err != nil {
			t.Fatal(err)
		}
		if err := s.Create(ctx, a); !errors.Is(err, accounts.ErrExists) {
			t.Errorf("a second time: %v", err)
		}
		if got, err := s.Get(ctx, "ada"); err != nil || got != a {
			t.Errorf("got %+v, %v; want %+v", got, err, a)
		}
	})
}
