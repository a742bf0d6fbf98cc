package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

const (
	sampled   = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	unsampled = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
)

func TestParseHeader(t *testing.T) {
	for header, want := range map[string]string{
		sampled: sampled, unsampled: unsampled,
		"Sampled=1; Parent=53995c3f42cd8ad8; Self=1-x; Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a:1": sampled,
		"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=?":                         unsampled,
	} {
		if got := FormatHeader(ParseHeader(header)); got != want {
			t.Errorf("%s: got %s, want %s", header, got, want)
		}
	}
	for _, header := range []string{"", "Root", "Root=1-5759e988", "Root=2-5759e988-bd862e3fe1be46a994272793", "Root=1-5759E988-bd862e3fe1be46a99427279g", ";;=", "Parent=53995c3f42cd8ad8",
		"Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8", "Root=1-5759e988-bd862e3fe1be46a994272793"} {
		if ParseHeader(header).IsValid() {
			t.Errorf("%q is taken as valid", header)
		}
	}
}

func TestRoot(t *testing.T) {
	const root = "1-5759e988-bd862e3fe1be46a994272793"
	for header, want := range map[string]string{
		sampled: root, unsampled: root, "Root=" + root: root, "Self=1-x; Root=" + root: root,
		"": "", "Root=": "", "Root=1-5759e988-bd": "", "Parent=53995c3f42cd8ad8": "", "Root=\n": "",
	} {
		if got := Root(header); got != want {
			t.Errorf("%q: got %q", header, got)
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(sampled)
	f.Add("Root=1-5759e988-bd862e3fe1be46a994272793;Root=;Parent==;")
	f.Fuzz(func(t *testing.T, header string) {
		sc := ParseHeader(header)
		if sc.IsValid() && !ParseHeader(FormatHeader(sc)).Equal(sc) {
			t.Fatalf("%q became %q", header, FormatHeader(sc))
		}
	})
}

// daemon listens as the X-Ray daemon does and gives the documents that arrive.
func daemon(t *testing.T) (address string, next func() map[string]any) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String(), func() map[string]any {
		t.Helper()
		buf := make([]byte, maxDatagram)
		conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			return nil
		}
		header, body, _ := bytes.Cut(buf[:n], []byte("\n"))
		if string(header) != `{"format":"json","version":1}` {
			t.Fatalf("header %s", header)
		}
		var doc map[string]any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		return doc
	}
}

func TestInvocationIsASubsegmentOfLambdasSegment(t *testing.T) {
	address, next := daemon(t)
	before := float64(time.Now().Add(-time.Millisecond).UnixMicro()) / 1e6
	_, span := New("tcp:127.0.0.1:1 udp:"+address).Start(t.Context(), sampled, "get <Account>", attribute.Bool("cold-start", true))
	span.SetAttributes(attribute.String("other", "x"))
	End(span, 503, errors.New("the store is down"))
	doc := next()
	for name, want := range map[string]any{
		"name": "get _Account_", "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": "53995c3f42cd8ad8",
		"type": "subsegment", "fault": true, "error": nil,
	} {
		if doc[name] != want {
			t.Errorf("%s: got %v, want %v", name, doc[name], want)
		}
	}
	text, _ := json.Marshal(doc)
	for _, part := range []string{`"annotations":{"cold_start":true}`, `"metadata":{"other":"x"}`, `"message":"the store is down"`, `"status":503`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s lacks %s", text, part)
		}
	}
	start, end := doc["start_time"].(float64), doc["end_time"].(float64)
	if start < before || end < start || len(doc["id"].(string)) != 16 {
		t.Errorf("times %v to %v, id %v", start, end, doc["id"])
	}
}

func TestErrorsAndThrottles(t *testing.T) {
	address, next := daemon(t)
	tracer := New(address)
	for status, want := range map[int][3]any{200: {nil, nil, nil}, 404: {true, nil, nil}, 429: {true, true, nil}, 500: {nil, nil, true}} {
		_, span := tracer.Start(t.Context(), sampled, "x")
		End(span, status, nil)
		doc := next()
		if got := [3]any{doc["error"], doc["throttle"], doc["fault"]}; got != want {
			t.Errorf("%d: error, throttle, fault are %v, want %v", status, got, want)
		}
	}
}

func TestNothingIsRecordedUnsampledOrWithoutDaemon(t *testing.T) {
	for _, address := range []string{"", "nonsense", "127.0.0.1:1"} {
		for _, header := range []string{"", "nonsense", unsampled, sampled} {
			_, span := New(address).Start(t.Context(), header, "x")
			if span.IsRecording() && (header != sampled || address != "127.0.0.1:1") {
				t.Errorf("daemon %q, header %q: records", address, header)
			}
			End(span, 200, nil) // a daemon that is not there is not noticed
		}
	}
}

func TestNewTraceIDsBeginWithTheTime(t *testing.T) {
	now := time.Unix(0x5759e988, 0)
	id, span := ids{func() time.Time { return now }}.NewIDs(context.Background())
	if !strings.HasPrefix(formatRoot(id), "1-5759e988-") || !span.IsValid() {
		t.Errorf("got %s, %s", formatRoot(id), span)
	}
}

// stub answers DynamoDB calls with status and body, and keeps the tracing headers.
func stub(t *testing.T, status int, body string) (*dynamodb.Client, *[]string) {
	t.Helper()
	var headers []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		headers = append(headers, r.Header.Get(HeaderName))
		w.Header().Set("X-Amzn-RequestId", "REQUEST")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return dynamodb.NewFromConfig(aws.Config{
		Region: "ca-central-1", BaseEndpoint: &server.URL,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
		Retryer:    func() aws.Retryer { return retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Millisecond) },
		APIOptions: []func(*middleware.Stack) error{Instrument},
	}), &headers
}

func get(ctx context.Context, c *dynamodb.Client) error {
	_, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("prod-accounts"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "x"}}})
	return err
}

func TestAWSCallsAreSubsegments(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
		calls  int
	}{
		"success":   {200, `{}`, `"aws":{"operation":"GetItem","region":"ca-central-1","request_id":"REQUEST","table_name":"prod-accounts"}`, 1},
		"condition": {400, `{"__type":"ConditionalCheckFailedException"}`, `"error":true`, 1},
		"throttle":  {400, `{"__type":"ProvisionedThroughputExceededException"}`, `"throttle":true`, 3},
		"retries":   {400, `{"__type":"ProvisionedThroughputExceededException"}`, `"retries":2`, 3},
		"fault":     {500, `{"__type":"InternalServerError"}`, `"fault":true`, 3},
	} {
		t.Run(name, func(t *testing.T) {
			address, next := daemon(t)
			client, headers := stub(t, test.status, test.body)
			ctx, span := New(address).Start(t.Context(), sampled, "getMyAccount")
			err := get(ctx, client)
			if (err == nil) != (test.status == 200) {
				t.Fatal(err)
			}
			call := next()
			span.End()
			invocation := next()
			text, _ := json.Marshal(call)
			if call["name"] != "DynamoDB" || call["parent_id"] != invocation["id"] || call["namespace"] != "aws" || !strings.Contains(string(text), test.want) {
				t.Errorf("got %s, want %s below %v", text, test.want, invocation["id"])
			}
			if len(*headers) != test.calls || (*headers)[0] != "Root=1-5759e988-bd862e3fe1be46a994272793;Parent="+call["id"].(string)+";Sampled=1" {
				t.Errorf("sent on: %q", *headers)
			}
		})
	}
}

func TestCallsOutsideASpanAreLeftAlone(t *testing.T) {
	client, headers := stub(t, 200, `{}`)
	if err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	if (*headers)[0] != "" || trace.SpanFromContext(t.Context()).IsRecording() {
		t.Errorf("sent on: %q", *headers)
	}
}
