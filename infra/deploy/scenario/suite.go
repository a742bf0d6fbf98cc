package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/command"
)

// suite is a workspace in which scenarios run, one after the other.
type suite struct {
	*sandbox
	program program
	short   bool // what takes time takes less
	saved   bool // whether there is a deployed environment to begin with
}

// open makes a workspace in the folder dir from the monorepo at root, and compiles the
// program. terraform is the program to run in place of "terraform", if not empty.
func open(ctx context.Context, root, dir, terraform string, short bool) (*suite, error) {
	path, err := exec.LookPath(cmp.Or(terraform, "terraform"))
	if err != nil {
		return nil, fmt.Errorf("scenarios deploy with Terraform itself: install it, or name the program with TERRAFORM: %w", err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	w, err := newSandbox(ctx, root, dir)
	if err != nil {
		return nil, err
	}
	s := &suite{sandbox: w, short: short, program: program{path: filepath.Join(dir, dist, "mage"), terraform: path}}
	if err := command.Go(root, "tool", "mage", "-d", "infra/deploy", "-compile", s.program.path).Run(ctx); err != nil {
		return nil, err
	}
	if out, err := s.program.command(w, nil, "generate").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("generate the contexts' files: %w\n%s", err, out)
	}
	return s, errors.Join(w.commit(ctx), w.git(ctx, "tag", "saved"))
}

// run runs a scenario.
func (s *suite) run(ctx context.Context, sc scenario) result {
	a := &attempt{sandbox: s.sandbox, program: s.program, short: s.short}
	defer a.close()
	err := s.prepare(ctx, sc)
	if err == nil {
		err = sc.run(ctx, a)
	}
	return result{name: sc.name, cost: a.cost, notes: a.notes, err: errors.Join(append(a.failures, err)...)}
}

// prepare takes the workspace to where a scenario begins.
func (s *suite) prepare(ctx context.Context, sc scenario) error {
	if sc.fresh || s.saved {
		return s.reset(ctx, !sc.fresh)
	}
	if err := s.reset(ctx, false); err != nil {
		return err
	}
	a := &attempt{sandbox: s.sandbox, program: s.program}
	defer a.close()
	if _, err := a.must("deploy:all", "-create"); err != nil {
		return err
	}
	s.saved = true
	return s.save()
}

// result is what a scenario came to.
type result struct {
	name string
	cost
	notes []string
	err   error
}

func (r result) verdict() string {
	if r.err != nil {
		return "FAILED"
	}
	return "passed"
}

// printAll prints a table of the results. It returns an error if a scenario failed.
func printAll(out io.Writer, results []result) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nSCENARIO\tRESULT\tWALL\tTERRAFORM\tCPU\tTERRAFORM\tLINES")
	failed := 0
	total := result{name: "all"}
	row := func(r result) {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", r.name, r.verdict(), round(r.wall), round(r.terraformWall),
			round(r.cpu), round(r.terraformCPU), r.lines)
	}
	for _, r := range results {
		row(r)
		total.add(r.cost)
		total.err = errors.Join(total.err, r.err)
		if r.err != nil {
			failed++
		}
	}
	row(total)
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nTERRAFORM is the part in which Terraform ran, as far as the runs lived to report it.")
	for _, r := range results {
		for _, note := range r.notes {
			fmt.Fprintf(out, "%s: %s\n", r.name, note)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(results))
	}
	return nil
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
