package pipeline

import (
	"cmp"
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
	files, err := workspace.ReadEnvironments[settings](root)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, compareEnvironments)
	var list openapi3.Servers
	for _, file := range files {
		if domain := file.Settings.Domain; domain != "" && !strings.Contains(domain, "{") {
			list = append(list, &openapi3.Server{URL: "https://" + domain, Description: "Environment " + file.Name})
		}
	}
	// The variable has no description: swagger-parser, and with it orval, refuses one in
	// OpenAPI 3.1, because its schema has the keyword "descriptions".
	return append(list, &openapi3.Server{
		URL:         "http://127.0.0.1:{port}",
		Description: "Embedded cloud, started with 'go tool mage up'. The environment variable PORT sets its port",
		Variables:   map[string]*openapi3.ServerVariable{"port": {Default: workspace.LocalPort}},
	}), nil
}

// compareEnvironments orders the files of environments by name, production first.
func compareEnvironments(a, b workspace.EnvironmentFile[settings]) int {
	rank := func(name string) int {
		if name == production {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), cmp.Compare(a.Name, b.Name))
}
