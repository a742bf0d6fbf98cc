package main

import (
	"errors"
	"testing"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/platform/claims"
)

func TestMachineClientsCannotOpenAccounts(t *testing.T) {
	machine := claims.Caller{Subject: "3f2a1b", ClientID: "3f2a1b", Use: claims.Access, Scopes: []string{api.Write}}
	_, err := handler{}.create(t.Context(), api.CreateInput{
		Caller: machine, Body: api.NewAccount{Email: "m@example.com", Country: "CA"},
	})
	if !errors.Is(err, accounts.ErrMachineClient) {
		t.Errorf("got %v, want %v", err, accounts.ErrMachineClient)
	}
}
