// Command contract merges, lints and checks the specifications of the monorepo.
// Like the mage targets, it only calls package pipeline.
package main

import (
	"fmt"
	"io"
	"os"
)

// Exit codes.
const (
	ok          = 0
	checkFailed = 1
	unreadable  = 2 // a document cannot be read, or the command line is invalid
)

const usage = `Usage: contract COMMAND

  merge                merge the specifications of all contexts into dist, in OpenAPI 3.0 and 3.1
  deployable [-v]      also write dist/deployable.json; -v lists what it leaves out
  lint [FILE...]       check files against API Gateway's rules (default: the monorepo's documents)
      -mode import     documents that API Gateway imports unchanged (default)
      -mode contract   specifications from which the deployable document is built
      -format FORMAT   output format: text (default), json or github
      -strict          fail on warnings, too: what AWS imports although it is not OpenAPI, or drops
      -template        allow placeholders: ${name}, {{name}}, <<name>>, CloudFormation's functions, directives
  diff OLD NEW         compare two specifications: what breaks clients, and what does not
      -format FORMAT   output format: text (default), json or github
  check                check that operations, manifests and Lambda folders agree

Exit codes: 0 success, 1 a check failed, 2 a document cannot be read or invalid usage.
`

func main() { os.Exit(run(os.Args[1:], ".", os.Stdout, os.Stderr)) }

// command runs a subcommand on the monorepo that contains dir and returns the exit code.
type command func(args []string, dir string, stdout, stderr io.Writer) int

var commands = map[string]command{"merge": runMerge, "deployable": runDeployable, "lint": runLint, "diff": runDiff, "check": runCheck}

func run(args []string, dir string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if c := commands[args[0]]; c != nil {
			return c(args[1:], dir, stdout, stderr)
		}
	}
	fmt.Fprint(stderr, usage)
	return unreadable
}

func failure(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, err)
	return checkFailed
}
