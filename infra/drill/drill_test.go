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
	failed, stale := sample{at: time.Second, failed: true}, sample{at: 2 * time.Second, read: true, stale: true}
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
	for _, want := range []string{"lost writes 0 of 10 acknowledged", "us-east-1 down", "#dc2626", "#d97706"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the timeline lacks %q", want)
		}
	}
}
