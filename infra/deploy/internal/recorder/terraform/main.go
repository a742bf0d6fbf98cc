// Command terraform takes Terraform's place in tests of roll-outs.
package main

import (
	"os"

	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
)

func main() { os.Exit(recorder.Main(os.Args[1:])) }
