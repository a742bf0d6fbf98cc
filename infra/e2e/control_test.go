package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/platform/resource"
)

// startControlled starts a cloud with the control API, and returns a client of it.
func startControlled(t *testing.T) (*local.Cloud, control.Client) {
	t.Helper()
	recorder := control.NewRecorder()
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Recorder, cfg.Trace = recorder, func(document []byte) { recorder.Trace(document) }
	})
	cloud.Mount(control.Path, control.NewServer(cloud, recorder))
	return cloud, control.Client{URL: cloud.URL() + control.Path}
}

// waitFor waits until get returns a value that done accepts, and returns the value.
func waitFor[T any](t *testing.T, what string, get func(context.Context) (T, error), done func(T) bool) T {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		value, err := get(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if done(value) {
			return value
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 10 s; the last value is %+v", what, value)
		}
	}
}

func TestControlShowsRequestsAndData(t *testing.T) {
	cloud, client := startControlled(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	events := make(chan control.Request, 100)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		client.Watch(ctx, func(e control.Event) { // its error is the end of ctx
			var r control.Request
			if e.Type == control.EventRequest && json.Unmarshal(e.Data, &r) == nil && r.Done {
				select {
				case events <- r:
				default:
				}
			}
		})
	}()
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	read := getMyAccount("ada")
	read.from = vancouver
	// Only those who watch already get an event, so the request is sent until they do.
	waitFor(t, "the event of a request", func(context.Context) (control.Request, error) {
		mustCall(t, cloud, read, http.StatusOK)
		select {
		case r := <-events:
			return r, nil
		default:
			return control.Request{}, nil
		}
	}, func(r control.Request) bool { return r.Path == "/accounts/me" && r.Status == http.StatusOK })
	stop()
	<-watched

	list, err := client.Requests(t.Context())
	if err != nil || len(list) == 0 || list[0].Function != "accounts-get-my-account" {
		t.Fatalf("the requests are %+v, %v", list, err)
	}
	tables, err := client.Tables(t.Context(), west)
	if err != nil {
		t.Fatal(err)
	}
	items := map[string]int{}
	for _, table := range tables {
		items[table.Name] = table.Items
	}
	accounts := resource.TableName(local.Environment, "accounts")
	if items[accounts] != 2 { // the account and the claim of its address
		t.Errorf("the tables are %+v, want 2 items of %s", tables, accounts)
	}
	content, err := client.Items(t.Context(), west, accounts)
	if text := string(join(content)); err != nil || !strings.Contains(text, "ada@example.com") {
		t.Errorf("the items are %s, %v", text, err)
	}
}

// join joins the items of a table.
func join(items []json.RawMessage) (all []byte) {
	for _, i := range items {
		all = append(all, i...)
	}
	return all
}

// TestControlShowsReplication writes one item in both Regions while the link is cut.
func TestControlShowsReplication(t *testing.T) {
	cloud, client := startControlled(t)
	if err := client.SetLink(t.Context(), east, west, true); err != nil {
		t.Fatal(err)
	}
	table := resource.TableName(local.Environment, "profiles")
	for _, r := range cloud.Regions() {
		db := dynamodb.New(dynamodb.Options{
			Region: r.Name, BaseEndpoint: aws.String(r.DynamoDB),
			Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		})
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
			"accountId": &types.AttributeValueMemberS{Value: "contended"}, "part": &types.AttributeValueMemberS{Value: "p"},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	pending, err := client.Pending(t.Context())
	contended := func(w control.Write) bool { return w.Table == table && strings.Contains(string(w.Key), "contended") }
	if err != nil || len(pending) != 2 || !contended(pending[0]) || !contended(pending[1]) {
		t.Errorf("writes on their way are %+v, %v, want one in each direction", pending, err)
	}
	if err := client.SetLink(t.Context(), east, west, false); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "writes on their way", client.Pending, func(list []control.Write) bool { return len(list) == 0 })
	lost := waitFor(t, "conflicts", client.Conflicts, func(list []control.Write) bool { return len(list) > 0 })
	if len(lost) != 1 || lost[0].From != east || lost[0].Winner != west || lost[0].Table != table {
		t.Errorf("the conflicts are %+v, want one in which the write of %s lost", lost, east)
	}
}

// TestControlSkewsAClock moves a Region's clock beyond the life of a token.
func TestControlSkewsAClock(t *testing.T) {
	cloud, client := startControlled(t)
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	read := getMyAccount("ada")
	read.from = vancouver
	mustCall(t, cloud, read, http.StatusOK)
	for _, step := range []struct {
		skew   time.Duration
		status int
	}{{25 * time.Hour, http.StatusUnauthorized}, {0, http.StatusOK}} {
		if err := client.SetSkew(t.Context(), west, step.skew); err != nil {
			t.Fatal(err)
		}
		expectStatus(t, cloud, "with the skew "+step.skew.String(), read, step.status)
	}
}
