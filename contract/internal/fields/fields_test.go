package fields_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/fields"
)

type inner struct{ Name string }

type outer struct {
	Size    int
	On      bool
	Pointer *inner
	Map     map[string]inner
	List    []string
}

func TestFilled(t *testing.T) {
	want := outer{
		Size: 1, On: true, Pointer: &inner{Name: "value"}, Map: map[string]inner{"key": {Name: "value"}},
		List: []string{"value"},
	}
	if diff := cmp.Diff(want, fields.Filled[outer]()); diff != "" {
		t.Errorf("filled value (-want +got):\n%s", diff)
	}
}

func TestChanges(t *testing.T) {
	var paths []string
	for _, c := range fields.Changes[outer]() {
		paths = append(paths, c.Path)
		if cmp.Equal(c.Value, fields.Filled[outer]()) {
			t.Errorf("%s is not changed", c.Path)
		}
	}
	want := []string{"Size", "On", "Pointer.Name", "Map[].Name", "List[]"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}
