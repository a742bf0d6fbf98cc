package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// The Regions of the cloud, and the pairs of members that a disturbance cuts.
var (
	regions = []string{"us-east-1", "us-west-2"}
	pairs   = [][2]string{{regions[0], regions[1]}, {regions[0], "witness"}, {regions[1], "witness"}}
)

// locations are near one Region each, for clients that call the edge.
var locations = []string{"45.50,-73.57", "49.28,-123.12"} // Montreal, Vancouver

// world is a cloud with the users of several seeds.
type world struct {
	cloud     *local.Cloud
	clocks    string            // the folder of clocksVariable
	functions []string          // that write, such as "accounts-create-account"
	urls      map[string]string // of gateways by Region, and of the edge
	http      *http.Client
	admin     string // token of an administrator
}

// requestTimeout is how long a client waits for a response.
const requestTimeout = 3 * time.Second

func newWorld(ctx context.Context, ws workspace.Workspace, binaries build.Binaries, seeds []int) (_ *world, err error) {
	built, err := pipeline.Build(ws.Root)
	if err != nil {
		return nil, err
	}
	edge, err := local.Listen(0)
	if err != nil {
		return nil, err
	}
	clocks, err := os.MkdirTemp("", "history")
	if err != nil {
		return nil, errors.Join(err, edge.Close())
	}
	w := &world{clocks: clocks, urls: map[string]string{}, http: &http.Client{
		Timeout: requestTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: clientsOfSeed},
	}}
	cfg := local.Config{
		Settings: local.Settings{Regions: regions}, Edge: edge,
		Release: local.Release{
			Document: built.Deployable.Document, Services: withClocks(built.Services, clocks), Binaries: binaries,
		},
		Log: slog.New(slog.DiscardHandler), FunctionLog: func(_, _, _, _ string) {},
	}
	for _, s := range built.Services {
		for name, f := range s.Functions {
			if writes(f) {
				w.functions = append(w.functions, s.Name+"-"+name)
			}
		}
	}
	slices.Sort(w.functions) // a seed chooses by number
	for _, seed := range seeds {
		for n := range usersOfSeed {
			cfg.Users = append(cfg.Users, issuer.User{
				Name: userName(seed, n), Subject: subject(seed, n),
				Scopes: []string{"accounts/read", "accounts/write", "profiles/read", "profiles/write"},
			})
		}
	}
	if w.cloud, err = local.Start(ctx, cfg); err != nil {
		return nil, errors.Join(err, os.RemoveAll(clocks))
	}
	w.urls[atEdge] = w.cloud.URL()
	for _, r := range w.cloud.Regions() {
		w.urls[r.Name] = r.URL
	}
	if w.admin, _, err = w.cloud.Token("root"); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *world) close() error {
	w.http.CloseIdleConnections()
	return errors.Join(w.cloud.Close(), os.RemoveAll(w.clocks))
}

// writes reports whether a function writes to a table.
func writes(f manifest.Function) bool {
	return slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool {
		return slices.ContainsFunc(g.Actions, func(action string) bool {
			return action == "dynamodb:PutItem" || action == "dynamodb:UpdateItem"
		})
	})
}

// withClocks returns the manifests with clocksVariable in the environment of functions.
func withClocks(services []*manifest.Service, clocks string) []*manifest.Service {
	var list []*manifest.Service
	for _, s := range services {
		changed := *s
		changed.Functions = maps.Clone(s.Functions)
		for name, f := range changed.Functions {
			f.Environment = maps.Clone(f.Environment)
			if f.Environment == nil {
				f.Environment = map[string]string{}
			}
			f.Environment[clocksVariable] = clocks
			changed.Functions[name] = f
		}
		list = append(list, &changed)
	}
	return list
}

// setClocks sets by how much the clocks of a Region's functions are ahead.
func (w *world) setClocks(region string, ahead time.Duration) error {
	file := filepath.Join(w.clocks, region)
	if err := os.WriteFile(file+".new", []byte(strconv.FormatInt(ahead.Milliseconds(), 10)), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// token returns an access token of a user with a verified address.
func (w *world) token(user, email string) (string, error) {
	token, _, err := w.cloud.Token(user, issuer.WithEmail(email))
	return token, err
}

func userName(seed, n int) string { return fmt.Sprintf("seed-%d-%d", seed, n) }
func subject(seed, n int) string {
	return fmt.Sprintf("00000000-0000-4000-8000-%08d%04d", seed, n)
}

// address returns an address that the users of a seed compete for.
func address(seed, n int) string { return fmt.Sprintf("a%d-%d@example.com", seed, n) }
