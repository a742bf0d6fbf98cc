package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/recorded"
)

// TestRecorded replays the files below testdata/recorded. Their README has the format.
func TestRecorded(t *testing.T) {
	cases, err := recorded.Load("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { c.Judge(t, replayRecorded(t, c)) })
	}
}

// replayRecorded invokes the function as recorded and returns the differences by part.
func replayRecorded(t *testing.T, c recorded.Case) map[string]string {
	service := start(t, func(cfg *Config) { configureRecorded(t, c, cfg) })
	if c.Field("function") == "init-hang" {
		service.initTimeout = 150 * time.Millisecond
	}
	calls := recordedCalls(t, c)
	payload := recordedCommand(t, c, calls)
	if c.Field("warm") != "" {
		service.mustInvoke("echo", 0)
		waitUntil(t, "the first invocation is reported",
			func() bool { return strings.Contains(service.logText(), "REPORT ") })
		service.clearLog()
	}
	out, err := service.Invoke(context.Background(), recordedFunction(c), payload, c.Field("trace"))

	found := make(map[string]string)
	for name, compare := range map[string]func(want string) map[string]string{
		"payload":      func(want string) map[string]string { return comparePayload(t, want, out, err) },
		"next headers": func(want string) map[string]string { return compareHeaders(t, want, out) },
		"environment":  func(want string) map[string]string { return compareEnvironment(want, out) },
		"calls":        func(string) map[string]string { return compareCalls(calls, service.callResults(len(calls))) },
		"log": func(want string) map[string]string {
			lines := service.reportedLog()
			if !strings.Contains(want, initStart) && strings.HasPrefix(lines[0], initStart) {
				lines = lines[1:]
			}
			return compareLog(c, want, lines)
		},
		"log part": func(want string) map[string]string { return compareLogPart(want, service.reportedLog()) },
	} {
		if want, ok := c.Section(name); ok {
			maps.Copy(found, compare(want))
		}
	}
	return found
}

// initStart begins the line about the start of an environment, which Lambda has written
// since 2022. Sources that show an invocation only leave it out.
const initStart = "INIT_START "

func recordedFunction(c recorded.Case) string {
	if name := c.Field("function"); name != "" {
		return name
	}
	return "ok"
}

func configureRecorded(t *testing.T, c recorded.Case, cfg *Config) {
	name := recordedFunction(c)
	f := cfg.Functions[name]
	if name == "no-program" {
		f.Binary = filepath.Join(t.TempDir(), "bootstrap")
		if err := os.WriteFile(f.Binary, []byte("no program"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if text := c.Field("timeout"); text != "" {
		timeout, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		f.Timeout = timeout
	}
	if text := c.Field("memory"); text != "" {
		f.MemoryMB = parseInt(t, text)
	}
	if body, ok := c.Section("init error"); ok {
		f.Env = maps.Clone(f.Env)
		f.Env[initErrorBody] = strings.TrimSpace(body)
	}
	cfg.Functions[name] = f
}

// recordedCommand returns the payload that makes the function behave as in the recording.
func recordedCommand(t *testing.T, c recorded.Case, calls []recordedCall) []byte {
	var cmd command
	if text := c.Field("command"); text != "" {
		do, n, _ := strings.Cut(text, " ")
		cmd.Do = do
		if n != "" {
			cmd.N = parseInt(t, n)
		}
	}
	for _, call := range calls {
		cmd.Do = "calls"
		cmd.Calls = append(cmd.Calls, call.request)
	}
	payload, err := json.Marshal(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// recordedCall is a request to the Runtime API, "POST /path {}", and its response,
// "202 {}". The body of the response may be missing.
type recordedCall struct{ request, response string }

func recordedCalls(t *testing.T, c recorded.Case) []recordedCall {
	text, _ := c.Section("calls")
	var calls []recordedCall
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case kind == ">":
			calls = append(calls, recordedCall{request: rest})
		case kind == "<" && len(calls) > 0:
			calls[len(calls)-1].response = rest
		default:
			t.Fatalf("line %q is neither a request nor a response", line)
		}
	}
	return calls
}

// callResults waits until the function has printed the results of n calls.
func (c *testService) callResults(n int) []string {
	c.t.Helper()
	var results []string
	waitUntil(c.t, "all calls have results", func() bool {
		results = nil
		for _, line := range c.allLines() {
			if result, ok := strings.CutPrefix(line.text, callPrefix+" "); ok {
				results = append(results, result)
			}
		}
		return len(results) == n
	})
	return results
}

func compareCalls(calls []recordedCall, results []string) map[string]string {
	found := make(map[string]string)
	for i, call := range calls {
		wantStatus, wantBody, hasBody := strings.Cut(call.response, " ")
		status, body, _ := strings.Cut(results[i], " ")
		part := fmt.Sprintf("call %d", i+1)
		if status != wantStatus {
			found[part+" status"] = fmt.Sprintf("%s: got %s, want %s", call.request, status, wantStatus)
		}
		if hasBody {
			maps.Copy(found, compareText(part+" body", wantBody, body))
		}
	}
	return found
}

// compareText compares JSON objects by value and other texts as they are.
func compareText(path, want, got string) map[string]string {
	want = strings.TrimSpace(want)
	var wantObject, gotObject map[string]any
	if json.Unmarshal([]byte(want), &wantObject) == nil && json.Unmarshal([]byte(got), &gotObject) == nil {
		return recorded.Compare(path, wantObject, gotObject, true)
	}
	if recorded.MatchesText(want, got) {
		return nil
	}
	return map[string]string{path: fmt.Sprintf("got %q, want %q", got, want)}
}

// comparePayload compares what a caller of Lambda reads, for an error its payload.
func comparePayload(t *testing.T, want string, out []byte, err error) map[string]string {
	var failed *FunctionError
	if errors.As(err, &failed) {
		out = failed.Payload
	} else if err != nil {
		t.Fatal(err)
	}
	return compareText("payload", want, string(out))
}

// compareHeaders compares the headers listed in want with what the function got with its
// work, as it returned them.
func compareHeaders(t *testing.T, want string, out []byte) map[string]string {
	var headers map[string][]string
	if err := json.Unmarshal(out, &headers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := make(map[string]string)
	for line := range strings.Lines(want) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if got := strings.Join(headers[name], ", "); !recorded.MatchesText(value, got) {
			found["header "+name] = fmt.Sprintf("got %q, want %q", got, value)
		}
	}
	return found
}

// compareEnvironment compares the variables listed in want with the variables that
// the function returned.
func compareEnvironment(want string, out []byte) map[string]string {
	variables := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		variables[name] = value
	}
	found := make(map[string]string)
	for line := range strings.Lines(want) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		got, ok := variables[name]
		switch {
		case !ok:
			found[name] = "absent, want " + value
		case !recorded.MatchesText(value, got) && (!recorded.Wildcard(value) || !recorded.Matches(value, got)):
			found[name] = fmt.Sprintf("got %q, want %q", got, value)
		}
	}
	return found
}

// reportedLog waits for the line that ends an invocation. It returns
// all lines except the lines of makeCall.
func (c *testService) reportedLog() []string {
	c.t.Helper()
	var lines []string
	waitUntil(c.t, "the end is reported", func() bool {
		lines = nil
		reported := false
		for _, line := range c.allLines() {
			if !strings.HasPrefix(line.text, callPrefix+" ") {
				lines = append(lines, line.text)
			}
			reported = reported || strings.HasPrefix(line.text, "REPORT ")
		}
		return reported
	})
	return lines
}

// compareLog compares lines in order, and the lines of a report by their fields.
func compareLog(c recorded.Case, want string, got []string) map[string]string {
	wanted := strings.Split(strings.TrimSuffix(want, "\n"), "\n")
	if len(wanted) != len(got) {
		return map[string]string{"log": fmt.Sprintf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)}
	}
	found := make(map[string]string)
	for i, line := range wanted {
		kind, _, _ := strings.Cut(line, " ")
		if kind != "REPORT" && kind != "INIT_REPORT" {
			if !recorded.MatchesText(line, got[i]) {
				found[fmt.Sprintf("log line %d", i+1)] = fmt.Sprintf("got %q, want %q", got[i], line)
			}
			continue
		}
		wantFields, gotFields := reportFields(line), reportFields(got[i])
		for name, value := range wantFields {
			if !recorded.MatchesText(value, gotFields[name]) {
				found[kind+" "+name] = fmt.Sprintf("got %q, want %q", gotFields[name], value)
			}
		}
		for name, value := range gotFields {
			if _, ok := wantFields[name]; !ok {
				found[kind+" "+name] = fmt.Sprintf("got %q, want it absent", value)
			}
		}
		if c.Field("billed") == "Duration and Init Duration" && !billsInit(gotFields) {
			found[kind+" Billed Duration"] = "it is not the sum, rounded up: " + got[i]
		}
	}
	return found
}

// reportFields splits a line of a report, whose fields are separated by tabs.
func reportFields(line string) map[string]string {
	fields := make(map[string]string)
	_, line, _ = strings.Cut(line, " ")
	for field := range strings.SplitSeq(strings.TrimSpace(line), "\t") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), ": ")
		fields[name] = value
	}
	return fields
}

// billsInit reports whether the billed duration is the sum of the durations of the
// invocation and the init, in whole milliseconds, rounded up. The durations in the line
// are rounded themselves.
func billsInit(fields map[string]string) bool {
	millis := func(name string) float64 {
		n, err := strconv.ParseFloat(strings.TrimSuffix(fields[name], " ms"), 64)
		if err != nil {
			return math.NaN()
		}
		return n
	}
	sum := millis("Duration") + millis("Init Duration")
	billed := millis("Billed Duration")
	return billed >= math.Ceil(sum-0.01) && billed <= math.Ceil(sum+0.01)
}

// compareLogPart checks that the log has each line of want, in any order.
func compareLogPart(want string, got []string) map[string]string {
	found := make(map[string]string)
	for line := range strings.Lines(want) {
		line = strings.TrimSuffix(line, "\n")
		if !slices.ContainsFunc(got, func(text string) bool { return recorded.MatchesText(line, text) }) {
			found["log part "+line] = "absent from\n" + strings.Join(got, "\n")
		}
	}
	return found
}
