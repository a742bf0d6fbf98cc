// Command gateway serves any API that API Gateway can import, with Lambda functions as
// processes of this machine. It is the gateway of the embedded cloud without the rest of
// it: the document and the functions need not come from this repository.
//
//	gateway -openapi api.yaml -function orders-list=./bin/list -jwks jwks.json -port 8080
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	failed     = 1 // the document cannot be served, or the port is taken
	wrongUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(wrongUsage)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(failed)
	}
}

var errUsage = errors.New("run gateway -help for the flags")

// run serves the API until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := readOptions(args, stderr)
	if err != nil {
		return err
	}
	a, err := start(o, stderr)
	if err != nil {
		return err
	}
	for _, name := range a.missing(o) {
		fmt.Fprintf(stderr, "No -function for %s: its operations respond with 500.\n", name)
	}
	fmt.Fprintf(stdout, "Listening on %s: %d operations of %s. Press Ctrl-C to stop.\n", a.url(), a.operations(), o.document)
	<-ctx.Done()
	return a.close()
}
