package dynamodb

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/recorded"
)

// recordedTables are the tables of a recording that does not declare its own.
var recordedTables = map[string]manifest.Table{
	"hash": {HashKey: manifest.Key{Name: "pk", Type: "S"}},
	"composite": {
		HashKey: manifest.Key{Name: "pk", Type: "S"}, RangeKey: &manifest.Key{Name: "sk", Type: "S"},
		Indexes: map[string]manifest.Index{
			"gsi1": {HashKey: manifest.Key{Name: "lsi1sk", Type: "S"}, Projection: "ALL"},
		},
	},
}

// TestRecorded replays the files below testdata/recorded with the embedded engine.
// Their README has the format.
func TestRecorded(t *testing.T) {
	cases, err := recorded.Load("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { c.Judge(t, replayRecorded(t, c)) })
	}
}

// replayRecorded sends the requests of a recording and returns the differences by part.
func replayRecorded(t *testing.T, c recorded.Case) map[string]string {
	tables := recordedTables
	if text, ok := c.Section("tables"); ok {
		tables = nil
		if err := json.Unmarshal([]byte(text), &tables); err != nil {
			t.Fatal(err)
		}
	}
	endpoint := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: tables}).endpoint("eu-west-1")
	found := make(map[string]string)
	for n, step := range recordedSteps(t, c) {
		status, body := post(t, endpoint, step.operation, expandRepeats(step.request))
		maps.Copy(found, compareResponse(t, fmt.Sprint(n+1), step, status, body))
	}
	return found
}

// recordedStep is a request, and its response with the status and, if it is known, the
// body.
type recordedStep struct{ operation, request, status, body string }

func recordedSteps(t *testing.T, c recorded.Case) []recordedStep {
	text, _ := c.Section("steps")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines)%2 != 0 {
		t.Fatalf("%d lines, want a response below each request", len(lines))
	}
	var steps []recordedStep
	for n := 0; n < len(lines); n += 2 {
		var step recordedStep
		step.operation, step.request, _ = strings.Cut(lines[n], " ")
		step.status, step.body, _ = strings.Cut(lines[n+1], " ")
		steps = append(steps, step)
	}
	return steps
}

// compareResponse compares a response by its members. An error has the type without its
// namespace, and members that the recording lacks only if it has a message.
func compareResponse(t *testing.T, part string, step recordedStep, status int, body []byte) map[string]string {
	if got := fmt.Sprint(status); got != step.status {
		return map[string]string{part: fmt.Sprintf("%s %s: got %s %s, want %s %s",
			step.operation, step.request, got, body, step.status, step.body)}
	}
	if step.body == "" {
		return nil
	}
	var want, got map[string]any
	if err := json.Unmarshal([]byte(step.body), &want); err != nil {
		t.Fatalf("%v: %s", err, step.body)
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	exact := true
	if kind, ok := got["__type"].(string); ok {
		got["__type"] = kind[strings.LastIndexByte(kind, '#')+1:]
		exact = want["message"] != nil || want["Message"] != nil
	}
	sortSets(want)
	sortSets(got)
	return recorded.Compare(part, want, got, exact)
}

// sortSets sorts the elements of sets, which have no order.
func sortSets(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if name == "SS" || name == "NS" || name == "BS" {
				sortJSON(member)
			}
			sortSets(member)
		}
	case []any:
		for _, element := range value {
			sortSets(element)
		}
	}
}
