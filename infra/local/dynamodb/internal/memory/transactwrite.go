package memory

import (
	"errors"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// maxTransactionBytes is the maximum size of the items that a transaction puts or
// gets.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const maxTransactionBytes = 4 << 20

func (e *Engine) transactWriteItems(tx *store.Tx, o *protocol.Object) (*result, error) {
	var actions []action
	for _, member := range readTransactItems(o) {
		if a, ok := readTransactWrite(member); ok {
			actions = append(actions, a)
		}
	}
	used := readUsage(o)
	used.unit = "WriteCapacityUnits"
	collections := readMetrics(o)
	request := readToken(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	if err := checkTransactionBytes(actions); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r, err := e.replay(request, used); r != nil || err != nil {
		return r, err
	}
	changes, err := e.planTransaction(actions)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		used.write(c, transactional)
		c.apply(e.options.Now(), tx)
		collections.write(c)
	}
	e.remember(tx, request, changes)
	response := map[string]any{}
	used.reportAll(response)
	collections.reportAll(response)
	return success(response)
}

func readTransactWrite(o *protocol.Object) (action, bool) {
	kinds := []struct {
		name string
		kind actionKind
	}{{"ConditionCheck", check}, {"Delete", remove}, {"Put", put}, {"Update", update}}
	var found []action
	for _, k := range kinds {
		member := o.Object(k.name)
		if member == nil {
			continue
		}
		a := readAction(member, k.kind)
		if k.kind == update && !member.Has("UpdateExpression") {
			violateNull(member, "transactItems.update.updateExpression")
		}
		member.Done()
		found = append(found, a)
	}
	o.Done()
	if len(found) != 1 {
		o.Fail(protocol.Invalidf("TransactItems can only contain one of Check, Put, Update or Delete"))
		return action{}, false
	}
	return found[0], true
}

func checkTransactionBytes(actions []action) error {
	bytes := 0
	for _, a := range actions {
		if a.kind == put {
			bytes += a.key.Size()
		}
	}
	if bytes > maxTransactionBytes {
		return errTransactionBytes()
	}
	return nil
}

func errTransactionBytes() error {
	return protocol.Invalidf("The aggregate size of the items in the transaction exceeds %d bytes", maxTransactionBytes)
}

// planTransaction plans all actions. Nothing is written unless all succeed. Invalid
// keys are detected before conditions are evaluated, and only the first is
// reported. All failed conditions and all updates that do not suit their items are
// reported.
func (e *Engine) planTransaction(actions []action) ([]*change, error) {
	reasons, seen := newReasons(len(actions)), map[string]bool{}
	for n, a := range actions {
		t := e.tables[a.table]
		if t == nil {
			return nil, errNoTable()
		}
		err := t.checkKey(a)
		if blamed, ok := asItemError(err); ok {
			return nil, reasons.blame(n, "ValidationError", blamed).cancel()
		}
		if err != nil {
			return nil, err
		}
		id := t.name + "\x00" + t.keys.position(a.key)
		if seen[id] {
			return nil, errSameItem()
		}
		seen[id] = true
	}
	changes, failed := make([]*change, 0, len(actions)), false
	for n, a := range actions {
		c, err := e.plan(a)
		if err == nil {
			changes = append(changes, c)
			continue
		}
		failed = true
		var refused *protocol.Error
		if blamed, ok := asItemError(err); ok {
			reasons.blame(n, "ValidationError", blamed)
		} else if errors.As(err, &refused) && refused.Type == protocol.ConditionalCheckFailedException {
			reasons.blame(n, "ConditionalCheckFailed", refused)
		} else {
			return nil, err
		}
	}
	if failed {
		return nil, reasons.cancel()
	}
	return changes, nil
}

// reasons are the CancellationReasons of a TransactionCanceledException: one for
// each action, in the order of the actions.
type reasons []map[string]any

func newReasons(count int) reasons {
	r := make(reasons, count)
	for n := range r {
		r[n] = map[string]any{"Code": "None"}
	}
	return r
}

func (r reasons) blame(n int, code string, err *protocol.Error) reasons {
	r[n] = map[string]any{"Code": code, "Message": err.Message}
	if item, ok := err.Fields["Item"].(attr.Item); ok {
		r[n]["Item"] = item
	}
	return r
}

func (r reasons) cancel() error {
	codes := make([]string, len(r))
	for n, reason := range r {
		codes[n] = reason["Code"].(string)
	}
	canceled := protocol.Newf(protocol.TransactionCanceledException, "Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	canceled.Fields = map[string]any{"CancellationReasons": r}
	return canceled
}
