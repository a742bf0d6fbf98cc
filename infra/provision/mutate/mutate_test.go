package mutate

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// mutants returns the changes of a file.
func mutants(t *testing.T, text string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "main.tf")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	source, body, err := parse(path)
	if err != nil {
		t.Fatal(err)
	}
	f := &finder{path: path, text: source, kinds: map[string][]string{"aws_kms_key": {"a", "b"}}}
	f.file(body)
	var changes []string
	for _, m := range f.found {
		if string(m.Text()) == text {
			t.Errorf("line %d: the mutant of %s changes nothing", m.Line, m.Item)
		}
		changes = append(changes, m.Change())
	}
	return changes
}

func TestOperators(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{
			name: "numbers", text: "locals {\n  a = 14.4\n}",
			want: []string{"a = 14.4 → a = 15.4"},
		},
		{
			name: "truth", text: "locals {\n  a = true\n}",
			want: []string{"a = true → a = false"},
		},
		{
			name: "texts with a plausible opposite", text: "locals {\n  a = \"notBreaching\"\n}",
			want: []string{`a = "notBreaching" → a = "breaching"`},
		},
		{
			name: "parts of texts", text: "locals {\n  a = \"${var.b}-c\"\n}",
			want: []string{`a = "${var.b}-c" → a = "${var.b}-cX"`},
		},
		{
			name: "empty texts", text: "locals {\n  a = \"\"\n}",
			want: []string{`a = "" → a = "X"`},
		},
		{
			name: "operators", text: "locals {\n  a = var.b <= var.c\n}",
			want: []string{"a = var.b <= var.c → a = var.b < var.c"},
		},
		{
			name: "negations", text: "locals {\n  a = !var.b\n}",
			want: []string{"a = !var.b → a = var.b"},
		},
		{
			name: "choices", text: "locals {\n  a = var.b ? var.c : var.d\n}",
			want: []string{"a = var.b ? var.c : var.d → a = var.b ? var.d : var.c"},
		},
		{
			name: "elements", text: "locals {\n  a = [var.b, var.c]\n}",
			want: []string{"a = [var.b, var.c] → a = [ var.c]", "a = [var.b, var.c] → a = [var.b, ]"},
		},
		{
			name: "members", text: "locals {\n  a = { b = var.c }\n}",
			want: []string{"a = { b = var.c } → a = { }", "a = { b = var.c } → a = { bX = var.c }"},
		},
		{
			name: "conditions of loops", text: "locals {\n  a = [for b in var.c : b if b == var.d]\n}",
			want: []string{
				"a = [for b in var.c : b if b == var.d] → a = [for b in var.c : b ]",
				"a = [for b in var.c : b if b == var.d] → a = [for b in var.c : b if b != var.d]",
			},
		},
		{
			name: "resources of the same type", text: "locals {\n  a = aws_kms_key.a.arn\n}",
			want: []string{"a = aws_kms_key.a.arn → a = aws_kms_key.b.arn"},
		},
		{
			name: "arguments, blocks and conditions, and no prose",
			text: "resource \"x\" \"y\" {\n  description = \"d\"\n  a = var.b\n  c {\n    d = 1\n  }\n" +
				"  lifecycle {\n    precondition {\n      condition = var.e && var.f\n      error_message = \"no\"\n    }\n  }\n}",
			want: []string{
				"a = var.b → (nothing)",
				"c { d = 1 } → (nothing)",
				"d = 1 → (nothing)",
				"d = 1 → d = 2",
				"condition = var.e && var.f → condition = var.e || var.f",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, mutants(t, test.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMutantsOfTheRepository(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	all, err := find(ws.Root)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 4000 {
		t.Errorf("%d mutants, want at least 4000", len(all))
	}
	for _, m := range all {
		if m.Item == "" || m.File == "" || bytes.Equal(m.Text(), m.source) {
			t.Errorf("%s changes nothing, or nothing that is known", m)
		}
	}
	equivalents, err := readEquivalents(equivalentJSON)
	if err != nil {
		t.Fatal(err)
	}
	if names := stale(equivalents, all); len(names) > 0 {
		t.Errorf("equivalent.json has mutants that do not exist: %s", strings.Join(names, "\n"))
	}
	if faults, err := plant(ws.Root); err != nil || len(faults) != 7 {
		t.Errorf("%d planted faults, want 7: %v", len(faults), err)
	}
}

func TestEquivalents(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{name: "no reason", data: `[{"file": "a.tf", "change": "b → c"}]`, want: "a.tf: b → c has no reason"},
		{
			name: "twice", want: "is there twice",
			data: `[{"file": "a", "change": "b", "reason": "c"}, {"file": "a", "change": "b", "reason": "c"}]`,
		},
		{name: "no list", data: `{}`, want: "equivalent.json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := readEquivalents([]byte(test.data)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
	if diff := cmp.Diff([]string{"a: b"}, stale(map[string]equivalent{"a: b": {}}, nil)); diff != "" {
		t.Errorf("stale entries (-want +got):\n%s", diff)
	}
}

func TestReport(t *testing.T) {
	m := Mutant{File: "a.tf", Line: 3, source: []byte("x = 1\n"), start: 4, end: 5, text: "2"}
	killed, listed := errors.New("run a: broken"), map[string]equivalent{"a.tf: x = 1 → x = 2": {Reason: "r"}}
	for _, test := range []struct {
		name        string
		killer      error
		equivalents map[string]equivalent
		want, err   string
	}{
		{name: "killed", killer: killed, want: "1 killed by assertions and errors"},
		{name: "killed by a value", killer: errors.New("values of run a: got x"), want: "1 by the lists of values"},
		{name: "survived", want: "survived a.tf:3: x = 1 → x = 2", err: "1 mutants survived"},
		{name: "equivalent", equivalents: listed, want: "1 equivalent, 0 survived"},
		{name: "killed and listed", killer: killed, equivalents: listed, err: "remove a.tf: x = 1 → x = 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			r := &report{out: &out, equivalents: test.equivalents}
			r.add(outcome{m, test.killer})
			err := r.end(0)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got error %v, want %q", err, test.err)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
		})
	}
}

func TestSampleFollowsTheSeed(t *testing.T) {
	all := make([]Mutant, 100)
	for i := range all {
		all[i].Line = i
	}
	lines := func(seed uint64) (list []int) {
		for _, m := range sample(all, Options{Sample: 5, Seed: seed}) {
			list = append(list, m.Line)
		}
		return list
	}
	if diff := cmp.Diff(lines(1), lines(1)); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if cmp.Equal(lines(1), lines(2)) {
		t.Errorf("two seeds have the sample %v", lines(1))
	}
}

// A value that no assertion is about is a line of a list.
func TestChangedListIsDescribed(t *testing.T) {
	if got, want := firstDifference("a\nb", "a\nc"), ` (line 2 is "b", and is now "c")`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
