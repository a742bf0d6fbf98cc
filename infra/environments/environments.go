// Package environments has the settings of this repository's environments, with which the
// settings of a new project begin.
package environments

import (
	"embed"
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
)

//go:embed dev.json prod.json template.json .gitignore
var files embed.FS

// What names operations of this repository's contexts: the executions that they reserve,
// their requests a month, and the one with an objective.
var (
	reserved  = regexp.MustCompile(`"reservedConcurrencyOf": \{[^}]*\}`)
	requests  = regexp.MustCompile(`("default": \d+),[^}]*?(\s*\})`)
	objective = regexp.MustCompile(`("slo": \{\s*"operation": )"[^"]*"`)
)

// Starter returns the files that a project of a system begins with, by name. Accounts,
// domains and addresses are examples.
func Starter(s workspace.System) (map[string][]byte, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		text := reserved.ReplaceAllLiteralString(string(data), `"reservedConcurrencyOf": {}`)
		text = requests.ReplaceAllString(text, "$1$2")
		text = objective.ReplaceAllString(text, `$1""`)
		all[e.Name()] = []byte(strings.ReplaceAll(text, "meridian", s.Name))
	}
	return all, nil
}
