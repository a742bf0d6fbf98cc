package precondition

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/problem"
)

func TestParseIfMatch(t *testing.T) {
	for _, test := range []struct {
		field string
		want  Match
	}{
		{`*`, Match{Any: true}},
		{` * `, Match{Any: true}},
		{`"7"`, Match{Versions: []int64{7}}},
		{` "7" , "9"`, Match{Versions: []int64{7, 9}}},
		{`"x", "8"`, Match{Versions: []int64{8}}},
		{`"a,b","8"`, Match{Versions: []int64{8}}},
		{`"-1"`, Match{Versions: []int64{-1}}},
		{`W/"7"`, Match{}},
		{`7`, Match{}},
		{`"07"`, Match{}},
		{`"+7"`, Match{}},
		{`""7""`, Match{}},
		{`"7`, Match{}},
		{`"7" "8"`, Match{}},
		{`"9223372036854775808"`, Match{}},
		{`*, "x"`, Match{}},
		{`,`, Match{}},
	} {
		t.Run(test.field, func(t *testing.T) {
			got, err := ParseIfMatch(test.field)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseIfMatchRequiresTheField(t *testing.T) {
	for _, field := range []string{"", "  "} {
		if m, err := ParseIfMatch(field); !problem.Is(err, problem.PreconditionRequired) {
			t.Errorf("%q: got %+v, %v", field, m, err)
		}
	}
}

func TestParseOptionalIfMatch(t *testing.T) {
	field := func(s string) *string { return &s }
	for _, test := range []struct {
		name  string
		field *string
		want  Match
	}{
		{"absent", nil, Match{Any: true}},
		{"empty", field(""), Match{}},
		{"space", field("  "), Match{}},
		{"asterisk", field("*"), Match{Any: true}},
		{"tag", field(`"7"`), Match{Versions: []int64{7}}},
		{"malformed", field("x"), Match{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, ParseOptionalIfMatch(test.field)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatchContainsTheListedVersions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		listed, other := rapid.Int64().Draw(t, "listed"), rapid.Int64().Draw(t, "other")
		m, err := ParseIfMatch(ETag(listed))
		if err != nil || !m.Contains(listed) || m.Contains(other) != (other == listed) {
			t.Fatalf("%+v, %v", m, err)
		}
		if !(Match{Any: true}).Contains(other) || (Match{}).Contains(other) {
			t.Fatal("Any must contain every version, and the zero Match no version")
		}
	})
}

func TestParseIfNoneMatch(t *testing.T) {
	for field, want := range map[string]bool{"": false, "*": true, " *": true} {
		if got, err := ParseIfNoneMatch(field); err != nil || got != want {
			t.Errorf("%q: got %v, %v", field, got, err)
		}
	}
	for _, field := range []string{`"7"`, "* *", `*, "7"`} {
		got, err := ParseIfNoneMatch(field)
		var p *problem.Error
		if got || !errors.As(err, &p) || p.Kind != problem.Invalid {
			t.Fatalf("%q: got %v, %v", field, got, err)
		}
		want := []problem.Field{{In: "header", Name: "If-None-Match", Message: "must be *"}}
		if diff := cmp.Diff(want, p.Fields); diff != "" {
			t.Errorf("%q: fields (-want +got):\n%s", field, diff)
		}
	}
}

func TestIfNoneMatchLists(t *testing.T) {
	for _, test := range []struct {
		field, etag string
		want        bool
	}{
		{`"7"`, `"7"`, true},
		{`W/"7"`, `"7"`, true},
		{`"7"`, `W/"7"`, true},
		{`"1", "7"`, `"7"`, true},
		{`"7" ,"1"`, `"7"`, true},
		{`*`, `"7"`, true},
		{` * `, `"7"`, true},
		{`"8"`, `"7"`, false},
		{`7`, `"7"`, false},
		{``, `"7"`, false},
		{`"1", *`, `"7"`, false},
	} {
		t.Run(test.field+" and "+test.etag, func(t *testing.T) {
			if got := IfNoneMatchLists(test.field, test.etag); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
