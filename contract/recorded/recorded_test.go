package recorded

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const good = `Shows something
in two lines.

date: 2024-07-18
strength: recorded
source: https://example.com/a (test_a)
source: https://example.com/b
differs: body: it is shorter

-- request --
GET / HTTP/1.1
-- response --
200
`

func load(t *testing.T, text string) ([]Case, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "below"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "below", "c.txtar"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Load(dir)
}

func TestLoad(t *testing.T) {
	cases, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	c := cases[0]
	request, _ := c.Section("request")
	_, event := c.Section("event")
	got := []any{
		c.Name, c.Shows, c.Field("date"), c.All("source"), c.Differs, request, event, c.Sections(), c.Field("note"),
	}
	want := []any{
		"below/c", "Shows something in two lines.", "2024-07-18",
		[]string{"https://example.com/a (test_a)", "https://example.com/b"},
		map[string]string{"body": "it is shorter"}, "GET / HTTP/1.1\n", false, []string{"request", "response"}, "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, from, to, want string }{
		{"no sentence", "Shows something\nin two lines.", "", "no sentence"},
		{"no date", "2024-07-18", "lately", `date "lately"`},
		{"another strength", "strength: recorded", "strength: hearsay", `strength "hearsay"`},
		{"no source", "source: https://example.com/a (test_a)\nsource: https://example.com/b", "note: x", "no source"},
		{"a source without a link", "https://example.com/b", "a book", `source "a book"`},
		{"no field", "strength: recorded", "strength recorded", `line "strength recorded"`},
		{"a difference without its part", "body: it is shorter", "shorter", `line "differs: shorter"`},
		{"two sections", "-- response --", "-- request --", `two sections "request"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := load(t, strings.Replace(good, test.from, test.to, 1))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("an empty folder has no error")
	}
}

// reports keeps what a test would report.
type reports []string

func (r *reports) Helper() {}

func (r *reports) Errorf(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

func TestJudge(t *testing.T) {
	c := Case{Shows: "Shows.", Differs: map[string]string{"body": "shorter"}}
	tests := []struct {
		name  string
		found map[string]string
		want  reports
	}{
		{"as declared", map[string]string{"body": "got 1, want 2"}, nil},
		{"another difference", map[string]string{"body": "x", "status": "got 1, want 2"},
			reports{"Shows.\nstatus: got 1, want 2"}},
		{"the difference is gone", nil, reports{`body is as recorded now: remove the line "differs: body"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got reports
			c.Judge(&got, test.found)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	type object = map[string]any
	tests := []struct {
		name      string
		want, got any
		exact     bool
		paths     []string
	}{
		{"equal", object{"a": []any{"x", nil, 1.0}}, object{"a": []any{"x", nil, 1.0}}, true, nil},
		{"a value", object{"a": object{"b": "x"}}, object{"a": object{"b": "y"}}, true, []string{"a.b"}},
		{"an element", object{"a": []any{"x"}}, object{"a": []any{"y"}}, true, []string{"a.0"}},
		{"a length", object{"a": []any{"x"}}, object{"a": []any{}}, true, []string{"a"}},
		{"no object", object{"a": object{}}, object{"a": "x"}, true, []string{"a"}},
		{"an absent field", object{"a": nil}, object{}, true, []string{"a"}},
		{"one more field, exact", object{}, object{"a": 1.0}, true, []string{"a"}},
		{"one more field", object{}, object{"a": 1.0}, false, nil},
		{"a wildcard", object{"a": "<any>"}, object{"a": "x"}, true, nil},
		{"a wildcard for nothing", object{"a": "<any>"}, object{"a": nil}, true, []string{"a"}},
		{"a wildcard with a form", object{"a": "<uuid>"}, object{"a": "x"}, true, []string{"a"}},
		{"a number with a form", object{"a": "<milliseconds>"}, object{"a": 1718636426760.0}, true, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var paths []string
			for path := range Compare("", test.want, test.got, test.exact) {
				paths = append(paths, path)
			}
			if diff := cmp.Diff(test.paths, paths); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatchesText(t *testing.T) {
	const id = "5b3f1c2e-0000-4000-8000-000000000001"
	tests := []struct {
		name, want, got string
		matches         bool
	}{
		{"equal", "a < b", "a < b", true},
		{"another text", "a", "b", false},
		{"a wildcard in a sentence", "RequestId: <uuid> Error: (x)", "RequestId: " + id + " Error: (x)", true},
		{"the rest of the sentence", "RequestId: <uuid> Error: (x)", "RequestId: " + id + " Error: (y)", false},
		{"a value of another form", "Duration: <number> ms", "Duration: long ms", false},
		{"a fraction", "Duration: <number> ms", "Duration: 3000.25 ms", true},
		{"only a part of the text", "<number>", "5 ms", false},
		{"an unknown wildcard in a sentence", "see <page>", "see this", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := MatchesText(test.want, test.got); got != test.matches {
				t.Errorf("got %v, want %v", got, test.matches)
			}
		})
	}
}
