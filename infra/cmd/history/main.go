// Command history checks functions with the fault that is its argument. The target
// history:plant runs it, with faults of the embedded cloud compiled into it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/meridian-api/meridian/infra/history"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: history FAULT")
		os.Exit(2)
	}
	if err := history.CheckPlanted(ctx, ".", os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
