package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/release"
)

// sourcesSite returns a site with a repository, of which nothing is built.
func sourcesSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.openTo(t.Output())
	s.git("init", "-q")
	s.commit()
	return s
}

func (s *site) git(args ...string) {
	s.t.Helper()
	cmd := exec.CommandContext(
		s.t.Context(),
		"git",
		append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com"}, args...)...)
	cmd.Dir = s.root
	if text, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("git %q: %v\n%s", args, err, text)
	}
}

func (s *site) commit() {
	s.t.Helper()
	s.write(".gitignore", "dist/\n")
	s.git("add", "-A")
	s.git("commit", "-qm", "Commit")
}

func (s *site) sourcesID() string {
	s.t.Helper()
	ws, err := workspace.Find(s.root)
	if err != nil {
		s.t.Fatal(err)
	}
	id, err := sourcesID(s.t.Context(), ws)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func TestSourcesID(t *testing.T) {
	s := sourcesSite(t)
	before := s.sourcesID()
	for _, test := range []struct {
		name   string
		change func()
		same   bool
	}{
		{name: "nothing", change: func() {}, same: true},
		{name: "what is built", change: func() { s.write("one/dist/x", "x") }, same: true},
		{name: "a source that git does not know", change: func() { s.write("one/api/new.go", "package api\n") }},
		{name: "a source", change: func() { s.write("one/api/new.go", "package api // changed\n") }},
		{name: "a setting of the build", change: func() { t.Setenv("GOPROXY", "off") }},
		{name: "the commit", change: s.commit},
		{name: "a tag", change: func() { s.git("tag", "one/v0.1.0") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.change()
			after := s.sourcesID()
			if (after == before) != test.same {
				t.Errorf("the identifier is the same: %t, want %t", after == before, test.same)
			}
			before = after
		})
	}
}

// TestReuse takes away, one at a time, what a build can be reused with.
func TestReuse(t *testing.T) {
	for _, test := range []struct {
		name    string
		sources string
		change  func(s *site, session *session)
		reused  bool
	}{
		{name: "the same", sources: "a", change: func(*site, *session) {}, reused: true},
		{name: "other sources", sources: "b", change: func(*site, *session) {}},
		{name: "another site", sources: "a",
			change: func(s *site, _ *session) { s.write("dist/site/index.html", "changed") }},
		{name: "no site", sources: "a",
			change: func(s *site, _ *session) { os.RemoveAll(filepath.Join(s.root, "dist", "site")) }},
		{name: "a release that is not stored", sources: "a", change: func(s *site, session *session) {
			if err := session.store.Prune(s.t.Context(), 0); err != nil {
				s.t.Fatal(err)
			}
		}},
		{name: "a file that was cut off", sources: "a", change: func(_ *site, session *session) {
			os.WriteFile(session.lastBuildFile(), []byte(`{"sources": "a`), 0o600)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			var out strings.Builder
			session := s.openTo(&out)
			r := s.lastBuiltOf(session, "a")
			test.change(s, session)
			got, err := session.reuse(t.Context(), test.sources)
			if err != nil || (got != nil) != test.reused {
				t.Fatalf("got %v, %v; want it reused: %t", got, err, test.reused)
			}
			if test.reused && (got.ID() != r.ID() || !strings.Contains(out.String(), "release "+r.ID()+" was built")) {
				t.Errorf("got release %s with %q, want %s", got.ID(), out.String(), r.ID())
			}
		})
	}
}

// lastBuiltOf stores a release and notes it as the last build of sources.
func (s *site) lastBuiltOf(session *session, sources string) *release.Release {
	s.t.Helper()
	r, err := s.build(s.t.Context(), session)
	if err != nil {
		s.t.Fatal(err)
	}
	site, err := folderID(filepath.Join(s.root, "dist", "site"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := session.noteBuild(lastBuild{Sources: sources, Site: site, Release: r.ID()}); err != nil {
		s.t.Fatal(err)
	}
	return r
}
