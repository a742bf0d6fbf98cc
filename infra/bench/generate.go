package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// contexts is the number of bounded contexts of the operations.
const contexts = 50

// Generate measures the generator on synthetic contexts: up to 3,000 operations in 50
// contexts (10 operations in 10), each with its own types and comments. It builds a
// generator once for each size, as the go command's cache does, and runs it once for
// each context.
func Generate(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp("", "meridian-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "operations\tcontexts\tgenerate ms\tper operation ms\t")
	for _, operations := range []int{10, 100, 1000, 3000} {
		n := min(contexts, operations)
		context := filepath.Join(temporary, fmt.Sprint(operations))
		if err := writeContext(context, ws.Root, operations/n); err != nil {
			return err
		}
		generator := filepath.Join(context, "generator")
		build := command.Go(context, "build", "-mod=mod", "-o", generator, "./api/gen")
		build.Env = []string{"GOWORK=off"}
		if err := build.Run(ctx); err != nil {
			return err
		}
		start := time.Now()
		for range n {
			if err := (command.Command{Name: generator, Args: []string{"-dir", context}}).Run(ctx); err != nil {
				return err
			}
		}
		took := float64(time.Since(start).Microseconds()) / 1e3
		fmt.Fprintf(w, "%d\t%d\t%.0f\t%.2f\t\n", operations, n, took, took/float64(operations))
	}
	return w.Flush()
}

// writeContext writes a bounded context with a number of operations into dir, as a module
// of its own. root is the monorepo's.
func writeContext(dir, root string, operations int) error {
	requirements, sums, err := requirements(root)
	if err != nil {
		return err
	}
	for _, sibling := range []string{"contract", "platform"} {
		requirements += "\nreplace " + modulePrefix + sibling + " => " + filepath.Join(root, sibling) + "\n"
	}
	return synthetic{name: "things", operations: operations}.write(dir, requirements, sums)
}

// requirements returns what follows the module line of a context's go.mod, and its
// go.sum, both from accounts.
func requirements(root string) (requirements, sums string, err error) {
	modules, err := os.ReadFile(filepath.Join(root, "accounts", "go.mod"))
	if err != nil {
		return "", "", err
	}
	_, requirements, _ = strings.Cut(string(modules), "\n")
	data, err := os.ReadFile(filepath.Join(root, "accounts", "go.sum"))
	return requirements, string(data), err
}
