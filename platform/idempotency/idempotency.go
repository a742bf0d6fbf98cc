// Package idempotency carries a request with an Idempotency-Key out once. A repeated
// request gets the first response again.
//
//	adapter.Start(api.Create, idempotency.Handler(env, api.Create, h.create))
//
// The operation's input embeds rest.IdempotencyKey. Its context's table and the
// function's rights follow from that.
//
// A record of each successful request is kept for a day in an eventually consistent
// table, whose TTL removes it. In such a table the later Region would overwrite the
// earlier one's record. So the Region is a part of the record's key, and a Region writes
// only its own records. A strongly consistent table would have one record, but no TTL,
// and each request would wait for another Region.
//
// The records do not decide. Two Regions, or two requests at once, can execute one
// request before they see each other's records. An operation that must not be executed
// twice remembers the Request in the item that it writes, with a condition, and returns
// the first result from there, as accounts/store does. The decision is then as consistent
// as that item.
package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"os"
	"reflect"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Life is how long a record is valid.
const Life = 24 * time.Hour

// ErrReused is returned if a key was used for a request with another content.
var ErrReused = problem.New(problem.Unprocessable, "The idempotency key was used for another request.")

// Request identifies a request with a key. The zero Request has no key.
type Request struct {
	// Key is a hash of the operation, the caller and the key.
	Key string
	// Content is a hash of the input without the caller and the key.
	Content string
}

// contentInput is an input that decides which requests have the same content. An input
// without the method is compared with all its members.
type contentInput interface{ IdempotencyContent() any }

// requestKey is the context's key of a Request.
type requestKey struct{}

// RequestOf returns the Request of the handler's context, which is zero if the request
// has no key.
func RequestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

// record is the item of a successful request.
type record struct {
	Request   string `dynamo:"request,hash"`
	Region    string `dynamo:"region,range"`
	Content   string `dynamo:"content"`
	Output    string `dynamo:"output"` // JSON
	ExpiresAt int64  `dynamo:"expiresAt"`
}

// records reads and writes the records of one operation.
type records struct {
	table  dynamo.Table
	region string
	log    *slog.Logger
	now    func() time.Time
}

// Handler returns a handler that calls h for a request that has no record, and otherwise
// returns the output that h returned the first time. If another request with the key has
// a record, it fails with ErrReused. A failed request leaves no record.
//
// A request with a key makes two calls of DynamoDB in its own Region: a consistent Query
// (1 read unit for each 4 KiB) and a PutItem (1 write unit for each KiB of the output).
// A request without a key makes none.
func Handler[In, Out any](
	env lambdaenv.Env, op rest.Operation[In, Out], h func(ctx context.Context, in In) (Out, error),
) func(ctx context.Context, in In) (Out, error) {
	d := op.Describe()
	r := records{dynamodb.OpenTable(env, rest.IdempotencyTable(d.Service())), env.Region, logs.New(os.Stdout).With("operation", d.ID), time.Now}
	return func(ctx context.Context, in In) (out Out, err error) {
		request, err := newRequest(d.ID, in)
		if err != nil {
			return out, err
		}
		if request.Key == "" {
			return h(ctx, in)
		}
		found, err := r.find(ctx, request)
		if err != nil {
			return out, err
		}
		if found != "" {
			return out, json.Unmarshal([]byte(found), &out)
		}
		if out, err = h(context.WithValue(ctx, requestKey{}, request), in); err == nil {
			r.save(ctx, request, out)
		}
		return out, err
	}
}

// newRequest returns the Request of an input, zero if it has no key.
func newRequest(operation string, in any) (Request, error) {
	keyed, ok := in.(interface{ RequestKey() string })
	if !ok || keyed.RequestKey() == "" {
		return Request{}, nil
	}
	v := reflect.New(reflect.TypeOf(in)).Elem()
	v.Set(reflect.ValueOf(in))
	caller := ""
	if f, ok := rest.CallerField(v.Type()); ok {
		caller = v.FieldByIndex(f.Index).Interface().(claims.Caller).Subject
		v.FieldByIndex(f.Index).SetZero()
	}
	v.FieldByName("IdempotencyKey").SetZero()
	content := v.Interface()
	if c, ok := in.(contentInput); ok {
		content = c.IdempotencyContent()
	}
	text, err := json.Marshal(content)
	if err != nil {
		return Request{}, err
	}
	return Request{hash(operation + "\n" + caller + "\n" + keyed.RequestKey()), hash(string(text))}, nil
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// find returns the output of the request's record, "" if there is no record with its
// key, or ErrReused. If several Regions have executed the request, each Region
// continues to return its own output.
func (r records) find(ctx context.Context, request Request) (output string, err error) {
	var list []record
	err = r.table.Get("request", request.Key).Consistent(true).All(ctx, &list)
	if err != nil {
		return "", err
	}
	used := false
	for _, i := range list {
		switch {
		case i.ExpiresAt <= r.now().Unix(): // TTL deletes it later
		case i.Content != request.Content:
			used = true
		case output == "" || i.Region == r.region:
			output = i.Output
		}
	}
	if output == "" && used {
		return "", ErrReused
	}
	return output, nil
}

// save records the output of a request. The request has been executed, so a failure is
// logged and not returned: the client could only repeat the request.
func (r records) save(ctx context.Context, request Request, out any) {
	text, err := json.Marshal(out)
	if err == nil {
		err = r.table.Put(record{request.Key, r.region, request.Content, string(text), r.now().Add(Life).Unix()}).Run(ctx)
	}
	if err != nil {
		r.log.Error("cannot record a request with an idempotency key", "error", err.Error())
	}
}
