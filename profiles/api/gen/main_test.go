package main

import (
	"testing"

	"github.com/meridian-api/meridian/contract/foreign"
	"github.com/meridian-api/meridian/profiles/api"
)

func TestForeignValidators(t *testing.T) { foreign.Test(t, api.Service(), "../..") }
