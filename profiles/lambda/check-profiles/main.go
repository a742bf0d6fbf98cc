// Command check-profiles serves checkProfiles.
package main

import (
	"os"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	profiles := store.Open(lambdaenv.Must(os.Getenv))
	rest.Start(api.Check, rest.CheckWith(profiles.Probe))
}
