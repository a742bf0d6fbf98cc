package drill

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// drilled returns the result of a drill in which each phase takes a second and has one
// request, with further samples.
func drilled(more ...sample) *result {
	r := &result{took: time.Duration(len(phases)) * time.Second, writes: 10}
	for i := range phases {
		begin := time.Duration(i) * time.Second
		r.begins = append(r.begins, begin)
		r.samples = append(r.samples, sample{at: begin, region: west})
	}
	r.samples = append(r.samples, more...)
	return r
}

func TestBounds(t *testing.T) {
	late := drilled(sample{at: 8 * time.Second, failed: true})
	late.begins = []time.Duration{0, time.Second, 20 * time.Second, 21 * time.Second, 22 * time.Second}
	for _, begin := range late.begins {
		late.samples = append(late.samples, sample{at: begin})
	}
	lost := drilled()
	lost.lost = []string{"us-east-1 has 1 of client 0"}
	silent := drilled()
	silent.samples = silent.samples[1:]
	tests := map[string]struct {
		result *result
		want   string // in the error; empty for no error
	}{
		"everything holds": {result: drilled(sample{at: 1500 * time.Millisecond, failed: true})},
		"a late failover":  {result: late, want: "the failover took 7s, more than 5s"},
		"an error when cut": {
			result: drilled(sample{at: 3500 * time.Millisecond, failed: true}), want: `phase "link cut"`,
		},
		"a lost write":            {result: lost, want: "lost write: us-east-1 has 1 of client 0"},
		"a phase without request": {result: silent, want: `the phase "steady" has no requests`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.result.check()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestTheTimelineIsXML(t *testing.T) {
	failed, stale := sample{at: time.Second, failed: true}, sample{at: 2 * time.Second, read: true, stale: true,
		age: 1250 * time.Millisecond}
	svg := string(drilled(failed, stale).svg())
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
	for _, want := range []string{"lost writes 0 of 10 acknowledged", "us-east-1 down", "#dc2626", staleColor,
		"oldest stale read 1.25s", "up to 1.25 s"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the timeline lacks %q", want)
		}
	}
}

// TestStaleness ages reads by the first acknowledged write that they lack: the write of 3
// failed.
func TestStaleness(t *testing.T) {
	c := &client{acknowledged: []acknowledgement{{1, time.Second}, {2, 2 * time.Second}, {4, 4 * time.Second}}}
	tests := []struct {
		name  string
		got   int
		stale bool
		age   time.Duration
	}{
		{name: "no write", got: 0, stale: true, age: 9 * time.Second},
		{name: "one write behind", got: 2, stale: true, age: 6 * time.Second},
		{name: "a write whose response was lost", got: 3, stale: true, age: 6 * time.Second},
		{name: "the last write", got: 4},
		{name: "a later write whose response was lost", got: 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if stale, age := c.staleness(test.got, 10*time.Second); stale != test.stale || age != test.age {
				t.Errorf("stale %v since %s, want %v since %s", stale, age, test.stale, test.age)
			}
		})
	}
}

func TestTheTableHasTheOldestStaleReads(t *testing.T) {
	var out strings.Builder
	r := drilled(
		sample{at: 3500 * time.Millisecond, read: true, stale: true, age: 700 * time.Millisecond},
		sample{at: 3600 * time.Millisecond, read: true, stale: true, age: 900 * time.Millisecond},
		sample{at: 4500 * time.Millisecond, read: true, stale: true, age: 300 * time.Millisecond},
	)
	if err := r.write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"900ms", "300ms", "oldest stale read"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
}
