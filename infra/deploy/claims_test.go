package deploy

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"

	platform "github.com/meridian-api/meridian/platform/dynamodb"
)

// claimsSite is a site of one Region whose tables are declared as strongly consistent, with
// items, clients that write all the time, and two Regions in its file.
type claimsSite struct {
	*site
	url      string
	client   *awsdynamodb.Client
	output   phaseWriter
	inFlight sync.RWMutex // read by an invocation while it runs

	mu           sync.Mutex
	acknowledged map[string]string // the last value of each item
	refused      int
	failure      error
}

const (
	strongBooks   = "trial-one"
	ordinaryBooks = strongBooks + resource.OrdinarySuffix
)

func newClaimsSite(t *testing.T) *claimsSite {
	s := &claimsSite{site: newSite(t), acknowledged: map[string]string{}}
	s.consistency, s.regions, s.protect = manifest.Strong, []string{"us-east-1"}, true
	s.mustDeploy(Options{Create: true})
	s.regions = []string{"us-east-1", "us-west-2"}
	key := manifest.Key{Name: "id", Type: "S"}
	strong := manifest.Table{HashKey: key, Consistency: manifest.Strong}
	db, err := dynamodb.Open(t.Context(), dynamodb.Config{Regions: s.regions, Lag: time.Millisecond,
		Tables: map[string]manifest.Table{strongBooks: strong, "trial-two": strong}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(db.Handler("us-east-1"))
	t.Cleanup(func() { server.Close(); db.Close() })
	s.url = server.URL
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": s.url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	} {
		t.Setenv(name, value)
	}
	c, err := newCopier(t.Context(), "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	s.client = c.client
	for _, name := range []string{ordinaryBooks, "trial-two" + resource.OrdinarySuffix} {
		if _, err := s.client.CreateTable(t.Context(), &awsdynamodb.CreateTableInput{
			TableName: &name, BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{
				{AttributeName: &key.Name, AttributeType: types.ScalarAttributeTypeS},
			},
			KeySchema: []types.KeySchemaElement{{AttributeName: &key.Name, KeyType: types.KeyTypeHash}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// environment returns the variables with which the functions of context one run: Terraform's
// tests check that it sets them like this in each phase.
func (s *claimsSite) environment() lambdaenv.Env {
	vars := map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "trial", "AWS_ENDPOINT_URL_DYNAMODB": s.url,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
	state, err := recorder.ReadState(s.state("functions/one/us-east-1"))
	if err != nil {
		s.fail(err)
	}
	if function := state["aws_lambda_function.put"]; function != nil {
		if function["ordinary"] == true {
			vars["STRONG_SUFFIX"] = resource.OrdinarySuffix
		}
		if function["held"] == true {
			vars["STRONG_HELD"] = "true"
		}
	}
	return lambdaenv.Must(func(name string) string { return vars[name] })
}

func (s *claimsSite) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = errors.Join(s.failure, err)
}

// put writes an item, as an invocation does. It knows only the table that its version of the
// function was deployed with, even if a newer version is deployed meanwhile.
func (s *claimsSite) put(ctx context.Context, id, value string) {
	s.inFlight.RLock()
	defer s.inFlight.RUnlock()
	table := platform.OpenTable(s.environment(), resource.Table{Name: "one", Consistency: resource.Strong})
	err := table.Put(map[string]string{"id": id, "value": value}).Run(ctx)
	var p *problem.Error
	switch {
	case err == nil:
		s.mu.Lock()
		s.acknowledged[id] = value
		s.mu.Unlock()
	case errors.As(err, &p) && p.Kind == problem.Unavailable && p.RetryAfter > 0:
		s.mu.Lock()
		s.refused++
		s.mu.Unlock()
	default:
		s.fail(err)
	}
}

// drain returns when the invocations that run have ended, as deploy:claims does by waiting for
// the functions' timeout.
func (s *claimsSite) drain(context.Context, time.Duration) error {
	s.inFlight.Lock()
	defer s.inFlight.Unlock()
	return nil
}

// move runs deploy:claims once. When it begins a phase, do is called with the first word of
// its line.
func (s *claimsSite) move(do func(phase string)) error {
	s.output = phaseWriter{do: do}
	session := s.openTo(&s.output)
	return session.moveClaims(s.t.Context(), &migration{checker: s, copier: &copier{s.client}, wait: s.drain})
}

// phaseWriter calls do with the first word of each line that deploy:claims prints.
type phaseWriter struct {
	strings.Builder
	do func(phase string)
}

func (w *phaseWriter) Write(p []byte) (int, error) {
	n, err := w.Builder.Write(p)
	if line := strings.TrimSpace(string(p)); w.do != nil && line != "" {
		w.do(strings.Fields(line)[0])
	}
	return n, err
}

// items returns the values of a table's items.
func (s *claimsSite) items(table string) map[string]string {
	s.t.Helper()
	values := map[string]string{}
	if err := (&copier{s.client}).scan(s.t.Context(), table, func(items []map[string]types.AttributeValue) error {
		for _, item := range items {
			values[item["id"].(*types.AttributeValueMemberS).Value] = item["value"].(*types.AttributeValueMemberS).Value
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return values
}

// write writes until the function that it returns is called.
func (s *claimsSite) write() (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var writers sync.WaitGroup
	for writer := range 2 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				s.put(s.t.Context(), fmt.Sprintf("%d-%d", writer, n%7), fmt.Sprint(n))
				time.Sleep(2 * time.Millisecond) // leaves the processor to the deployment
			}
		})
	}
	return func() { cancel(); writers.Wait() }
}

// TestClaimsAreCopiedWhileWritesAreHeld ends deploy:claims in each of its phases, as a kill
// would, and runs it again, while clients write. No acknowledged write is lost, and nothing
// else can be deployed meanwhile.
func TestClaimsAreCopiedWhileWritesAreHeld(t *testing.T) {
	s := newClaimsSite(t)
	for n := range 60 {
		s.put(t.Context(), fmt.Sprintf("kept-%d", n), "1")
	}
	wantRefused(t, s.site, Options{AllowDataLoss: "trial"}, "ENV=trial go tool mage deploy:claims")
	stop := s.write()
	for _, fault := range []struct{ phase, apply string }{
		{phase: "Create", apply: "data/one"},
		{phase: "Hold", apply: "functions/two/us-east-1"},
		{phase: "Use", apply: "functions/two/us-east-1"},
		{phase: "Release", apply: "data/two"},
		{phase: "Remove", apply: "data/one"},
	} {
		err := s.move(func(phase string) {
			if phase == fault.phase {
				s.fault("apply " + fault.apply + " fail")
			}
		})
		if err == nil || !strings.Contains(err.Error(), "as the test asks") {
			t.Fatalf("%+v: %v\n%s", fault, err, s.output.String())
		}
		s.fault()
		if fault.phase == "Use" {
			wantRefused(t, s.site, Options{AllowDataLoss: "trial"}, "deploy:claims of trial, begun ")
		}
	}
	if err := s.move(nil); err != nil {
		t.Fatalf("%v\n%s", err, s.output.String())
	}
	s.mu.Lock()
	before := len(s.acknowledged)
	s.mu.Unlock()
	stop()
	s.put(t.Context(), "afterwards", "1")
	if s.failure != nil || s.refused == 0 || before < 60 {
		t.Errorf("%d items, %d writes refused while they were held; failures: %v", before, s.refused, s.failure)
	}
	wantSameItems(t, s.acknowledged, s.items(strongBooks))
	s.mustDeploy(Options{})
	state, err := recorder.ReadState(s.state("data/one"))
	if err != nil || len(state) != 1 || state["aws_dynamodb_table.one"] == nil {
		t.Errorf("the tables afterwards: %v, %v", state, err)
	}
}

func wantSameItems(t *testing.T, want, got map[string]string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d items, want %d", len(got), len(want))
	}
	for id, value := range want {
		if got[id] != value {
			t.Errorf("%s is %q, want the acknowledged %q", id, got[id], value)
		}
	}
}

// TestClaimsThatDifferReleaseWrites lets a program that is not a function write to the
// ordinary table while it is copied.
func TestClaimsThatDifferReleaseWrites(t *testing.T) {
	s := newClaimsSite(t)
	s.put(t.Context(), "a", "1")
	err := s.move(func(word string) {
		if word == strongBooks+":" { // the table was copied, and is to be verified
			if _, err := s.client.PutItem(t.Context(), &awsdynamodb.PutItemInput{TableName: aws.String(ordinaryBooks),
				Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "b"},
					"value": &types.AttributeValueMemberS{Value: fmt.Sprint(time.Now())}}}); err != nil {
				t.Error(err)
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), "writes are released: "+ordinaryBooks+" has 2 items") {
		t.Fatalf("%v\n%s", err, s.output.String())
	}
	s.put(t.Context(), "c", "1")
	if s.refused != 0 || s.failure != nil {
		t.Errorf("%d writes refused afterwards, %v", s.refused, s.failure)
	}
	if err := s.move(nil); err != nil {
		t.Fatal(err)
	}
	if got := s.items(strongBooks); len(got) != 3 || got["c"] != "1" {
		t.Errorf("after the next run the table has %v", got)
	}
}

func TestNoClaimsToCopy(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after []string
		want          string
	}{
		{name: "one Region in the file", before: []string{"us-east-1"}, after: []string{"us-east-1"},
			want: "trial has one Region: nothing was changed"},
		{name: "strongly consistent already", before: []string{"us-east-1", "us-west-2"},
			after: []string{"us-east-1", "us-west-2"}, want: "there is nothing to copy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.consistency, s.regions = manifest.Strong, test.before
			s.mustDeploy(Options{Create: true})
			s.regions = test.after
			err := s.openTo(&strings.Builder{}).moveClaims(t.Context(), &migration{checker: s})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestCopierMakesTablesEqual copies items of every type, and deletes what the source lacks.
func TestCopierMakesTablesEqual(t *testing.T) {
	s := newClaimsSite(t)
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	put := func(table, id string, value types.AttributeValue) {
		t.Helper()
		if _, err := s.client.PutItem(t.Context(), &awsdynamodb.PutItemInput{TableName: &table,
			Item: map[string]types.AttributeValue{"id": text(id), "value": value}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, value := range []types.AttributeValue{
		text("a"), &types.AttributeValueMemberN{Value: "1.5"}, &types.AttributeValueMemberB{Value: []byte{0, 255}},
		&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberNULL{Value: true},
		&types.AttributeValueMemberSS{Value: []string{"b", "a"}}, &types.AttributeValueMemberNS{Value: []string{"2", "1"}},
		&types.AttributeValueMemberBS{Value: [][]byte{{2}, {1}}},
		&types.AttributeValueMemberL{Value: []types.AttributeValue{text("x")}},
		&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"m": text("y")}},
	} {
		put(ordinaryBooks, fmt.Sprint(i), value)
	}
	put(strongBooks, "0", text("an older value"))
	put(strongBooks, "deleted since", text("a"))
	c := copier{s.client}
	for _, want := range []copied{{items: 10, put: 10, deleted: 1}, {items: 10}} {
		if _, err := c.compare(t.Context(), ordinaryBooks, strongBooks); (err == nil) != (want.put == 0) {
			t.Errorf("compared before a copy of %d: %v", want.put, err)
		}
		if got, err := c.equal(t.Context(), ordinaryBooks, strongBooks); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
}
