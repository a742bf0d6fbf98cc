// Command meridian begins a project of one's own on Meridian, and makes a project the
// owner of its Terraform.
//
//	go run github.com/meridian-api/meridian/infra/cmd/meridian@latest new github.com/acme/shop
//	go tool meridian eject
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/meridian-api/meridian/infra/scaffold"
)

const usage = `usage:
  meridian new [-context=NAME] [-name=NAME] PATH [FOLDER]
        writes a project, such as github.com/acme/shop, with a first bounded context, by
        default orders; -name names its resources, by default like the path's last element
  meridian eject
        writes the Terraform into the project, which deployments then apply
`

// usageError is the error of arguments that are not a command.
type usageError struct{}

func (usageError) Error() string { return usage }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], version(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, version string, out io.Writer) error {
	if len(args) == 0 {
		return usageError{}
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	first := flags.String("context", "", "")
	name := flags.String("name", "", "")
	err := flags.Parse(args[1:])
	switch {
	case err != nil:
		return fmt.Errorf("%w\n%s", err, usage)
	case args[0] == "new" && (flags.NArg() == 1 || flags.NArg() == 2):
		return scaffold.Project(ctx, scaffold.ProjectOptions{
			Module: flags.Arg(0), Dir: flags.Arg(1), Context: *first, Name: *name, Version: version,
		}, out)
	case args[0] == "eject" && flags.NArg() == 0:
		return scaffold.Eject(".", out)
	}
	return usageError{}
}

// version returns the version of module infra that this program was built of.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}
