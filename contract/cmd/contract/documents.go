package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/meridian-api/meridian/contract/pipeline"
)

// parseFlags parses the flags of a subcommand and returns its arguments. Flags may
// follow arguments. Errors are written to stderr.
func parseFlags(name string, args []string, stderr io.Writer, define func(*flag.FlagSet)) ([]string, bool) {
	set := flag.NewFlagSet("contract "+name, flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() { fmt.Fprint(stderr, usage) }
	define(set)
	var rest []string
	for len(args) > 0 { // package flag stops at the first argument
		if err := set.Parse(args); err != nil {
			return nil, false
		}
		if args = set.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, true
}

// parseNoArguments parses the flags of a subcommand that takes no arguments. It
// reports whether that succeeded.
func parseNoArguments(name string, args []string, stderr io.Writer, define func(*flag.FlagSet)) bool {
	rest, parsed := parseFlags(name, args, stderr, define)
	if parsed && len(rest) > 0 {
		fmt.Fprintf(stderr, "contract %s: unexpected argument %q\n%s", name, rest[0], usage)
	}
	return parsed && len(rest) == 0
}

func noFlags(*flag.FlagSet) {}

func runMerge(args []string, dir string, stdout, stderr io.Writer) int {
	if !parseNoArguments("merge", args, stderr, noFlags) {
		return unreadable
	}
	merged, err := pipeline.Merge(dir)
	if err != nil {
		return failure(stderr, err)
	}
	spec, spec31, err := merged.Write()
	if err != nil {
		return failure(stderr, err)
	}
	fmt.Fprintf(stdout, "%s\n%s\n", spec, spec31)
	return ok
}

func runDeployable(args []string, dir string, stdout, stderr io.Writer) int {
	var verbose bool
	define := func(set *flag.FlagSet) { set.BoolVar(&verbose, "v", false, "") }
	if !parseNoArguments("deployable", args, stderr, define) {
		return unreadable
	}
	if err := pipeline.WriteDocuments(dir, verbose, stdout); err != nil {
		return failure(stderr, err)
	}
	return ok
}

func runCheck(args []string, dir string, _, stderr io.Writer) int {
	if !parseNoArguments("check", args, stderr, noFlags) {
		return unreadable
	}
	if err := pipeline.Check(dir); err != nil {
		return failure(stderr, err)
	}
	return ok
}
