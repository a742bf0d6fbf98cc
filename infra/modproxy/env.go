package modproxy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/command"
)

// Env returns the variables with which the go command reads the repository's modules
// from the proxy, and all others from where the user's settings say. The checksum
// database does not have modules that are not public yet. A version that the proxy
// does not have is not looked for in a remote repository. others are the URLs of proxies
// to ask before the user's.
//
// If the user's GONOPROXY, or GOPRIVATE, has one of the repository's modules, the go
// command would go past the proxy. Env then clears GONOPROXY.
func (p *Proxy) Env(ctx context.Context, others ...string) ([]string, error) {
	out, err := command.Go(p.Dir, "env", "-json", "GOPROXY", "GONOPROXY", "GONOSUMDB", "GOVCS").Output(ctx)
	if err != nil {
		return nil, err
	}
	var user struct{ GOPROXY, GONOPROXY, GONOSUMDB, GOVCS string }
	if err := json.Unmarshal(out, &user); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	paths := p.paths()
	env := []string{
		"GOPROXY=" + join(slices.Concat([]string{FileURL(p.Dir)}, others, []string{user.GOPROXY})...),
		"GONOSUMDB=" + join(append(slices.Clone(paths), user.GONOSUMDB)...),
	}
	var vcs []string
	for _, path := range paths {
		vcs = append(vcs, path+":off")
		if module.MatchPrefixPatterns(user.GONOPROXY, path) {
			user.GONOPROXY = "none"
		}
	}
	return append(env, "GOVCS="+join(append(vcs, user.GOVCS)...), "GONOPROXY="+user.GONOPROXY), nil
}

// FileURL returns the URL of a module proxy in a folder.
func FileURL(dir string) string {
	dir = filepath.ToSlash(dir)
	if !strings.HasPrefix(dir, "/") {
		dir = "/" + dir // a volume of Windows
	}
	return (&url.URL{Scheme: "file", Path: dir}).String()
}

// paths returns the paths of the repository's modules.
func (p *Proxy) paths() []string {
	paths := slices.Clone(p.claimed)
	for _, r := range p.releases {
		paths = append(paths, r.Module.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ",")
}
