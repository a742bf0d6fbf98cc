package up

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/up/running"
	"github.com/meridian-api/meridian/infra/up/shell"
)

// Describe returns the description of the running cloud, with a token of each user.
func Describe(cloud *local.Cloud) (running.Cloud, error) {
	d := running.Cloud{Edge: cloud.URL(), Console: cloud.URL() + local.ConsolePath, Issuer: cloud.IssuerURL()}
	for _, r := range cloud.Regions() {
		d.Regions = append(d.Regions, running.Region{Name: r.Name, URL: r.URL, DynamoDB: r.DynamoDB})
	}
	for _, u := range cloud.Users() {
		access, id, err := cloud.Token(u.Name)
		if err != nil {
			return d, err
		}
		d.Users = append(d.Users, running.User{
			Name: u.Name, Subject: u.Subject, Email: u.Email, AccessToken: access, IDToken: id,
		})
	}
	return d, nil
}

// controlled is the cloud that commands change. A command that expires tokens writes new
// ones into running.File.
type controlled struct {
	*local.Cloud
	root string
}

// ExpireKeys replaces the keys that sign tokens, and the tokens in running.File.
func (c controlled) ExpireKeys() error {
	if err := c.Cloud.ExpireKeys(); err != nil {
		return err
	}
	d, err := Describe(c.Cloud)
	if err != nil {
		return err
	}
	_, err = running.Write(c.root, d)
	return err
}

// addresses returns where everything of the system with a title is, how long the data of
// the tables lasts, and a first request to make, to path.
func addresses(title, path string, d running.Cloud, data kept) string {
	out := &strings.Builder{}
	fmt.Fprintf(out, "\n%s is up.\n\n", title)
	fmt.Fprintf(out, "  edge       %s\n", d.Edge)
	fmt.Fprintf(out, "  console    %s/\n", d.Console)
	fmt.Fprintf(out, "  docs       %s%s/\n", d.Edge, docsPath)
	for _, r := range d.Regions {
		fmt.Fprintf(out, "  %-10s %s   DynamoDB %s\n", r.Name, r.URL, r.DynamoDB)
	}
	fmt.Fprintf(out, "  issuer     %s\n", d.Issuer)
	fmt.Fprintf(out, "  logs       %s\n", filepath.Join(workspace.Dist, shell.LogsFolder))
	fmt.Fprintf(out, "  data       %s\n", data)
	fmt.Fprintf(out, "  users     ")
	for _, u := range d.Users {
		fmt.Fprintf(out, " %s", u.Name)
	}
	fmt.Fprintf(out, "   (tokens in %s)\n\n", running.File)
	fmt.Fprintf(out, "As %s, from Vancouver:\n\n", d.Users[0].Name)
	fmt.Fprintf(out, "  TOKEN=%s\n", d.Users[0].AccessToken)
	fmt.Fprintf(out, "  curl -i -H \"Authorization: Bearer $TOKEN\" -H 'X-Client-Location: 49.28,-123.12' %s%s\n\n", d.Edge, path)
	fmt.Fprintf(out, "Saved source is swapped in. Press Ctrl-C to stop.\n")
	return out.String()
}

// firstPath returns the path of a first request to make: a read that needs no identifier,
// of the caller's own data if an operation has such a path. Health checks need no token,
// and would show less.
func firstPath(services []*manifest.Service) string {
	var paths []string
	for _, s := range services {
		for _, f := range s.Functions {
			if f.Method == http.MethodGet && !f.Health && !strings.Contains(f.Path, "{") {
				paths = append(paths, f.Path)
			}
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		if own := strings.HasSuffix(a, ownPath); own != strings.HasSuffix(b, ownPath) {
			return map[bool]int{true: -1, false: 1}[own]
		}
		return strings.Compare(a, b)
	})
	return append(paths, docsPath+"/")[0]
}

// ownPath ends the path of an operation on the caller's own data.
const ownPath = "/me"
