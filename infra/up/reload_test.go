package up

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

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
