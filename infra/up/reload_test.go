package up

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
)

func TestMixedReleases(t *testing.T) {
	s := &session{release: local.Release{Binaries: build.Binaries{"a": {"get": "get-1", "put": "put-1"}}}}
	before := s.release.Binaries
	if got := s.failure(before); got != "reload failed: the cloud runs the code from before" {
		t.Errorf("without a swapped function the terminal shows %q", got)
	}
	next := build.Binaries{"a": {"get": "get-2", "put": "put-2", "new": "new-1"}}
	s.release.Binaries = s.mixed(next, func(binary string) bool { return binary == "get-2" })
	want := build.Binaries{"a": {"get": "get-2", "put": "put-1", "new": "new-1"}}
	if diff := cmp.Diff(want, build.Binaries(s.release.Binaries)); diff != "" {
		t.Errorf("the mix (-want +got):\n%s", diff)
	}
	title := "reload failed: apart from a-get, a-new, the cloud runs the code from before"
	if got := s.failure(before); got != title {
		t.Errorf("the terminal shows %q, want %q", got, title)
	}
}

func TestNewScopes(t *testing.T) {
	one := &manifest.Service{Scopes: map[string]string{"a/read": "Read."}}
	more := &manifest.Service{Scopes: map[string]string{"a/read": "Read more.", "a/write": "Write.", "a/admin": "All."}}
	added := newScopes([]*manifest.Service{one}, []*manifest.Service{more})
	if diff := cmp.Diff([]string{"a/admin", "a/write"}, added); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	if added := newScopes([]*manifest.Service{more}, []*manifest.Service{one}); added != nil {
		t.Errorf("added %q, want nothing after scopes were removed", added)
	}
}
