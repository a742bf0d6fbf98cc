// Command check-accounts serves checkAccounts.
package main

import (
	"os"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func main() {
	accounts := store.Open(lambdaenv.Must(os.Getenv))
	adapter.Start(api.Check, adapter.Health(accounts.Probe))
}
