// Package memory implements the embedded DynamoDB of one Region: tables in memory or in
// a folder, served with DynamoDB's JSON protocol.
//
// The package exists because github.com/truora/minidyn could not be wrapped.
// Compared with DynamoDB Local, minidyn 0.8.2 rounds every number of an item to a
// float64 on any UpdateItem, ignores REMOVE, gives the pairs ("a.b", "c") and ("a",
// "b.c") one key, sorts numbers as text, and leaves stale entries in indexes. A
// layer that rewrites requests and responses cannot repair this. The cost is that
// this project maintains the engine itself.
//
// The engine implements an allow list: it refuses an operation or a member of a
// request by name if it does not implement it. Its responses are compared with
// DynamoDB Local. Where DynamoDB Local is known to differ from AWS, the engine
// follows AWS.
package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// Engine contains the tables of a Region. Reads run concurrently. A write or a
// transaction excludes all other operations.
type Engine struct {
	options Options
	mu      sync.RWMutex
	tables  map[string]*table

	definitions *store.Map[definition] // by table
	counts      *store.Map[totals]
	tokens      *store.Map[token] // of transactions
	tokenOrder  []string          // oldest first
}

// Options configure New.
type Options struct {
	Region string // for ARNs
	Now    func() time.Time
	// StaleReads is how old the data of an eventually consistent read can be. At 0 every
	// read returns the latest data.
	StaleReads time.Duration
	Seed       uint64 // of the choice which reads are stale
	// Store keeps the tables under names that begin with Region. Nil means a new store in
	// memory.
	Store *store.Store
}

// New returns an engine with the tables of the store.
func New(options Options) *Engine {
	if options.Store == nil {
		options.Store = store.New()
	}
	e := &Engine{options: options, tables: map[string]*table{}}
	e.load()
	return e
}

// Do performs one operation. Its changes belong to the transaction of the context, or to
// one of their own.
func (e *Engine) Do(ctx context.Context, operation string, body []byte) protocol.Response {
	tx := store.FromContext(ctx)
	if tx != nil {
		return e.do(tx, operation, body)
	}
	tx = e.options.Store.Begin()
	response := e.do(tx, operation, body)
	if err := tx.Commit(); err != nil {
		return protocol.ErrorResponse(err)
	}
	return response
}

func (e *Engine) do(tx *store.Tx, operation string, body []byte) protocol.Response {
	run := e.operation(tx, operation)
	if run == nil {
		return protocol.ErrorResponse(protocol.UnknownOperation(operation))
	}
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	r, err := run(o)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.members); err != nil {
		return protocol.ErrorResponse(err)
	}
	return protocol.Response{Status: http.StatusOK, Body: bytes.TrimRight(out.Bytes(), "\n"), Replay: r.replay}
}

// result is the result of a successful operation.
type result struct {
	members map[string]any
	replay  bool
}

func success(members map[string]any) (*result, error) { return &result{members: members}, nil }

func (e *Engine) operation(tx *store.Tx, name string) func(*protocol.Object) (*result, error) {
	within := func(run func(*store.Tx, *protocol.Object) (*result, error)) func(*protocol.Object) (*result, error) {
		return func(o *protocol.Object) (*result, error) { return run(tx, o) }
	}
	switch name {
	case "CreateTable":
		return within(e.createTable)
	case "DescribeTable":
		return e.describeTable
	case "ListTables":
		return e.listTables
	case "DeleteTable":
		return within(e.deleteTable)
	case "GetItem":
		return e.getItem
	case "PutItem":
		return within(e.putItem)
	case "UpdateItem":
		return within(e.updateItem)
	case "DeleteItem":
		return within(e.deleteItem)
	case "Query":
		return e.query
	case "Scan":
		return e.scan
	case "BatchGetItem":
		return e.batchGetItem
	case "BatchWriteItem":
		return within(e.batchWriteItem)
	case "TransactGetItems":
		return e.transactGetItems
	case "TransactWriteItems":
		return within(e.transactWriteItems)
	default:
		return nil
	}
}
