// Package e2e tests the whole system through the edge, as a client meets it:
// the deployable document, the Lambdas' own binaries, two Regions.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
)

// Places of clients, and the Region that is nearest to each.
const (
	vancouver = "49.28,-123.12" // us-west-2
	montreal  = "45.50,-73.57"  // us-east-1
	east      = "us-east-1"
	west      = "us-west-2"
	lag       = 50 * time.Millisecond
)

// prepared is what every cloud of these tests serves; building it takes most of the time.
var prepared = sync.OnceValues(func() (local.Config, error) {
	ctx := context.Background()
	ws, err := workspace.Find(".")
	if err != nil {
		return local.Config{}, err
	}
	built, err := pipeline.Build(ws.Root)
	if err != nil {
		return local.Config{}, err
	}
	binaries, err := build.Functions(ctx, ws, build.Host)
	return local.Config{Document: built.Deployable.Document, Services: built.Services, Binaries: binaries}, err
})

// start boots a cloud of two Regions on free ports, with the changes to its
// configuration, and ends it with the test.
func start(t *testing.T, changes ...func(*local.Config)) *local.Cloud {
	t.Helper()
	cfg, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Settings = local.Settings{Regions: []string{east, west}, ReplicationLag: lag, DynamoDB: os.Getenv("DYNAMODB")}
	var log lines
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	cfg.FunctionLog = func(region, function, _, line string) { fmt.Fprintf(&log, "%s %s %s\n", region, function, line) }
	for _, change := range changes {
		change(&cfg)
	}
	if cfg.Edge, err = local.Listen(0); err != nil {
		t.Fatal(err)
	}
	cloud, err := local.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.tail(60))
		}
	})
	return cloud
}

// lines keeps what the cloud logs, for a test that fails.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := strings.Split(l.buf.String(), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// request is one call through the edge.
type request struct {
	method, path string
	user         string // a demo user, whose access token is sent; empty sends none
	from         string // the client's place
	body         string
	header       map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// field is a member of a JSON body, as text.
func (a answer) field(name string) string {
	var m map[string]any
	if json.Unmarshal([]byte(a.body), &m) != nil || m[name] == nil {
		return ""
	}
	return fmt.Sprint(m[name])
}

func (a answer) String() string { return fmt.Sprintf("%d %v %s", a.status, a.header, a.body) }

func call(t *testing.T, cloud *local.Cloud, r request) answer {
	t.Helper()
	a, err := try(t.Context(), cloud, r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func try(ctx context.Context, cloud *local.Cloud, r request) (answer, error) {
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, cloud.URL()+r.path, body)
	if err != nil {
		return answer{}, err
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.from != "" {
		req.Header.Set("X-Client-Location", r.from)
	}
	if r.user != "" {
		token, _, err := cloud.Token(r.user)
		if err != nil {
			return answer{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(data)}, err
}

func subject(cloud *local.Cloud, user string) string {
	for _, u := range cloud.Users() {
		if u.Name == user {
			return u.Subject
		}
	}
	return ""
}
