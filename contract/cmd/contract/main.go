// Command contract works on the monorepo's specifications.
package main

import (
	"fmt"
	"os"

	"github.com/meridian-api/meridian/contract/pipeline"
)

func main() {
	b, err := pipeline.Build(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(b.Spec)
	fmt.Println(b.Deployable)
}
