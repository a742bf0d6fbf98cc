// Package e2e tests the whole system through the edge, as its clients use it: the
// deployable document, the functions' binaries, and two Regions.
package e2e

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// Locations of clients, and the Regions that are nearest to them.
const (
	vancouver = "49.28,-123.12" // us-west-2
	montreal  = "45.50,-73.57"  // us-east-1
	east      = "us-east-1"
	west      = "us-west-2"
)

// prepare builds what every cloud of these tests serves. It takes longer than most tests.
var prepare = sync.OnceValues(func() (local.Config, error) {
	ws, err := workspace.Find(".")
	if err != nil {
		return local.Config{}, err
	}
	built, err := pipeline.Build(ws.Root)
	if err != nil {
		return local.Config{}, err
	}
	binaries, err := build.Functions(context.Background(), ws, build.Host)
	return local.Config{Release: local.Release{
		Document: built.Deployable.Document, Specification: built.Document, Services: built.Services, Binaries: binaries,
	}}, err
})

// startCloud starts a cloud of two Regions on free ports, with the changes to its
// configuration. A response that breaks the contract fails the test. The cloud ends
// with the test. If the test fails, it shows the end of
// the cloud's log.
func startCloud(t *testing.T, changes ...func(*local.Config)) *local.Cloud {
	t.Helper()
	cfg, err := prepare()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Settings = local.Settings{
		Regions: []string{east, west}, ReplicationLag: 50 * time.Millisecond, DynamoDB: os.Getenv("DYNAMODB"),
	}
	var log lines
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	cfg.Breach = func(region string, b breach.Breach) { t.Errorf("%s: %s", region, b) }
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

// withUsers adds users with the names prefix-0, prefix-1 and so on to a cloud.
func withUsers(prefix string, n int, scopes ...string) func(*local.Config) {
	return func(cfg *local.Config) {
		for i := range n {
			cfg.Users = append(cfg.Users, issuer.User{
				Name:    fmt.Sprintf("%s-%d", prefix, i),
				Subject: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(cfg.Users)), Scopes: scopes,
			})
		}
	}
}

// subject returns the subject of a user of the cloud.
func subject(cloud *local.Cloud, user string) string {
	for _, u := range cloud.Users() {
		if u.Name == user {
			return u.Subject
		}
	}
	return ""
}

// waitForReplication waits until each Region has the writes of all others.
func waitForReplication(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// cut stops the replication between the two Regions.
func cut(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Cut(east, west); err != nil {
		t.Fatal(err)
	}
}

// heal resumes the replication and waits for it.
func heal(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Heal(east, west); err != nil {
		t.Fatal(err)
	}
	waitForReplication(t, cloud)
}

// waitForRegion sends a request until the Region serves it. After the start of a
// Region the edge waits for some health checks.
func waitForRegion(t *testing.T, cloud *local.Cloud, r request, region string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if call(t, cloud, r).region() == region {
			return
		}
	}
	t.Fatalf("%s serves no request 20 s after its start", region)
}

// lines keeps what a program logs.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// tail returns the last n lines.
func (l *lines) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := strings.Split(l.buf.String(), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}
