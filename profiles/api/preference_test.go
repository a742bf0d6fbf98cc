package api

import (
	"errors"
	"reflect"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
)

func TestToMerge(t *testing.T) {
	dark := "dark"
	got, err := ToMerge(map[string]*Preference{"theme": {Text: &dark}, "sound": nil})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(profiles.Merge{"theme": {Text: &dark}, "sound": nil}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestToMergeReportsViolationsByPointer(t *testing.T) {
	tiny := 1e-101
	_, err := ToMerge(map[string]*Preference{"a b": nil, "size": {Number: &tiny}, "theme": {}})
	var p *problem.Error
	if !errors.As(err, &p) || p.Kind != problem.Invalid {
		t.Fatalf("got %v, want an Invalid problem", err)
	}
	var pointers []string
	for _, f := range p.Fields {
		if f.In != "body" || f.Message == "" {
			t.Errorf("got the field %+v", f)
		}
		pointers = append(pointers, f.Name)
	}
	if diff := cmp.Diff([]string{"", "/size/number", "/theme"}, pointers); diff != "" {
		t.Errorf("pointers (-want +got):\n%s", diff)
	}
}

// TestLimitIsThatOfTheDomain compares the tag, which cannot name a constant.
func TestLimitIsThatOfTheDomain(t *testing.T) {
	if got := field[MergeInput]("Body").Tag.Get("maxProperties"); got != strconv.Itoa(profiles.MaxMerged) {
		t.Errorf("maxProperties of a merge is %s, want %d", got, profiles.MaxMerged)
	}
}

// field returns a field of a struct.
func field[T any](name string) reflect.StructField {
	f, _ := reflect.TypeFor[T]().FieldByName(name)
	return f
}
