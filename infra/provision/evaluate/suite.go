package evaluate

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Suite is a module's tests, from its tests/*.tftest.hcl.
type Suite struct {
	dir  string
	runs []*run
}

// run is a block "run" of a test file.
type run struct {
	name      string
	variables map[string]hcl.Expression
	mocks     Mocks
	asserts   []*hclsyntax.Body
	failures  map[string]bool // the addresses in expect_failures
}

// ParseSuite parses the tests of the module in the folder dir.
func ParseSuite(dir string) (*Suite, error) {
	files, err := filepath.Glob(filepath.Join(dir, "tests", "*.tftest.hcl"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s has no tests/*.tftest.hcl: %w", dir, err)
	}
	s := &Suite{dir: dir}
	for _, name := range files {
		body, err := parseFile(name)
		if err != nil {
			return nil, err
		}
		if err := s.add(body); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

func (s *Suite) add(body *hclsyntax.Body) error {
	mocks, variables := Mocks{}, map[string]hcl.Expression{}
	for _, b := range body.Blocks {
		switch b.Type {
		case "mock_provider":
			for _, m := range b.Body.Blocks {
				v, err := constant(m.Body.Attributes["defaults"].Expr)
				if err != nil {
					return err
				}
				mocks[strings.TrimPrefix("data."+m.Labels[0], map[string]string{"mock_resource": "data."}[m.Type])] = v
			}
		case "variables":
			maps.Copy(variables, expressions(b.Body))
		case "override_resource", "override_data":
			if err := override(mocks, b); err != nil {
				return err
			}
		case "run":
			r, err := parseRun(b, mocks, variables)
			if err != nil {
				return fmt.Errorf("run %s: %w", b.Labels[0], err)
			}
			s.runs = append(s.runs, r)
		default:
			return fmt.Errorf("unknown block %s", b.Type)
		}
	}
	return nil
}

func expressions(body *hclsyntax.Body) map[string]hcl.Expression {
	m := map[string]hcl.Expression{}
	for name, a := range body.Attributes {
		m[name] = a.Expr
	}
	return m
}

func constant(expr hcl.Expression) (cty.Value, error) {
	v, diags := expr.Value(&hcl.EvalContext{Functions: pureFunctions})
	if diags.HasErrors() {
		return v, diags
	}
	return v, nil
}

func parseRun(b *hclsyntax.Block, mocks Mocks, variables map[string]hcl.Expression) (*run, error) {
	r := &run{name: b.Labels[0], variables: maps.Clone(variables), mocks: maps.Clone(mocks), failures: map[string]bool{}}
	for name, a := range b.Body.Attributes {
		switch name {
		case "command":
		case "expect_failures":
			for _, t := range a.Expr.Variables() {
				r.failures[addressOf(t)] = true
			}
		default:
			return nil, fmt.Errorf("unknown argument %s", name)
		}
	}
	for _, inner := range b.Body.Blocks {
		switch inner.Type {
		case "variables":
			maps.Copy(r.variables, expressions(inner.Body))
		case "assert":
			r.asserts = append(r.asserts, inner.Body)
		case "override_data", "override_resource":
			if err := override(r.mocks, inner); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("unknown block %s", inner.Type)
		}
	}
	return r, nil
}

// override adds the values of a block override_data or override_resource.
func override(mocks Mocks, b *hclsyntax.Block) error {
	v, err := constant(b.Body.Attributes["values"].Expr)
	if err == nil {
		mocks[addressOf(b.Body.Attributes["target"].Expr.Variables()[0])] = v
	}
	return err
}

// addressOf returns a traversal as text.
func addressOf(t hcl.Traversal) string {
	parts := []string{t.RootName()}
	for _, step := range t[1:] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			parts = append(parts, a.Name)
		}
	}
	return strings.Join(parts, ".")
}

// Base is the evaluation of a suite whose tests all pass.
type Base struct {
	suite  *Suite
	module *Module
	runs   []*known
}

// Evaluate runs the tests, and returns the error of the first that fails: a broken
// assertion, an error of an expression, or a failure that is not expected.
func (s *Suite) Evaluate(load Loader) (*Base, error) {
	m, err := load(s.dir)
	if err != nil {
		return nil, err
	}
	base := &Base{suite: s, module: m}
	for _, r := range s.runs {
		k := newKnown(nil)
		if err := s.run(r, load, k, nil); err != nil {
			return nil, fmt.Errorf("run %s: %w", r.name, err)
		}
		base.runs = append(base.runs, k)
	}
	return base, nil
}

// Evaluate runs the tests that a change can break, with modules that have the change. It
// returns the error of the first that fails. path is the file with the change, and item
// what it changes: local.NAME, var.NAME, output.NAME, module.NAME, provider.NAME,
// TYPE.NAME or data.TYPE.NAME. With values, a value that is different is an error too.
func (b *Base) Evaluate(load Loader, path, item string, values bool) error {
	for i, r := range b.suite.runs {
		changed := b.runs[i].addresses(path, item)
		if len(changed) == 0 {
			continue
		}
		affected := b.runs[i].dependents(changed)
		k := newKnown(b.runs[i].without(affected))
		if err := b.suite.run(r, load, k, affected); err != nil {
			return fmt.Errorf("run %s: %w", r.name, err)
		}
		if len(r.failures) > 0 || !values {
			continue
		}
		if err := b.compare(b.runs[i], k, affected); err != nil {
			return fmt.Errorf("values of run %s: %w", r.name, err)
		}
	}
	return nil
}

// compare returns an error with the first value that is different.
func (b *Base) compare(before, after *known, affected map[string]bool) error {
	want, err := before.values(b.module, affected)
	if err != nil {
		return err
	}
	got, err := after.values(b.module, affected)
	if err != nil {
		return err
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			return fmt.Errorf("got %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			return fmt.Errorf("lacks %s", line)
		}
	}
	return nil
}

// testdata is part of the path of the files that tests use in place of the repository's own,
// which change with every operation.
const testdata = "testdata/"

// Values returns the values of all runs that expect no failure (see Suite.Check). Runs with
// the same variables have the same values, and the values of later runs are listed as far
// as they differ from the first one's.
func (b *Base) Values() ([]string, error) {
	var first, all []string
	seen := map[string]bool{}
	for i, r := range b.suite.runs {
		name, err := r.inputs()
		if err != nil {
			return nil, err
		}
		if len(r.failures) > 0 || seen[name] || !strings.Contains(name, testdata) {
			continue
		}
		seen[name] = true
		lines, err := b.runs[i].values(b.module, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, "", "# "+name)
		if first == nil {
			first = lines
			all = append(all, group(lines)...)
			continue
		}
		all = append(all, group(difference(lines, first))...)
		all = append(all, gone(first, lines)...)
	}
	return all, nil
}

// difference returns the lines of a that b does not have.
func difference(a, b []string) []string {
	in := map[string]bool{}
	for _, line := range b {
		in[line] = true
	}
	var lines []string
	for _, line := range a {
		if !in[line] {
			lines = append(lines, line)
		}
	}
	return lines
}

// gone returns a line for each address, or for each path of an address that is left, that
// is in before and not in after.
func gone(before, after []string) []string {
	addresses, paths := map[string]bool{}, map[string]bool{}
	for _, line := range after {
		path, _, _ := strings.Cut(line, " = ")
		address, _ := splitAddress(path)
		addresses[address], paths[path] = true, true
	}
	var lines []string
	for _, line := range before {
		path, _, _ := strings.Cut(line, " = ")
		switch address, _ := splitAddress(path); {
		case !addresses[address]:
			lines = append(lines, "without "+address)
		case !paths[path]:
			lines = append(lines, "without "+path)
		}
	}
	return slices.Compact(lines)
}

// inputs returns the variables of a run, and what it overrides.
func (r *run) inputs() (string, error) {
	var parts []string
	for _, name := range sorted(r.variables) {
		v, err := constant(r.variables[name])
		if err != nil {
			return "", err
		}
		if err := flatten(&parts, name, v); err != nil {
			return "", err
		}
	}
	return strings.Join(parts, ", "), nil
}

// run runs one test. With affected, it checks only the assertions among them.
func (s *Suite) run(r *run, load Loader, k *known, affected map[string]bool) error {
	m, err := load(s.dir)
	if err != nil {
		return err
	}
	inputs := map[string]given{}
	for name, expr := range r.variables {
		v, err := constant(expr)
		if err != nil {
			return err
		}
		if _, ok := m.variables[name]; ok {
			inputs[name] = func() (cty.Value, error) { return v, nil }
		}
	}
	in, err := newInstance(m, s.dir, "", inputs, r.mocks, load, k)
	if err != nil {
		return err
	}
	conditions, errs := in.all()
	if len(errs) > 0 {
		return errs[0]
	}
	if !maps.Equal(conditions, r.failures) {
		return fmt.Errorf("conditions that do not hold: %v, want %v", sorted(conditions), sorted(r.failures))
	}
	if len(r.failures) > 0 {
		return nil
	}
	for i, a := range r.asserts {
		name := fmt.Sprintf("assert.%d", i)
		if affected != nil && !affected[name] {
			continue
		}
		leave := k.enter(name)
		err := in.condition(name, a, nil)
		leave()
		var broken *conditionError
		if errors.As(err, &broken) {
			return fmt.Errorf("%s: %s", a.SrcRange, broken.message)
		} else if err != nil {
			return err
		}
	}
	return nil
}
