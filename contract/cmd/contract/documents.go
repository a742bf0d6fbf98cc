package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"

	"github.com/meridian-api/meridian/contract/pipeline"
)

// flags parses a subcommand's flags, which may stand behind its arguments; what
// is wrong is told to errors.
func flags(name string, args []string, errors io.Writer, define func(*flag.FlagSet)) ([]string, bool) {
	set := flag.NewFlagSet("contract "+name, flag.ContinueOnError)
	set.SetOutput(errors)
	set.Usage = func() { fmt.Fprint(errors, usage) }
	define(set)
	var rest []string
	for len(args) > 0 { // package flag ends at the first argument that is none
		if err := set.Parse(args); err != nil {
			return nil, false
		}
		if args = set.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, true
}

func none(*flag.FlagSet) {}

func runMerge(args []string, dir string, out, errors io.Writer) int {
	if rest, parsed := flags("merge", args, errors, none); !parsed || len(rest) > 0 {
		return unreadable
	}
	merged, err := pipeline.Merge(dir)
	if err != nil {
		return fail(errors, err)
	}
	path, err := merged.Write()
	if err != nil {
		return fail(errors, err)
	}
	fmt.Fprintln(out, path)
	return ok
}

func runDeployable(args []string, dir string, out, errors io.Writer) int {
	var verbose bool
	rest, parsed := flags("deployable", args, errors, func(set *flag.FlagSet) { set.BoolVar(&verbose, "v", false, "") })
	if !parsed || len(rest) > 0 {
		return unreadable
	}
	built, err := pipeline.Build(dir)
	if err != nil {
		return fail(errors, err)
	}
	if verbose {
		for _, s := range built.Deployable.Stripped {
			fmt.Fprintf(out, "%s: %s: %s\n", cmp.Or(s.Place, "(the document)"), s.Keyword, s.Why)
		}
	}
	fmt.Fprintln(out, built.SpecPath)
	fmt.Fprintln(out, built.DeployablePath)
	return ok
}

func runCheck(args []string, dir string, _, errors io.Writer) int {
	if rest, parsed := flags("check", args, errors, none); !parsed || len(rest) > 0 {
		return unreadable
	}
	if err := pipeline.Check(dir); err != nil {
		return fail(errors, err)
	}
	return ok
}
