package dynamodb

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

func TestConformanceEmbedded(t *testing.T) { conformance(t, "") }

func TestConformanceDynamoDBLocal(t *testing.T) { conformance(t, dynamodbtest.LocalURL(t)) }

// waitLimit is the time after which a test gives up waiting for an expected event.
const waitLimit = 20 * time.Second

// cluster is a Global under test, with a server for each Region.
type cluster struct {
	*Global
	t       testing.TB
	servers map[string]*httptest.Server
}

// openTest opens an embedded Global and closes it when the test ends.
func openTest(t testing.TB, cfg Config) *cluster {
	t.Helper()
	return openTestAt(t, cfg, defaults())
}

// onDisk runs the tests with the tables in folders instead of in memory.
var onDisk = flag.Bool("disk", false, "keep the tables of the tests in folders")

func openTestAt(t testing.TB, cfg Config, opts options) *cluster {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = quiet()
	}
	if *onDisk && cfg.Data == "" && cfg.Remote == "" {
		cfg.Data = t.TempDir()
	}
	g, err := open(t.Context(), cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	w := &cluster{Global: g, t: t, servers: map[string]*httptest.Server{}}
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

// openSuite opens a Global with empty tables on the engine that cfg asks for.
func openSuite(t testing.TB, cfg Config) *cluster {
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

// dropRemote deletes a table of DynamoDB Local without asking the replica, which would
// refuse to delete a declared table.
func dropRemote(t testing.TB, url, region, table string) {
	t.Helper()
	r := newRemote(url, region, http.DefaultTransport, time.Now)
	response := r.Do(context.Background(), "DeleteTable", fmt.Appendf(nil, `{"TableName":%q}`, table))
	if response.Status != http.StatusOK && !bytes.Contains(response.Body, []byte("ResourceNotFoundException")) {
		t.Fatalf("DeleteTable %s: %s", table, response.Body)
	}
}

func (w *cluster) endpoint(region string) string { return w.servers[region].URL }

// awsConfig returns the configuration of an AWS client of a Region.
func (w *cluster) awsConfig(region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(w.endpoint(region)),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
		RetryMaxAttempts: 1,
	}
}

func (w *cluster) client(region string) *dynamodb.Client {
	return dynamodb.NewFromConfig(w.awsConfig(region))
}

// settle waits until every link has delivered its queue or is cut.
func (w *cluster) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), waitLimit)
	defer cancel()
	if err := w.Settled(ctx); err != nil {
		w.t.Fatal("not settled:", err)
	}
}

// tableWithID returns the input of CreateTable for a table whose hash key is the string
// "id".
func tableWithID(name *string) *dynamodb.CreateTableInput {
	id := aws.String("id")
	return &dynamodb.CreateTableInput{
		TableName: name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: id, AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: id, KeyType: types.KeyTypeHash}},
	}
}

// waitUntil waits until the condition holds. It fails the test if that takes longer
// than waitLimit.
func waitUntil(t testing.TB, event string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(waitLimit); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting until %s", event)
		}
	}
}

// counters returns the declaration of a table of counters, whose items have an id and
// a number n.
func counters(ttl string) map[string]manifest.Table {
	return map[string]manifest.Table{"test-counters": {HashKey: manifest.Key{Name: "id", Type: "S"}, TTL: ttl}}
}

var threeRegions = []string{"eu-west-1", "us-east-1", "ap-south-1"}
