package precondition

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/problem"
)

func TestParseIfMatch(t *testing.T) {
	for field, want := range map[string]Match{
		"*": {Any: true}, " * ": {Any: true},
		`"7"`: {Versions: []int64{7}}, ` "7" , "9"`: {Versions: []int64{7, 9}},
		`"x", "8"`: {Versions: []int64{8}}, `"a,b","8"`: {Versions: []int64{8}},
		`W/"7"`: {}, `7`: {}, `"07"`: {}, `"+7"`: {}, `""7""`: {}, `"7`: {}, `"7" "8"`: {}, `"9223372036854775808"`: {}, `*, "x"`: {}, ",": {},
	} {
		if got, err := ParseIfMatch(field); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %v; want %+v", field, got, err, want)
		}
	}
	for _, field := range []string{"", "  "} {
		if _, err := ParseIfMatch(field); !problem.Is(err, problem.PreconditionRequired) {
			t.Errorf("%q: got %v", field, err)
		}
	}
}

func TestParseOptionalIfMatch(t *testing.T) {
	if m := ParseOptionalIfMatch(nil); !m.Any {
		t.Errorf("absent: got %+v", m)
	}
	for field, want := range map[string]Match{"": {}, "  ": {}, "*": {Any: true}, `"7"`: {Versions: []int64{7}}, "x": {}} {
		if got := ParseOptionalIfMatch(&field); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", field, got, want)
		}
	}
}

func TestIfMatchIsMetByTheVersionsListed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		listed, other := rapid.Int64().Draw(t, "listed"), rapid.Int64().Draw(t, "other")
		m, err := ParseIfMatch(ETag(listed))
		if err != nil || !m.Contains(listed) || m.Contains(other) != (other == listed) {
			t.Fatalf("%+v, %v", m, err)
		}
		if !(Match{Any: true}).Contains(other) || (Match{}).Contains(other) {
			t.Fatal("any is met by every version, none by no version")
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
		if _, err := ParseIfNoneMatch(field); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: got %v", field, err)
		}
	}
}
