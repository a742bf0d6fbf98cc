package scaffold

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"unicode"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/platform/system"
)

// lastElement returns the last element of a module path, before a major version such as v2.
func lastElement(modulePath string) string {
	if prefix, _, ok := module.SplitPathVersion(modulePath); ok {
		modulePath = prefix
	}
	return path.Base(modulePath)
}

// newSystem returns the names of the project with the module path. The path itself stays as
// it is: only the names of resources, in which AWS allows fewer characters, are derived from
// its last element, unless name is set. For github.com/Acme/my-shop.api they are myshopapi
// and, for people, My Shop Api.
func newSystem(modulePath, name string) (workspace.System, error) {
	parts := strings.FieldsFunc(lastElement(modulePath), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	s := workspace.System{System: system.System{Name: cmp.Or(name, strings.ToLower(strings.Join(parts, "")))}}
	for i, part := range parts {
		parts[i] = upperFirst(part)
	}
	s.Title = strings.Join(parts, " ")
	if rest, ok := strings.CutPrefix(modulePath, "github.com/"); ok && strings.Count(rest, "/") == 1 {
		s.Repository = rest
	}
	err := s.Check()
	if err != nil && name == "" {
		return s, fmt.Errorf("no name of the system can be derived from %s, set -name=NAME: %w", modulePath, err)
	}
	return s, err
}
