package main

import (
	"testing"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/contract/foreign"
)

func TestForeignValidators(t *testing.T) { foreign.Test(t, api.Service(), "../..") }
