// Command check-profiles serves checkProfiles.
package main

import (
	"os"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	profiles := store.Open(lambdaenv.Must(os.Getenv))
	adapter.Start(api.Check, adapter.Health(profiles.Probe))
}
