package dynamodb

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

// recording replaces the responses in the scripts with DynamoDB Local's:
//
//	DYNAMODB_LOCAL_URL=http://127.0.0.1:8000 go test ./infra/local/dynamodb -run Conformance -record
var recording = flag.Bool("record", false, "update testdata/conformance from the DynamoDB Local at DYNAMODB_LOCAL_URL")

// A script consists of cases ("## name"), which consist of steps and start with empty
// tables. A step is a line "Operation request", followed by DynamoDB Local's response
// as "status body". Where AWS is known to respond differently, a line "aws status body"
// follows, and a "#" line with the reason or the source. The embedded engine must then
// return AWS's response; DynamoDB Local's documents the difference.
//
// "$one" and so on refer to the tables below. Responses are compared without messages.
var conformanceTables = map[string]manifest.Table{
	"one": {HashKey: manifest.Key{Name: "p", Type: "S"}},
	"two": {
		HashKey: manifest.Key{Name: "p", Type: "S"}, RangeKey: &manifest.Key{Name: "s", Type: "S"},
		Indexes: map[string]manifest.Index{
			"all": {HashKey: manifest.Key{Name: "g", Type: "S"}, RangeKey: &manifest.Key{Name: "r", Type: "N"},
				Projection: "ALL"},
			"keys": {HashKey: manifest.Key{Name: "g", Type: "S"}, Projection: "KEYS_ONLY"},
			"some": {HashKey: manifest.Key{Name: "g", Type: "S"}, Projection: "INCLUDE", Include: []string{"z"}},
		},
	},
	"num": {HashKey: manifest.Key{Name: "p", Type: "S"}, RangeKey: &manifest.Key{Name: "s", Type: "N"}},
	"bin": {HashKey: manifest.Key{Name: "p", Type: "S"}, RangeKey: &manifest.Key{Name: "s", Type: "B"}},
}

type script struct {
	file  string
	lines []string
}

type scriptCase struct {
	name  string
	steps []scriptStep
}

type scriptStep struct {
	operation, request string
	local              string // DynamoDB Local's response
	aws                string // AWS's response, if it differs
	line               int    // index of the local response in the file
}

func (s *script) cases(t *testing.T) []scriptCase {
	t.Helper()
	var cases []scriptCase
	for n := 0; n < len(s.lines); n++ {
		line := s.lines[n]
		switch {
		case strings.HasPrefix(line, "## "):
			cases = append(cases, scriptCase{name: line[3:]})
		case line == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "aws "):
			steps := cases[len(cases)-1].steps
			steps[len(steps)-1].aws = line[4:]
		default:
			operation, request, ok := strings.Cut(line, " ")
			if !ok || len(cases) == 0 {
				t.Fatalf("%s:%d: not a step: %s", s.file, n+1, line)
			}
			step := scriptStep{operation: operation, request: request, line: n + 1}
			if n+1 < len(s.lines) && len(s.lines[n+1]) > 3 && strings.Trim(s.lines[n+1][:3], "0123456789") == "" {
				n++
				step.local = s.lines[n]
			} else if *recording {
				s.lines = slices.Insert(s.lines, n+1, "")
				n++
			} else {
				t.Fatalf("%s:%d: no response below: %s", s.file, n+1, line)
			}
			last := &cases[len(cases)-1]
			last.steps = append(last.steps, step)
		}
	}
	return cases
}

func scripts(t *testing.T) []*script {
	t.Helper()
	files, err := filepath.Glob("testdata/conformance/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var all []*script
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &script{file: file, lines: strings.Split(strings.TrimRight(string(data), "\n"), "\n")})
	}
	return all
}

// conformance runs the suite that both engines must pass, on the DynamoDB Local at the
// URL remote, or on the embedded engine if remote is empty.
func conformance(t *testing.T, remote string) {
	t.Run("script", func(t *testing.T) { runScripts(t, remote) })
	if *recording {
		return
	}
	t.Run("sdk", func(t *testing.T) { sdkSuite(t, remote) })
	t.Run("guregu", func(t *testing.T) { gureguSuite(t, remote) })
	t.Run("race", func(t *testing.T) { raceSuite(t, remote) })
	t.Run("replication", func(t *testing.T) { replicationSuite(t, remote) })
}

func runScripts(t *testing.T, remote string) {
	for _, s := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(s.file), ".txt"), func(t *testing.T) {
			for n, c := range s.cases(t) {
				t.Run(c.name, func(t *testing.T) {
					prefix := fmt.Sprintf("c%d-", n)
					endpoint := conformanceEndpoint(t, remote, prefix)
					session := rand.Text()
					for _, step := range c.steps {
						got := runStep(t, endpoint, prefix, session, step)
						if *recording && remote != "" {
							s.lines[step.line] = got
							continue
						}
						want := step.local
						if remote == "" && step.aws != "" {
							want = step.aws
						}
						if got != want {
							t.Errorf(
								"%s:%d: %s %.300s\n got %.1000s\nwant %.1000s",
								s.file,
								step.line,
								step.operation,
								step.request,
								got,
								want,
							)
						}
					}
				})
			}
			if *recording && remote != "" {
				if err := os.WriteFile(s.file, []byte(strings.Join(s.lines, "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func conformanceEndpoint(t *testing.T, remote, prefix string) string {
	t.Helper()
	tables := map[string]manifest.Table{}
	for name, table := range conformanceTables {
		tables[prefix+name] = table
	}
	return openSuite(t, Config{Regions: []string{"eu-west-1"}, Tables: tables, Remote: remote}).endpoint("eu-west-1")
}

// runStep sends the request of a step. In it, ${x*300000} stands for 300000 times x, and
// "$token..." for a token that no other run has used.
func runStep(t *testing.T, endpoint, prefix, session string, step scriptStep) string {
	t.Helper()
	request := strings.NewReplacer(
		`"$token36"`, `"`+session+strings.Repeat("x", 36-len(session))+`"`,
		`"$token37"`, `"`+session+strings.Repeat("x", 37-len(session))+`"`,
		`"$token`, `"`+session,
	).Replace(step.request)
	for name := range conformanceTables {
		request = strings.ReplaceAll(request, `"$`+name+`"`, `"`+prefix+name+`"`)
	}
	request = expandRepeats(request)
	status, body := post(t, endpoint, step.operation, request)
	return fmt.Sprintf("%d %s", status, canonical(t, step, body, prefix))
}

func expandRepeats(text string) string {
	for {
		before, rest, ok := strings.Cut(text, "${")
		if !ok {
			return text
		}
		repeat, after, _ := strings.Cut(rest, "}")
		var what byte
		var count int
		if _, err := fmt.Sscanf(repeat, "%c*%d", &what, &count); err != nil {
			panic("bad repeat in a script: " + repeat)
		}
		text = before + strings.Repeat(string(what), count) + after
	}
}

func post(t testing.TB, endpoint, operation, body string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer.Bytes()
}

// canonical returns a response without the details in which correct engines may differ:
// messages, the prefix of an error's type, the order of sets and of scans.
func canonical(t *testing.T, step scriptStep, body []byte, prefix string) string {
	t.Helper()
	var response any
	if err := json.Unmarshal(body, &response); err != nil {
		t.Fatalf("not JSON: %s", body)
	}
	if members, ok := response.(map[string]any); ok {
		if kind, ok := members["__type"].(string); ok {
			members["__type"] = kind[strings.LastIndexByte(kind, '#')+1:]
		}
		switch step.operation {
		case "Scan":
			sortJSON(members["Items"])
		case "CreateTable", "DeleteTable":
			response = keysOnly(members)
		}
		sortJSON(members["ConsumedCapacity"])
		if !strings.Contains(step.request, "ReturnConsumedCapacity") {
			delete(
				members,
				"ConsumedCapacity",
			) // DynamoDB Local reports it, unasked, for a DeleteItem of a missing item
		}
	}
	text := encodeJSON(withoutMessages(response))
	for name := range conformanceTables {
		text = strings.ReplaceAll(text, `"`+prefix+name+`"`, `"$`+name+`"`)
	}
	return text
}

// keysOnly reduces the description of a table to the members that do not differ between
// correct engines, or returns an error as it is.
func keysOnly(response map[string]any) any {
	table, ok := response["TableDescription"].(map[string]any)
	if !ok {
		return response
	}
	members := map[string]any{"KeySchema": table["KeySchema"]}
	for _, kind := range []string{"LocalSecondaryIndexes", "GlobalSecondaryIndexes"} {
		indexes, _ := table[kind].([]any)
		for _, index := range indexes {
			index := index.(map[string]any)
			members[index["IndexName"].(string)] = []any{kind, index["KeySchema"], index["Projection"]}
		}
	}
	return members
}

func withoutMessages(value any) any {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "message")
		delete(value, "Message")
		for name, member := range value {
			value[name] = withoutMessages(member)
			if name == "SS" || name == "NS" || name == "BS" {
				sortJSON(member)
			}
		}
	case []any:
		for n := range value {
			value[n] = withoutMessages(value[n])
		}
	case string:
		const long = 200
		if len(value) > long {
			return fmt.Sprintf("%c*%d", value[0], len(value))
		}
	}
	return value
}

func sortJSON(value any) {
	if list, ok := value.([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(encodeJSON(a), encodeJSON(b)) })
	}
}

func encodeJSON(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSpace(out.String())
}
