// Command terraform-provider-aws is the stand-in for Terraform's AWS provider:
// the real argument schema, made-up results, no network. Terraform starts it;
// package rehearsal builds it and points Terraform to it.
package main

import (
	"fmt"
	"os"

	"github.com/meridian-api/meridian/infra/rehearsal/provider"
)

func main() {
	if err := provider.Serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
