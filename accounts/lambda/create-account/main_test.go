package main

import (
	"errors"
	"testing"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/platform/claims"
)

func TestOnlyAProvedAddressOpensAnAccount(t *testing.T) {
	for _, test := range []struct {
		name   string
		caller claims.Caller
	}{
		{"a machine client", claims.Caller{Subject: "3f2a1b", ClientID: "3f2a1b", Use: claims.Access,
			Scopes: []string{api.Write}}},
		{"a user with another address", claims.Caller{Subject: "ada", Username: "ada", Email: "ada@example.com"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := handler{}.create(t.Context(), api.CreateInput{
				Caller: test.caller, Body: api.AccountContent{Email: "m@example.com", Country: "CA"},
			})
			if !errors.Is(err, accounts.ErrUnproved) {
				t.Errorf("got %v, want %v", err, accounts.ErrUnproved)
			}
		})
	}
}
