package dynamodb

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

func TestConformanceEmbedded(t *testing.T) { conformance(t, "") }

func TestConformanceDynamoDBLocal(t *testing.T) { conformance(t, dynamodbtest.LocalURL(t)) }

// soon is how long a test waits for what must happen.
const soon = 20 * time.Second

// world is a Global under test, with a server for each Region.
type world struct {
	*Global
	t       testing.TB
	servers map[string]*httptest.Server
}

// openTest opens an embedded Global that ends with the test.
func openTest(t testing.TB, cfg Config) *world {
	t.Helper()
	return openTestAt(t, cfg, defaults())
}

func openTestAt(t testing.TB, cfg Config, opts options) *world {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = quiet()
	}
	g, err := open(t.Context(), cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Global: g, t: t, servers: map[string]*httptest.Server{}}
	for _, region := range cfg.Regions {
		w.servers[region] = httptest.NewServer(g.Handler(region))
	}
	t.Cleanup(func() {
		for _, server := range w.servers {
			server.Close()
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// openSuite opens a Global on either engine, with empty tables.
func openSuite(t testing.TB, cfg Config) *world {
	t.Helper()
	if cfg.Remote == "" {
		return openTest(t, cfg)
	}
	drop := func() {
		for _, region := range cfg.Regions {
			for table := range cfg.Tables {
				dropRemote(t, cfg.Remote, region, table)
			}
		}
	}
	drop()
	w := openTest(t, cfg)
	t.Cleanup(drop)
	return w
}

// dropRemote deletes a table of DynamoDB Local, past the replica that would refuse to.
func dropRemote(t testing.TB, url, region, table string) {
	t.Helper()
	r := newRemote(url, region, http.DefaultTransport, time.Now)
	answer := r.Do(context.Background(), "DeleteTable", fmt.Appendf(nil, `{"TableName":%q}`, table))
	if answer.Status != http.StatusOK && !bytes.Contains(answer.Body, []byte("ResourceNotFoundException")) {
		t.Fatalf("DeleteTable %s: %s", table, answer.Body)
	}
}

func (w *world) endpoint(region string) string { return w.servers[region].URL }

// awsConfig is what any AWS client of a Region needs.
func (w *world) awsConfig(region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(w.endpoint(region)),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
		RetryMaxAttempts: 1,
	}
}

func (w *world) client(region string) *dynamodb.Client {
	return dynamodb.NewFromConfig(w.awsConfig(region))
}

// settle waits until all Regions have what they can get.
func (w *world) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), soon)
	defer cancel()
	if err := w.Settled(ctx); err != nil {
		w.t.Fatal("not settled:", err)
	}
}

// counters is a table of {id S, n N}.
func counters(ttl string) map[string]manifest.Table {
	return map[string]manifest.Table{"test-counters": {HashKey: manifest.Key{Name: "id", Type: "S"}, TTL: ttl}}
}

var threeRegions = []string{"eu-west-1", "us-east-1", "ap-south-1"}
