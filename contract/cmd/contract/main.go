// Command contract works on the monorepo's specifications. It is a doorway to
// package pipeline; mage's targets are another.
package main

import (
	"fmt"
	"io"
	"os"
)

// The exit codes.
const (
	ok         = 0
	found      = 1 // something is wrong with the documents
	unreadable = 2 // a document cannot be read, or the command line is wrong
)

const usage = `Usage: contract COMMAND

  merge                write dist/openapi.json from all contexts
  deployable [-v]      write both documents; -v lists what API Gateway's does not say
  lint [FILE...]       lint files for API Gateway; without files, the monorepo's documents
      -mode import     for documents handed to API Gateway as they are (the default)
      -mode contract   for specifications that the deployable document is made of
      -format text     text, json or github
  check                compare operations, manifests and Lambda folders

Exit code 1: something is wrong with the documents. 2: a document cannot be read.
`

func main() { os.Exit(run(os.Args[1:], ".", os.Stdout, os.Stderr)) }

// command is one of the subcommands: it works on the monorepo around dir.
type command func(args []string, dir string, out, errors io.Writer) int

var commands = map[string]command{"merge": runMerge, "deployable": runDeployable, "lint": runLint, "check": runCheck}

func run(args []string, dir string, out, errors io.Writer) int {
	if len(args) > 0 {
		if c := commands[args[0]]; c != nil {
			return c(args[1:], dir, out, errors)
		}
	}
	fmt.Fprint(errors, usage)
	return unreadable
}

func fail(errors io.Writer, err error) int {
	fmt.Fprintln(errors, err)
	return found
}
