// Package memory is the embedded DynamoDB of one Region: tables in memory behind
// DynamoDB's JSON protocol.
//
// It was to be github.com/truora/minidyn behind a layer that mends it. Held
// against DynamoDB Local, minidyn 0.8.2 rounds every number of an item to a
// float64 on any UpdateItem, removes nothing on REMOVE, gives "a.b"+"c" and
// "a"+"b.c" one key, orders numbers as text, and leaves stale entries in indexes:
// nothing a layer of requests and answers can mend. What was given up is somebody
// else's maintenance; what was gained is that the answers are right or refused.
//
// It is an allow list. An operation or a member of a request that is not read
// here is refused by name. What it answers is held against DynamoDB Local, and
// where that is known to differ from AWS, AWS is followed.
package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Engine holds a Region's tables. Reads run beside each other; a write, and a
// transaction as a whole, runs alone.
type Engine struct {
	region string
	now    func() time.Time
	mu     sync.RWMutex
	tables map[string]*table
	tokens tokens
}

// New is an engine without tables. The Region is only for ARNs.
func New(region string, now func() time.Time) *Engine {
	return &Engine{region: region, now: now, tables: map[string]*table{}, tokens: tokens{known: map[string]token{}}}
}

// Do carries out one operation.
func (e *Engine) Do(_ context.Context, operation string, body []byte) protocol.Answer {
	run := e.operation(operation)
	if run == nil {
		return protocol.Refuse(protocol.UnknownOperation(operation))
	}
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.Refuse(err)
	}
	r, err := run(o)
	if err != nil {
		return protocol.Refuse(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.members); err != nil {
		return protocol.Refuse(err)
	}
	return protocol.Answer{Status: http.StatusOK, Body: bytes.TrimRight(out.Bytes(), "\n"), Replay: r.replay}
}

// result is what an operation that succeeded answers.
type result struct {
	members map[string]any
	replay  bool
}

func succeed(members map[string]any) (*result, error) { return &result{members: members}, nil }

func (e *Engine) operation(name string) func(*protocol.Object) (*result, error) {
	switch name {
	case "CreateTable":
		return e.createTable
	case "DescribeTable":
		return e.describeTable
	case "ListTables":
		return e.listTables
	case "DeleteTable":
		return e.deleteTable
	case "GetItem":
		return e.getItem
	case "PutItem":
		return e.putItem
	case "UpdateItem":
		return e.updateItem
	case "DeleteItem":
		return e.deleteItem
	case "Query":
		return e.query
	case "Scan":
		return e.scan
	case "BatchGetItem":
		return e.batchGetItem
	case "BatchWriteItem":
		return e.batchWriteItem
	case "TransactGetItems":
		return e.transactGetItems
	case "TransactWriteItems":
		return e.transactWriteItems
	default:
		return nil
	}
}
