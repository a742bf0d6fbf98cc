package pipeline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/workspace"
)

// production is the name of the environment that clients use by default.
const production = "prod"

// settings is the part of an environment's settings that the specification shows.
type settings struct {
	// Domain is the host of the API. It is empty if the environment has no domain of its own.
	Domain string `json:"domain"`
}

// servers returns the servers of the API: every environment with a domain, production
// first, because client generators take the first server as the default, and the
// embedded cloud. The template for environments without settings of their own is not a
// server: its domain has a placeholder.
func servers(root string) (openapi3.Servers, error) {
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(workspace.Environments), "*.json"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, compareEnvironments)
	var list openapi3.Servers
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var s settings
		if err := json.Unmarshal(data, &s); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if s.Domain != "" && !strings.Contains(s.Domain, "{") {
			list = append(list, &openapi3.Server{
				URL: "https://" + s.Domain, Description: "Environment " + environment(file),
			})
		}
	}
	return append(list, &openapi3.Server{
		URL: "http://127.0.0.1:{port}", Description: "Embedded cloud, started with 'go tool mage up'",
		Variables: map[string]*openapi3.ServerVariable{
			"port": {Default: workspace.LocalPort, Description: "Value of PORT."},
		},
	}), nil
}

// compareEnvironments orders the files of environments by name, production first.
func compareEnvironments(a, b string) int {
	rank := func(file string) int {
		if environment(file) == production {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

func environment(file string) string { return strings.TrimSuffix(filepath.Base(file), ".json") }
