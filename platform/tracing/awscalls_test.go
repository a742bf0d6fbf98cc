package tracing

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
)

// newClient returns an instrumented client of a DynamoDB that returns the response,
// and a function that returns the tracing headers that the DynamoDB received.
func newClient(t *testing.T, status int, body string) (client *dynamodb.Client, headers func() []string) {
	t.Helper()
	var mu sync.Mutex
	var received []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		received = append(received, r.Header.Get(HeaderName))
		mu.Unlock()
		w.Header().Set("X-Amzn-RequestId", "REQUEST")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	client = dynamodb.NewFromConfig(aws.Config{
		Region: "ca-central-1", BaseEndpoint: &server.URL,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
		Retryer:    func() aws.Retryer { return retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Millisecond) },
		APIOptions: []func(*middleware.Stack) error{Instrument},
	})
	return client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return received
	}
}

func getItem(ctx context.Context, c *dynamodb.Client) error {
	key := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "x"}}
	_, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("prod-accounts"), Key: key})
	return err
}

func listTables(ctx context.Context, c *dynamodb.Client) error {
	_, err := c.ListTables(ctx, &dynamodb.ListTablesInput{})
	return err
}

func TestCall(t *testing.T) {
	const throttled = `{"__type":"ProvisionedThroughputExceededException"}`
	get := document{
		"operation": "GetItem", "region": "ca-central-1", "request_id": "REQUEST", "table_name": "prod-accounts",
	}
	retried := document{"retries": 2.0}
	for name, value := range get {
		retried[name] = value
	}
	for _, test := range []struct {
		name   string
		call   func(context.Context, *dynamodb.Client) error
		status int
		body   string
		want   document
		calls  int
	}{
		{
			name: "success", call: getItem, status: 200, body: `{}`, calls: 1,
			want: document{"aws": get},
		},
		{
			name: "no table", call: listTables, status: 200, body: `{}`, calls: 1,
			want: document{
				"aws": document{"operation": "ListTables", "region": "ca-central-1", "request_id": "REQUEST"},
			},
		},
		{
			name: "condition", call: getItem, calls: 1,
			status: 400, body: `{"__type":"ConditionalCheckFailedException"}`,
			want: document{"aws": get, "error": true},
		},
		{
			name: "throttle", call: getItem, status: 400, body: throttled, calls: 3,
			want: document{"aws": retried, "error": true, "throttle": true},
		},
		{
			name: "fault", call: getItem, status: 500, body: `{"__type":"InternalServerError"}`, calls: 3,
			want: document{"aws": retried, "fault": true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, next := listen(t)
			client, headers := newClient(t, test.status, test.body)
			ctx, span := New(address).Start(t.Context(), sampled, "getMyAccount")
			err := test.call(ctx, client)
			if (err == nil) != (test.status == 200) {
				t.Fatal(err)
			}
			got := next()
			span.End(nil)
			want := document{
				"name": "DynamoDB", "namespace": "aws", "type": "subsegment", "trace_id": root,
				"parent_id": next()["id"], "http": document{"response": document{"status": float64(test.status)}},
			}
			for name, value := range test.want {
				want[name] = value
			}
			if diff := cmp.Diff(want, got, ignoreFields("id", "start_time", "end_time", "cause")); diff != "" {
				t.Errorf("subsegment (-want +got):\n%s", diff)
			}
			if (got["cause"] == nil) != (err == nil) {
				t.Errorf("cause is %v for error %v", got["cause"], err)
			}
			header := "Root=" + root + ";Parent=" + got["id"].(string) + ";Sampled=1"
			for _, received := range headers() {
				if received != header {
					t.Errorf("header is %s, want %s", received, header)
				}
			}
			if n := len(headers()); n != test.calls {
				t.Errorf("%d calls, want %d", n, test.calls)
			}
		})
	}
}

func TestCallWithoutResponseIsAFault(t *testing.T) {
	address, next := listen(t)
	client, _ := newClient(t, 200, `{}`)
	options := client.Options()
	options.BaseEndpoint = aws.String("http://127.0.0.1:1") // no server listens
	client = dynamodb.New(options)
	ctx, span := New(address).Start(t.Context(), sampled, "getMyAccount")
	defer span.End(nil)
	if err := getItem(ctx, client); err == nil {
		t.Fatal("the call succeeded without a server")
	}
	got := next()
	want := document{
		"name": "DynamoDB", "namespace": "aws", "type": "subsegment", "trace_id": root, "fault": true,
		"aws": document{
			"operation": "GetItem", "region": "ca-central-1", "retries": 2.0, "table_name": "prod-accounts",
		},
	}
	if diff := cmp.Diff(want, got, ignoreFields("id", "parent_id", "start_time", "end_time", "cause")); diff != "" {
		t.Errorf("subsegment (-want +got):\n%s", diff)
	}
	if got["cause"] == nil {
		t.Error("the subsegment has no cause")
	}
}

// TestHeaderOfUntracedCall checks the header that a call outside a sampled span sends.
func TestHeaderOfUntracedCall(t *testing.T) {
	for _, test := range []struct {
		name     string
		address  string // of the daemon; without one, the tracer records nothing
		header   string
		contains string
	}{
		{name: "unsampled", address: "127.0.0.1:1", header: unsampled, contains: "Root=" + root + ";Parent="},
		{name: "not traced", header: sampled},
	} {
		t.Run(test.name, func(t *testing.T) {
			client, headers := newClient(t, 200, `{}`)
			ctx, span := New(test.address).Start(t.Context(), test.header, "getMyAccount")
			defer span.End(nil)
			if err := getItem(ctx, client); err != nil {
				t.Fatal(err)
			}
			got := headers()[0]
			if test.contains == "" {
				if got != "" {
					t.Errorf("header is %q, want none", got)
				}
				return
			}
			if !strings.HasPrefix(got, test.contains) || !strings.HasSuffix(got, ";Sampled=0") {
				t.Errorf("header is %q, want %s...;Sampled=0", got, test.contains)
			}
		})
	}
	t.Run("no span", func(t *testing.T) {
		client, headers := newClient(t, 200, `{}`)
		if err := getItem(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if got := headers()[0]; got != "" {
			t.Errorf("header is %q, want none", got)
		}
	})
}
