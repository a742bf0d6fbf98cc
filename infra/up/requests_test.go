package up

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/control"
)

func TestRequestLine(t *testing.T) {
	got := requestLine(control.Request{
		Region: "us-east-1", Method: "GET", Path: "/accounts/me", Status: 502, DurationMs: 12.3, Cold: true,
		Function: "accounts-get-my-account", Error: "the function failed",
	})
	want := "us-east-1      GET     /accounts/me                     502    12.3 ms  cold accounts-get-my-account\n" +
		"    the function failed\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestARefusedRequestIsNotWarm(t *testing.T) {
	refused := control.Request{Region: "us-east-1", Method: "GET", Path: "/a", Status: 401, Function: "one-get"}
	if line := requestLine(refused); strings.Contains(line, "warm") {
		t.Errorf("line %q", line)
	}
	refused.Spans = []control.Span{{Kind: control.SpanFunction}}
	if line := requestLine(refused); !strings.Contains(line, "warm one-get") {
		t.Errorf("line %q", line)
	}
}

func TestErrorText(t *testing.T) {
	for name, test := range map[string]struct{ line, want string }{
		"Lambda's own": {line: "START RequestId: x", want: ""},
		"metrics":      {line: `{"_aws":{},"level":"INFO"}`, want: ""},
		"panic":        {line: "panic: boom", want: "panic: boom"},
		"stack":        {line: `{"level":"ERROR","msg":"panic","error":"boom","stack":"a\nb\n"}`, want: "panic: boom\na\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := errorText(test.line); got != test.want {
				t.Errorf("text %q, want %q", got, test.want)
			}
		})
	}
}
