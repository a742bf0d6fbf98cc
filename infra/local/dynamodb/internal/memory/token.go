package memory

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// tokenLife is how long a ClientRequestToken makes a transaction idempotent.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const tokenLife = 10 * time.Minute

// token is a transaction that succeeded: what it was, and what reading its items
// costs a repetition.
type token struct {
	request [sha256.Size]byte
	until   time.Time
	sizes   []readSize
}

// tokens are the living ones, and their names from the oldest on.
type tokens struct {
	known map[string]token
	order []string
}

type readSize struct {
	table string
	bytes int
}

// tokenRequest is a transaction's token, and a digest of what it asks for.
type tokenRequest struct {
	name   string // empty for none
	digest [sha256.Size]byte
}

func readToken(o *protocol.Object) tokenRequest {
	const longest = 36
	name, ok := o.Text("ClientRequestToken")
	if !ok {
		return tokenRequest{}
	}
	if len(name) < 1 || len(name) > longest {
		o.Fail(protocol.Invalidf("1 validation error detected: Value '%s' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and %d", name, longest))
	}
	// Encoding sorts the members, so the same actions give the same bytes however
	// they were written. What the answer is to contain is not among them.
	items, _ := o.Raw("TransactItems")
	data, err := json.Marshal(items)
	o.Fail(err)
	return tokenRequest{name: name, digest: sha256.Sum256(data)}
}

// replay answers a transaction that was carried out under the same token; both
// results are nil if there was none.
func (e *Engine) replay(request tokenRequest, used *usage) (*result, error) {
	e.tokens.forget(e.now())
	known, ok := e.tokens.known[request.name]
	if request.name == "" || !ok {
		return nil, nil
	}
	if known.request != request.digest {
		return nil, protocol.Newf(protocol.IdempotentParameterMismatch, "The request uses the same client token as a previous, but non-identical request.")
	}
	used.unit = "ReadCapacityUnits"
	for _, size := range known.sizes {
		used.add(size.table, transactional*readUnits(size.bytes, true))
	}
	answer := map[string]any{}
	used.reportAll(answer)
	return &result{members: answer, replay: true}, nil
}

// remember keeps a transaction that has succeeded; a failed one may be tried again.
func (e *Engine) remember(request tokenRequest, changes []*change) {
	if request.name == "" {
		return
	}
	t := token{request: request.digest, until: e.now().Add(tokenLife)}
	for _, c := range changes {
		t.sizes = append(t.sizes, readSize{table: c.table.name, bytes: c.size()})
	}
	e.tokens.known[request.name] = t
	e.tokens.order = append(e.tokens.order, request.name)
}

// forget drops the tokens whose time is over.
func (t *tokens) forget(now time.Time) {
	for len(t.order) > 0 && !now.Before(t.known[t.order[0]].until) {
		delete(t.known, t.order[0])
		t.order = t.order[1:]
	}
}
