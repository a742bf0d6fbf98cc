package ci

import (
	"bytes"
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"m/a"}
{"Action":"run","Package":"m/a","Test":"TestGood"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"chatter\n"}
{"Action":"pass","Package":"m/a","Test":"TestGood","Elapsed":0.1}
{"Action":"output","Package":"m/a","Test":"TestBad","Output":"=== RUN TestBad\n"}
{"Action":"output","Package":"m/a","Test":"TestBad","Output":"    a_test.go:1: got 1, want 2\n"}
{"Action":"fail","Package":"m/a","Test":"TestBad","Elapsed":0.2}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"=== RUN TestAway\n"}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"    a_test.go:9: no chromium on the PATH\n"}
{"Action":"output","Package":"m/a","Test":"TestAway","Output":"--- SKIP: TestAway (0.00s)\n"}
{"Action":"skip","Package":"m/a","Test":"TestAway"}
{"Action":"fail","Package":"m/a","Elapsed":0.5}
{"Action":"skip","Package":"m/empty"}
{"Action":"pass","Package":"m/b","Elapsed":1.25}
m/c/c.go:3:1: syntax error
`

func TestSummarize(t *testing.T) {
	var out bytes.Buffer
	s := summarize(strings.NewReader(events), &out)
	if s.passed != 1 || s.failed != 1 || len(s.skipped) != 1 {
		t.Errorf("got %+v", s)
	}
	want := `FAIL  m/a TestBad  0.2s
=== RUN TestBad
    a_test.go:1: got 1, want 2
skip  m/a TestAway: a_test.go:9: no chromium on the PATH
FAIL  m/a  0.5s
ok    m/b  1.2s
m/c/c.go:3:1: syntax error
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}
