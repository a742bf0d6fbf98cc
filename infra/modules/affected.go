package modules

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Affected is a module whose tests a change can break.
type Affected struct {
	Module string `json:"module"`
	// Reasons are a few words each, such as "accounts/store/read.go changed" or
	// "requires platform".
	Reasons []string `json:"reasons"`
}

// everywhere are the files and folders outside the modules that change how every module
// is built or tested. The others, such as README.md, are for people.
var everywhere = []string{"go.work", ".ci", ".github/workflows"}

// engine are the folders of the program that the tests of stores run without requiring
// its module.
var engine = []string{"infra/cmd/dynamodb", "infra/local/dynamodb"}

// AffectedSince returns the modules that changed after the commit in which HEAD and since
// part, committed or not, and those that depend on them, in go.work's order. A module
// depends on another one if it requires it. In addition, infra's tests run every context,
// and the tests of stores run the embedded engine.
func AffectedSince(ctx context.Context, dir, since string) ([]Affected, error) {
	s, err := Load(dir)
	if err != nil {
		return nil, err
	}
	files, err := changedSince(ctx, s.Root, since)
	if err != nil {
		return nil, err
	}
	ws, err := workspace.Find(s.Root)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range contexts {
		names = append(names, c.Name)
	}
	return s.affected(files, names), nil
}

// changedSince returns the paths of changed files, from root.
func changedSince(ctx context.Context, root, since string) ([]string, error) {
	base, err := git.Run(ctx, root, "merge-base", "--end-of-options", since, "HEAD")
	if err != nil {
		return nil, fmt.Errorf("find the commit in which HEAD and %s part (a shallow clone lacks it): %w", since, err)
	}
	changed, err := git.Run(ctx, root, "diff", "--name-only", "--no-renames", "--relative", "-z", strings.TrimSpace(base))
	if err != nil {
		return nil, err
	}
	added, err := git.Run(ctx, root, "ls-files", "--others", "--exclude-standard", "-z")
	return strings.FieldsFunc(changed+added, func(c rune) bool { return c == 0 }), err
}

// affected returns the modules that changes of files affect.
func (s Set) affected(files, contexts []string) []Affected {
	reasons := map[string][]string{}
	add := func(module, reason string) {
		if !slices.Contains(reasons[module], reason) {
			reasons[module] = append(reasons[module], reason)
		}
	}
	changed := map[string]bool{}
	for _, file := range files {
		for _, m := range s.Modules {
			if inFolder(file, m.Name) && !changed[m.Name] || inAny(file, everywhere) {
				changed[m.Name] = true
				add(m.Name, file+" changed")
			}
			if inAny(file, engine) && (m.Name == "platform" || slices.Contains(contexts, m.Name)) {
				add(m.Name, "its tests run the embedded engine")
			}
		}
	}
	for _, m := range s.Modules {
		if !changed[m.Name] {
			continue
		}
		for _, dependent := range s.Dependents(m) {
			add(dependent.Name, "requires "+m.Name)
		}
		if slices.Contains(contexts, m.Name) {
			add("infra", "its tests run "+m.Name)
		}
	}
	var list []Affected
	for _, m := range s.Modules {
		if reasons[m.Name] != nil {
			list = append(list, Affected{Module: m.Name, Reasons: reasons[m.Name]})
		}
	}
	return list
}

func inFolder(file, folder string) bool {
	return path.Clean(file) == folder || strings.HasPrefix(file, folder+"/")
}

func inAny(file string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return inFolder(file, folder) })
}

// PrintAffected prints the modules that changed since a reference, by default main, with
// their dependents: as JSON if asJSON is true, as text otherwise. Either option may be nil.
func PrintAffected(ctx context.Context, dir string, since *string, asJSON *bool, out io.Writer) error {
	reference := "main"
	if since != nil {
		reference = *since
	}
	list, err := AffectedSince(ctx, dir, reference)
	if err != nil {
		return err
	}
	if asJSON != nil && *asJSON {
		if list == nil {
			list = []Affected{}
		}
		return json.NewEncoder(out).Encode(list)
	}
	for _, a := range list {
		fmt.Fprintf(out, "%-10s %s\n", a.Module, strings.Join(a.Reasons, "; "))
	}
	return nil
}
