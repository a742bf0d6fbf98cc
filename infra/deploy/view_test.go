package deploy

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vbauerster/mpb/v8"
)

func TestJSONEventsAndMessages(t *testing.T) {
	s := newSite(t)
	var out bytes.Buffer
	session := s.open(&out)
	session.printAsJSON()
	if err := session.all(t.Context(), Options{Create: true}, s.buildFor(session), s); err != nil {
		t.Fatal(err)
	}
	var finished, messages []string
	for line := range strings.Lines(out.String()) {
		var e struct {
			Event
			Message string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if e.Message != "" {
			messages = append(messages, e.Message)
		} else if e.State == Done {
			finished = append(finished, e.Name)
		}
	}
	if len(finished) != 18 || finished[0] != "apply global" || finished[17] != "apply portal" {
		t.Errorf("finished %q", finished)
	}
	if len(messages) < 3 || messages[0] != "trial:" || !strings.HasPrefix(messages[1], "  us-east-1  release ") {
		t.Errorf("messages %q", messages)
	}
}

func TestLinesOfARollout(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	out := s.mustDeploy(Options{})
	if lines := strings.Count(out, "\n"); lines > 25 || !strings.Contains(out, "Nothing was changed.\n") {
		t.Errorf("a roll-out that changes nothing prints %d lines:\n%s", lines, out)
	}
	s.version = "2"
	out = s.mustDeploy(Options{})
	_, report, _ := strings.Cut(out, "Changed resources: ")
	report, took, _ := strings.Cut(report, "Terraform ran for ")
	if !strings.HasSuffix(took, "s of CPU.\n") {
		t.Errorf("the report does not end with what Terraform took:\n%s", out)
	}
	want := []string{
		"10", "api/us-east-1 2", "api/us-west-2 2", "functions/one/us-east-1 2", "functions/one/us-west-2 2",
		"functions/two/us-east-1 1", "functions/two/us-west-2 1",
	}
	var got []string
	for line := range strings.Lines(report) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	s.version = "3"
	s.fault("apply api/us-east-1 once")
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(out, "fails once, as the test asks\nThe complete log is ") {
		t.Errorf("a failure prints:\n%s", out)
	}
}

func TestLinesOfDestroy(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	var out bytes.Buffer
	if err := s.open(&out).destroyAll(t.Context(), Confirmation{Name: "trial"}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), ": done in "); lines != 10 || strings.Contains(out.String(), "Plan:") {
		t.Errorf("%d lines for 10 stacks:\n%s", lines, out.String())
	}
}

// TestLiveView draws on something that is no terminal, so every picture is kept.
func TestLiveView(t *testing.T) {
	var out bytes.Buffer
	console := &console{out: &out}
	steps := []Step{stepOf("global"), stepOf("data"), stepOf("portal")}
	v := newLive(console, steps, mpb.WithAutoRefresh(), mpb.WithWidth(100))
	began := time.Now()
	event := func(step int, state State, err error) {
		e := Event{Time: began, Step: step, Name: steps[step].String(), Region: "us-east-1", State: state,
			Took: 3 * time.Second}
		if err != nil {
			e.Error = err.Error()
		}
		v.event(e)
	}
	event(0, Running, nil)
	event(0, Done, nil)
	event(1, Running, nil)
	console.Write([]byte("a line of a step\n"))
	event(1, Failed, errors.New("no such key\nThe complete log is plan.log"))
	event(2, Skipped, nil)
	v.end()
	for _, want := range []string{
		"done          3s  us-east-1      apply global", "failed        3s  us-east-1      apply data", "1 of 3 steps",
		"a line of a step\n", "apply data: failed\nno such key\nThe complete log is plan.log\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the view lacks %q:\n%s", want, out.String())
		}
	}
	if console.Write([]byte("after\n")); !strings.HasSuffix(out.String(), "after\n") {
		t.Error("the console does not write to the terminal again")
	}
}

func TestNameInRegion(t *testing.T) {
	for _, test := range []struct{ name, region, want string }{
		{"apply global", "", "apply global"},
		{"add functions/one/us-east-1", "us-east-1", "add functions/one"},
		{"verify us-east-1", "us-east-1", "verify"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (Event{Name: test.name, Region: test.region}).nameInRegion(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
