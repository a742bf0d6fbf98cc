package check

import (
	"bytes"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
)

// events describes a package with a passed, a failed and a skipped test, one
// without tests, one that passes, and one that does not build.
const events = `{"Action":"start","Package":"m/a"}
{"Action":"run","Package":"m/a","Test":"TestGood"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"chatter\n"}
{"Action":"pass","Package":"m/a","Test":"TestGood","Elapsed":0.1}
{"Action":"run","Package":"m/a","Test":"TestBad"}
{"Action":"output","Package":"m/a","Test":"TestBad","Output":"=== RUN   TestBad\n"}
{"Action":"output","Package":"m/a","Test":"TestBad","Output":"    a_test.go:1: got 1, want 2\n"}
{"Action":"fail","Package":"m/a","Test":"TestBad","Elapsed":0.2}
{"Action":"run","Package":"m/a","Test":"TestAway"}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"=== RUN   TestAway\n"}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"    a_test.go:9: no chromium on the PATH\n"}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"--- SKIP: TestAway (0.00s)\n"}
{"Action":"skip","Package":"m/a","Test":"TestAway"}
{"Action":"output","Package":"m/a","Output":"FAIL\tm/a\t0.500s\n"}
{"Action":"fail","Package":"m/a","Elapsed":0.5}
{"Action":"skip","Package":"m/empty"}
{"Action":"run","Package":"m/b","Test":"TestGood"}
{"Action":"pass","Package":"m/b","Test":"TestGood","Elapsed":0.1}
{"Action":"output","Package":"m/b","Output":"ok  \tm/b\t1.250s\n"}
{"Action":"pass","Package":"m/b","Elapsed":1.25}
{"ImportPath":"m/c [m/c.test]","Action":"build-output","Output":"m/c/c.go:3:1: syntax error\n"}
{"ImportPath":"m/c [m/c.test]","Action":"build-fail"}
{"Action":"start","Package":"m/c"}
{"Action":"output","Package":"m/c","Output":"FAIL\tm/c [build failed]\n"}
{"Action":"fail","Package":"m/c","Elapsed":0,"FailedBuild":"m/c [m/c.test]"}
this line is no event
`

func TestSummarize(t *testing.T) {
	var out bytes.Buffer
	got, err := summarize(strings.NewReader(events), &out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counts{passed: 2, failed: 2, skipped: 1}, got, cmp.AllowUnexported(counts{})); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	text := out.String()
	for _, want := range []string{
		"ok  \tm/b\t1.250s\n",
		"FAIL\tm/a\t0.500s\n",
		"=== SKIP: m/a TestAway (0.00s)\n    a_test.go:9: no chromium on the PATH\n",
		"=== FAIL: m/a TestBad (0.20s)\n    a_test.go:1: got 1, want 2\n",
		"m/c/c.go:3:1: syntax error\n",
		"this line is no event\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the output lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "chatter") {
		t.Errorf("the output has what a passed test printed:\n%s", text)
	}
	if last := "2 passed, 2 failed, 1 skipped\n"; !strings.HasSuffix(text, last) {
		t.Errorf("the output does not end with %q:\n%s", last, text)
	}
}

func TestVerdict(t *testing.T) {
	broken := errors.New("exit status 1")
	for _, test := range []struct {
		name    string
		counts  counts
		err     error
		options testOptions
		want    string // empty for success
	}{
		{name: "all passed", counts: counts{passed: 3}},
		{name: "a failure", counts: counts{passed: 3, failed: 1}, err: broken, want: "1 tests failed"},
		{name: "the go command failed", counts: counts{passed: 3}, err: broken, want: "exit status 1"},
		{name: "a skip", counts: counts{passed: 3, skipped: 2}},
		{
			name: "a skip that is not allowed", counts: counts{passed: 3, skipped: 2}, options: testOptions{noSkip: true},
			want: "2 tests were skipped, and NOSKIP=1 does not allow that",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			if err := test.counts.verdict(test.err, test.options); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTestCommand(t *testing.T) {
	modules := []Module{{Path: "example.com/a"}, {Path: "example.com/infra"}}
	own := []Module{{Path: workspace.Meridian + "/infra"}}
	for _, test := range []struct {
		name    string
		modules []Module
		options testOptions
		want    string
	}{
		{name: "a project", modules: modules, want: "go test -json example.com/a/... example.com/infra/..."},
		{
			name: "race", modules: modules, options: testOptions{race: true},
			want: "go test -json -race example.com/a/... example.com/infra/...",
		},
		{
			name: "this repository", modules: own,
			want: "go test -json " + strings.Join(slowest, " ") + " " + workspace.Meridian + "/infra/...",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := testCommand("", test.modules, test.options).String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTemporaryFilesOfTests(t *testing.T) {
	memory := memoryFolder()
	for _, test := range []struct {
		name, set string
		want      []string
	}{
		{name: "the user's", set: "/elsewhere"},
		{name: "in memory where the system has it",
			want: slices.DeleteFunc([]string{"TMPDIR=" + memory}, func(string) bool { return memory == "" })},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := readTestOptions(func(name string) string { return map[string]string{tempVariable: test.set}[name] })
			if diff := cmp.Diff(test.want, testCommand("", nil, options).Env, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTestOfAWorkspace(t *testing.T) {
	root := writeWorkspace(t, map[string]string{
		"orders/o_test.go": "package orders\nimport \"testing\"\nfunc TestAway(t *testing.T) { t.Skip(\"no need\") }\n",
	})
	for _, test := range []struct{ name, noSkip, want string }{
		{name: "skips allowed"},
		{name: "skips not allowed", noSkip: "1", want: "1 tests were skipped, and NOSKIP=1 does not allow that"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			var got string
			getenv := func(name string) string { return map[string]string{NoSkipVariable: test.noSkip}[name] }
			if err := Test(t.Context(), root, getenv, &out); err != nil {
				got = err.Error()
			}
			if got != test.want || !strings.HasSuffix(out.String(), "0 passed, 0 failed, 1 skipped\n") {
				t.Errorf("error %q, want %q; output:\n%s", got, test.want, &out)
			}
		})
	}
}

func TestTestOfAffectedModules(t *testing.T) {
	root := writeWorkspace(t, map[string]string{
		"orders/o_test.go":  "package orders\nimport \"testing\"\nfunc TestOrders(t *testing.T) {}\n",
		"parcels/p_test.go": "package parcels\nimport \"testing\"\nfunc TestParcels(t *testing.T) {}\n",
	})
	for _, args := range [][]string{
		{"init", "--quiet"}, {"config", "user.name", "a"}, {"config", "user.email", "a@example.com"},
		{"add", "--all"}, {"commit", "--quiet", "--message=x"},
	} {
		if _, err := git.Run(t.Context(), root, args...); err != nil {
			t.Fatal(err)
		}
	}
	getenv := func(name string) string { return map[string]string{SinceVariable: "HEAD"}[name] }
	for _, test := range []struct{ name, file, want, end string }{
		{name: "nothing changed", want: "affected since HEAD: \n", end: ": \n"},
		{
			name: "orders changed", file: "orders/new.txt",
			want: "affected since HEAD: orders\n", end: "1 passed, 0 failed, 0 skipped\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				write(t, filepath.Join(root, test.file), "")
			}
			var out bytes.Buffer
			err := Test(t.Context(), root, getenv, &out)
			if got := out.String(); err != nil || !strings.HasPrefix(got, test.want) || !strings.HasSuffix(got, test.end) {
				t.Errorf("error %v, output:\n%s\nwant %q and %q", err, got, test.want, test.end)
			}
		})
	}
}

func TestRunAll(t *testing.T) {
	var out bytes.Buffer
	err := runAll([]step{
		{"first", func() error { return errors.New("a.go: wrong") }},
		{"second", func() error { return nil }},
	}, &out)
	if want := "1 of 2 checks failed: first"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	got := regexp.MustCompile(` +[\d.]+s`).ReplaceAllString(out.String(), " TIME")
	if diff := cmp.Diff("first TIME  FAILED\na.go: wrong\nsecond TIME  ok\n", got); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
