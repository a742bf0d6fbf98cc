package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/frontend"
)

// TestFrontEndRefusals checks the responses of the HTTP front end: plain text without
// the headers of the API, whatever the document customizes. Each refusal has a case.
func TestFrontEndRefusals(t *testing.T) {
	plain := func(method, target string, body io.Reader, headers ...string) *http.Request {
		r := httptest.NewRequest(method, target, body)
		for _, line := range headers {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Add(name, value)
		}
		return r
	}
	declared := plain("GET", "/files/a", nil)
	declared.ContentLength = 10<<20 + 1
	found := plain("GET", "/files/a", strings.NewReader(strings.Repeat("x", 10<<20+1)))
	found.ContentLength = -1
	bomb, err := compressed(strings.Repeat("x", 10<<20+1))
	if err != nil {
		t.Fatal(err)
	}
	broken := func(err error) *http.Request { return plain("GET", "/files/a", iotest.ErrReader(err)) }
	tests := map[string]struct {
		request *http.Request
		want    *frontend.Refusal
	}{
		"declared body":     {request: declared, want: frontend.BodyTooLarge},
		"body without size": {request: found, want: frontend.BodyTooLarge},
		"inflated body": {
			request: plain("GET", "/files/a", strings.NewReader(bomb), "Content-Encoding: gzip"), want: frontend.BodyTooLarge,
		},
		"headers": {
			request: plain("GET", "/files/a", nil, "X-A: "+strings.Repeat("x", 5_120), "X-B: "+strings.Repeat("x", 5_120)),
			want:    frontend.HeaderTooLarge,
		},
		"URL":          {request: plain("GET", "/files/"+strings.Repeat("a", 10_240), nil), want: frontend.URLTooLong},
		"escape":       {request: plain("GET", "/files/a?x=%zz", nil), want: frontend.Malformed},
		"lone percent": {request: plain("GET", "/files/a?x=%", nil), want: frontend.Malformed},
		"braces":       {request: plain("GET", "/files/a?x={}", nil), want: frontend.Malformed},
		"broken body":  {request: broken(io.ErrUnexpectedEOF), want: frontend.Malformed},
		"stalled body": {request: broken(os.ErrDeadlineExceeded), want: frontend.Stalled},
	}
	covered := map[*frontend.Refusal]bool{frontend.Busy: true} // see TestLargeBodiesWait of package frontend
	customize := customized(object{
		"DEFAULT_4XX": object{"responseTemplates": object{"application/json": "customized"}},
		"DEFAULT_5XX": object{"responseTemplates": object{"application/json": "customized"}},
	})
	for name, test := range tests {
		covered[test.want] = true
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			newGateway(t, customize, notInvoked(t)).ServeHTTP(w, test.request)
			want := http.Header{
				"Content-Type": {"text; charset=utf-8"}, "Content-Length": {strconv.Itoa(len(test.want.Message))},
			}
			if diff := cmp.Diff(want, w.Header()); diff != "" || w.Code != test.want.Status ||
				w.Body.String() != test.want.Message {
				t.Errorf("%d %s, want %d %s; header (-want +got):\n%s", w.Code, w.Body, test.want.Status, test.want.Message, diff)
			}
		})
	}
	for _, refusal := range frontend.Refusals {
		if !covered[refusal] {
			t.Errorf("no case is refused with %d %s", refusal.Status, refusal.Message)
		}
	}
}
