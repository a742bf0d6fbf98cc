package idempotency

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// order orders a number of things.
var order = rest.Operation[orderInput, orderOutput]{ID: "order", Method: "POST", Path: "/orders/{shop}"}

type orderInput struct {
	Caller claims.Caller
	Shop   string `path:"shop"`
	rest.IdempotencyKey
	Body orderBody
}

type orderBody struct {
	Count int `json:"count"`
}

type orderOutput struct {
	ETag string `header:"ETag"`
	Body orderBody
}

// newInput returns an order of ada's.
func newInput(key string, count int) orderInput {
	in := orderInput{Caller: claims.Caller{Subject: "ada"}, Shop: "books", Body: orderBody{count}}
	if key != "" {
		in.Key = &key
	}
	return in
}

// eachDynamoDB runs the test on each DynamoDB with a new table, through a meter.
func eachDynamoDB(t *testing.T, test func(t *testing.T, env lambdaenv.Env, m *dynamodbtest.Meter)) {
	tables := rest.Service{Name: "orders", Operations: []rest.Described{&order}}.AllTables()
	dynamodbtest.Each(t, tables, func(t *testing.T, env lambdaenv.Env) {
		behind, m := dynamodbtest.Through(t, env)
		test(t, behind, m)
	})
}

// service counts the requests that it executes.
type service struct {
	executed []orderInput
	requests []Request
	err      error
}

func (s *service) order(ctx context.Context, in orderInput) (orderOutput, error) {
	s.executed = append(s.executed, in)
	s.requests = append(s.requests, RequestOf(ctx))
	return orderOutput{ETag: time.Now().String(), Body: in.Body}, s.err
}

func TestARepeatedRequestReturnsTheFirstOutput(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, m *dynamodbtest.Meter) {
		s := &service{}
		do := Handler(env, order, s.order)
		first, err := do(t.Context(), newInput("key", 1))
		if err != nil {
			t.Fatal(err)
		}
		read := 1.0
		if m.IsDynamoDBLocal() {
			read = 0 // the Query returns no items
		}
		if got := m.Take(); !slices.Equal(got.Calls, []string{"Query", "PutItem"}) || got.Read != read || got.Written != 1 {
			t.Errorf("the first request: %+v", got)
		}
		again, err := do(t.Context(), newInput("key", 1))
		if diff := cmp.Diff(first, again); err != nil || diff != "" || len(s.executed) != 1 {
			t.Errorf("the repeated request: %v, executed %d times, (-first +repeated):\n%s", err, len(s.executed), diff)
		}
		if got := m.Take(); !slices.Equal(got.Calls, []string{"Query"}) || got.Read != 1 {
			t.Errorf("the repeated request: %+v", got)
		}
	})
}

func TestRequestsAreTheSameByCallerKeyAndContent(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, m *dynamodbtest.Meter) {
		for _, test := range []struct {
			name     string
			second   orderInput
			executed int
			err      error
		}{
			{name: "the same", second: newInput("key", 1), executed: 1},
			{name: "another count", second: newInput("key", 2), executed: 1, err: ErrReused},
			{name: "another key", second: newInput("other", 1), executed: 2},
			{name: "no key", second: newInput("", 1), executed: 2},
			{name: "another caller", second: func() orderInput {
				in := newInput("key", 1)
				in.Caller.Subject = "bob"
				return in
			}(), executed: 2},
			{name: "another shop", second: func() orderInput {
				in := newInput("key", 1)
				in.Shop = "toys"
				return in
			}(), executed: 1, err: ErrReused},
			{name: "another token of the caller", second: func() orderInput {
				in := newInput("key", 1)
				in.Caller.Scopes = []string{"orders/write"}
				return in
			}(), executed: 1},
		} {
			t.Run(test.name, func(t *testing.T) {
				op, s := order, &service{}
				op.ID = "order " + test.name // so that the tests do not see each other's records
				do := Handler(env, op, s.order)
				if _, err := do(t.Context(), newInput("key", 1)); err != nil {
					t.Fatal(err)
				}
				_, err := do(t.Context(), test.second)
				if !errors.Is(err, test.err) || len(s.executed) != test.executed {
					t.Errorf("got %v, executed %d times; want %v, %d", err, len(s.executed), test.err, test.executed)
				}
			})
		}
		m.Take()
		s := &service{}
		if _, err := Handler(env, order, s.order)(t.Context(), newInput("", 1)); err != nil || len(m.Take().Calls) != 0 {
			t.Errorf("a request without a key: %v, or it called DynamoDB", err)
		}
		if s.requests[0] != (Request{}) {
			t.Errorf("a request without a key has the Request %+v", s.requests[0])
		}
	})
}

func TestAFailedRequestLeavesNoRecord(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, _ *dynamodbtest.Meter) {
		s := &service{err: errors.New("out of stock")}
		do := Handler(env, order, s.order)
		if _, err := do(t.Context(), newInput("key", 1)); !errors.Is(err, s.err) {
			t.Fatalf("got %v, want %v", err, s.err)
		}
		s.err = nil
		if _, err := do(t.Context(), newInput("key", 2)); err != nil || len(s.executed) != 2 {
			t.Errorf("a later request with the key: %v, executed %d times", err, len(s.executed))
		}
	})
}

// TestEachRegionKeepsItsOwnRecord executes one key in two Regions before the records are
// replicated: the same request, and another one. A client that repeats its request gets
// its own output in both Regions, and not 422 for a request that was acknowledged.
func TestEachRegionKeepsItsOwnRecord(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, _ *dynamodbtest.Meter) {
		region := func(name string) records {
			table := rest.IdempotencyTable("orders").PhysicalName(env.Environment)
			return records{table: dynamodb.Open(env).Table(table), region: name, now: time.Now}
		}
		west, east := region("us-west-2"), region("us-east-1")
		first, err := newRequest("order", newInput("key", 1))
		if err != nil {
			t.Fatal(err)
		}
		other, err := newRequest("order", newInput("key", 2))
		if err != nil || first.Key != other.Key || first.Content == other.Content {
			t.Fatalf("%+v and %+v, %v", first, other, err)
		}
		west.save(t.Context(), first, "west")
		east.save(t.Context(), other, "east")
		for _, r := range []records{west, east} {
			for request, want := range map[Request]string{first: `"west"`, other: `"east"`} {
				if got, err := r.find(t.Context(), request); err != nil || got != want {
					t.Errorf("%s: got %s, %v, want %s", r.region, got, err, want)
				}
			}
		}
		east.save(t.Context(), first, "east, too")
		for r, want := range map[*records]string{&west: `"west"`, &east: `"east, too"`} {
			if got, err := r.find(t.Context(), first); err != nil || got != want {
				t.Errorf("%s: got %s, %v, want its own record %s", r.region, got, err, want)
			}
		}
	})
}

func TestRecordsExpireAfterADay(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, _ *dynamodbtest.Meter) {
		name := rest.IdempotencyTable("orders").PhysicalName(env.Environment)
		r := records{table: dynamodb.Open(env).Table(name), region: "us-west-2", now: time.Now}
		r.save(t.Context(), Request{"key", "content"}, "output")
		for _, test := range []struct {
			name string
			age  time.Duration
			want string
		}{{"before", Life - time.Minute, `"output"`}, {"after", Life + time.Minute, ""}} {
			r.now = func() time.Time { return time.Now().Add(test.age) }
			if got, err := r.find(t.Context(), Request{"key", "content"}); err != nil || got != test.want {
				t.Errorf("%s the end: got %q, %v, want %q", test.name, got, err, test.want)
			}
		}
	})
}

// TestRightsFollowFromTheInput compares the rights that the calls need with the ones
// that the operation has because its input embeds rest.IdempotencyKey.
func TestRightsFollowFromTheInput(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, m *dynamodbtest.Meter) {
		if _, err := Handler(env, order, (&service{}).order)(t.Context(), newInput("key", 1)); err != nil {
			t.Fatal(err)
		}
		table := rest.IdempotencyTable("orders")
		want := rest.Uses{table.Query(""), table.Put()}
		if diff := cmp.Diff(want, order.Describe().Uses); diff != "" {
			t.Errorf("rights (-want +got):\n%s", diff)
		}
		var actions []string
		for _, g := range want {
			actions = append(actions, g.Actions...)
		}
		slices.Sort(actions)
		if got := m.Take().Actions; !slices.Equal(got, actions) {
			t.Errorf("the calls need %v", got)
		}
	})
}

func TestARecordThatCannotBeWrittenDoesNotFailTheRequest(t *testing.T) {
	eachDynamoDB(t, func(t *testing.T, env lambdaenv.Env, m *dynamodbtest.Meter) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &service{}
		m.Before(1, func() bool { cancel(); return false })
		if _, err := Handler(env, order, s.order)(ctx, newInput("key", 1)); err != nil || len(s.executed) != 1 {
			t.Errorf("got %v, executed %d times", err, len(s.executed))
		}
		if calls := m.Take().Calls; !slices.Equal(calls, []string{"Query"}) {
			t.Errorf("DynamoDB received the calls %v", calls)
		}
	})
}

// Tables of other services stay unchanged.
func TestAServiceWithoutKeysHasNoTableOfRecords(t *testing.T) {
	own := []resource.Table{{Name: "books"}}
	got := rest.Service{Name: "orders", Tables: own}.AllTables()
	if diff := cmp.Diff(own, got); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}
