package up

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/portal"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/docs"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/control"
)

// session is one run of the cloud: what it serves, and how that is built.
type session struct {
	ws      workspace.Workspace
	term    *terminal
	builder *build.Incremental
	release local.Release       // what all Regions run
	started []*manifest.Service // the manifests that the cloud started with
	cloud   *local.Cloud

	data     kept
	recorder *control.Recorder
}

// prepare builds what the cloud needs to start: the deployable document, the functions
// that health checks call, and the function of the first request that the terminal shows.
// The others are built when they are called.
func (s *session) prepare(ctx context.Context) error {
	if err := s.term.step("generate", func() (string, error) {
		generated, err := s.builder.Generate(ctx)
		if len(generated) == 0 {
			return "every context is up to date", err
		}
		return strings.Join(generated, ", "), err
	}); err != nil {
		return err
	}
	if err := s.term.step("contract", func() (string, error) {
		return "dist/openapi.json, dist/deployable.json", s.merge(&s.release)
	}); err != nil {
		return err
	}
	return s.term.step("build", func() (string, error) {
		binaries, err := s.builder.Functions(ctx)
		if err != nil {
			return "", err
		}
		s.release.Binaries = binaries
		if err := s.builder.Build(ctx, append(s.builder.Health(), s.first()...)...); err != nil {
			return "", err
		}
		built, all := s.count()
		return fmt.Sprintf("%d of %d Lambdas; the others when they are called", built, all), s.builder.Prune()
	})
}

// first returns the binary of the function that serves firstPath, if an operation does.
func (s *session) first() []string {
	path := firstPath(s.release.Services)
	for _, service := range s.release.Services {
		for name, f := range service.Functions {
			if f.Method == http.MethodGet && f.Path == path {
				return []string{s.release.Binaries[service.Name][name]}
			}
		}
	}
	return nil
}

// merge builds the documents of a release from the contexts' files.
func (s *session) merge(release *local.Release) error {
	built, err := build.Documents(s.ws)
	if err != nil {
		return err
	}
	release.Document, release.Specification, release.Services = built.Deployable, built.Specification, built.Services
	release.Checked = build.Served(s.ws, built.Deployable)
	return nil
}

// served remembers that the gateways serve the document of the release: they do not check it
// again when the cloud next starts.
func (s *session) served() error {
	if s.release.Checked {
		return nil
	}
	s.release.Checked = true
	return build.SetServed(s.ws, s.release.Document)
}

// count returns how many functions of the release are built, and how many it has.
func (s *session) count() (built, all int) {
	for _, functions := range s.release.Binaries {
		for _, binary := range functions {
			all++
			if s.builder.Built(binary) {
				built++
			}
		}
	}
	return built, all
}

// build builds a function that is called for the first time.
func (s *session) build(ctx context.Context, binary string) error {
	if s.builder.Built(binary) {
		return nil
	}
	err := s.builder.Prepare(ctx, binary)
	if err != nil && ctx.Err() == nil {
		s.term.failed("build failed", err)
	}
	s.term.show("")
	return err
}

// docsPath is the portal's path on the edge's address.
const docsPath = "/docs"

// mountDocs serves the portal beside the API. Visitors can send requests as the demo
// users. The portal is built from the current documents when someone first opens it.
func (s *session) mountDocs(ctx context.Context) {
	handler := sync.OnceValues(func() (http.Handler, error) {
		cfg, err := docs.ConfigOf(ctx, s.ws)
		if err != nil {
			return nil, err
		}
		cfg.BasePath = docsPath
		cfg.Users = s.portalUsers
		return portal.New(cfg)
	})
	s.cloud.Mount(docsPath, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, err := handler()
		if err != nil {
			s.term.failed("docs failed", err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h.ServeHTTP(w, r)
	}))
}

func (s *session) portalUsers() ([]portal.User, error) {
	var list []portal.User
	for _, u := range s.cloud.Users() {
		access, _, err := s.cloud.Token(u.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, portal.User{Name: u.Name, AccessToken: access})
	}
	return list, nil
}
