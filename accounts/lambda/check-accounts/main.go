// Command check-accounts serves checkAccounts.
package main

import (
	"os"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

func main() {
	accounts := store.Open(lambdaenv.Must(os.Getenv))
	rest.Start(api.Check, rest.CheckWith(accounts.Probe))
}
