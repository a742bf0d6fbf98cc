package memory

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// tokenLife is the period in which a ClientRequestToken makes a transaction
// idempotent.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const tokenLife = 10 * time.Minute

// token is a successful transaction: the digest of its request, and the sizes of
// its items, which decide the cost of repeating it.
type token struct {
	request [sha256.Size]byte
	until   time.Time
	sizes   []readSize
}

type readSize struct {
	table string
	bytes int
}

// tokenRequest contains the token of a transaction and a digest of its actions.
type tokenRequest struct {
	name   string // empty if the request has no token
	digest [sha256.Size]byte
}

func readToken(o *protocol.Object) tokenRequest {
	const longest = 36
	name, ok := o.Text("ClientRequestToken")
	if !ok {
		return tokenRequest{}
	}
	if len(name) < 1 || len(name) > longest {
		o.Violate("Value '%s' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and %d", name, longest)
	}
	// Encoding sorts the members, so equal actions have equal bytes. Members that only
	// affect the response are not part of TransactItems.
	items, _ := o.Raw("TransactItems")
	data, err := json.Marshal(items)
	o.Fail(err)
	return tokenRequest{name: name, digest: sha256.Sum256(data)}
}

// replay returns the result of a transaction that succeeded before under the same
// token. Both results are nil if the token is new.
func (e *Engine) replay(request tokenRequest, used *usage) (*result, error) {
	if request.name == "" {
		return nil, nil
	}
	known, ok := e.tokens.Get(request.name)
	if !ok || !e.options.Now().Before(known.until) {
		return nil, nil
	}
	if known.request != request.digest {
		return nil, protocol.Newf(protocol.IdempotentParameterMismatch, "The request uses the same client token as a previous, but non-identical request.")
	}
	used.unit = "ReadCapacityUnits"
	for _, size := range known.sizes {
		used.add(size.table, transactional*readUnits(size.bytes, true))
	}
	response := map[string]any{}
	used.reportAll(response)
	return &result{members: response, replay: true}, nil
}

// remember stores the token of a successful transaction, and forgets those that have
// expired. A failed transaction may be repeated.
func (e *Engine) remember(tx *store.Tx, request tokenRequest, changes []*change) {
	if request.name == "" {
		return
	}
	for len(e.tokenOrder) > 0 {
		oldest := e.tokenOrder[0]
		if known, ok := e.tokens.Get(oldest); ok && e.options.Now().Before(known.until) {
			break
		}
		e.tokens.Remove(tx, oldest)
		e.tokenOrder = e.tokenOrder[1:]
	}
	t := token{request: request.digest, until: e.options.Now().Add(tokenLife)}
	for _, c := range changes {
		t.sizes = append(t.sizes, readSize{table: c.table.name, bytes: c.size()})
	}
	e.tokens.Set(tx, request.name, t)
	e.tokenOrder = append(e.tokenOrder, request.name)
}
