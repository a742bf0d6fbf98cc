package dynamodb

import (
	"io"
	"log/slog"
	"os"
	"testing"
	"time"
)

// openTest opens a Global that is closed with the test.
func openTest(t testing.TB, cfg Config) *Global {
	t.Helper()
	return openTestAt(t, cfg, defaults())
}

func openTestAt(t testing.TB, cfg Config, opts options) *Global {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	g, err := open(t.Context(), cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// localURL is the DynamoDB Local to test against; without one the test is skipped.
func localURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("DYNAMODB_LOCAL_URL")
	if url == "" {
		t.Skip("DYNAMODB_LOCAL_URL is not set: start DynamoDB Local (java -jar DynamoDBLocal.jar -inMemory -port 8000) and set it to http://127.0.0.1:8000")
	}
	return url
}

const soon = 20 * time.Second

func TestConformanceEmbedded(t *testing.T) { conformance(t, "") }

func TestConformanceDynamoDBLocal(t *testing.T) { conformance(t, localURL(t)) }
