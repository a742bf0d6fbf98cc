package provision

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

const (
	copied = "get-public-profile"
	added  = "glance-at-profile"
)

// addOperation adds an operation to profiles: it changes the generated, merged and built
// files as a copy of another operation at a path of its own would. It changes no
// Terraform.
func (h house) addOperation(t *testing.T) *manifest.Service {
	t.Helper()
	h.editJSON(t, filepath.Join("profiles", manifest.File), func(m map[string]any) {
		functions := m["functions"].(map[string]any)
		functions[added] = renamed(t, functions[copied])
	})
	h.editJSON(t, "dist/deployable.json", func(document map[string]any) {
		paths := document["paths"].(map[string]any)
		paths["/profiles/{accountId}/glance"] = renamed(t, paths["/profiles/{accountId}/public"])
	})
	h.write(t, "dist/functions/linux-arm64/profiles/"+added+".zip", []byte(added))
	service, err := manifest.Read(filepath.Join(h.root, "profiles"))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// renamed returns a copy of one operation's part of a file with the names of the new
// operation.
func renamed(t *testing.T, part any) any {
	t.Helper()
	data, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(copied, added, "getPublicProfile", "glanceAtProfile", "{accountId}/public",
		"{accountId}/glance").
		Replace(string(data))
	var out any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (h house) editJSON(t *testing.T, name string, edit func(map[string]any)) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(h.root, name))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	edit(m)
	if data, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	h.write(t, name, data)
}

// actions returns what Terraform would do to a resource, in order.
func (s *system) actions(stack Stack, address string) []string {
	s.Helper()
	return s.actionsOf(stack)[address]
}

// actionsOf returns what Terraform would do to the resources of a stack, by address.
func (s *system) actionsOf(stack Stack) map[string][]string {
	s.Helper()
	if err := s.Terraform.Run(s.Context(), s.workspace.Plan(stack)); err != nil {
		s.Fatal(err)
	}
	show := s.workspace.command(stack, "show", "-no-color", "-json", s.workspace.plan(stack))
	out, err := s.Terraform.Output(s.Context(), show)
	if err != nil {
		s.Fatal(err)
	}
	var plan struct {
		Changes []struct {
			Address string
			Change  struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(out, &plan); err != nil {
		s.Fatal(err)
	}
	actions := map[string][]string{}
	for _, c := range plan.Changes {
		actions[c.Address] = c.Change.Actions
	}
	return actions
}
