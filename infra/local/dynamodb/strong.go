package dynamodb

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// Witness is the member of a strongly consistent table that has no replica, if there are
// two Regions. Cut and Heal accept it in place of a Region.
const Witness = "witness"

// maxMembers is the number of members of a strongly consistent table.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
const maxMembers = 3

// roundTrip is the greatest delay of a strongly consistent write: a packet's way from
// us-east-1 to us-west-2 and back. With a shorter lag of replication, the lag is used.
const roundTrip = 60 * time.Millisecond

// ensemble has the strongly consistent tables, as the majority of their members knows
// them. Its engine executes all writes and consistent reads, one write of an item at a
// time. A Region has a replica of its own for other reads, to which writes of the Region
// come at once, and others over the links. With one Region, there is no ensemble, and the
// tables are ordinary.
type ensemble struct {
	*region
	members []string     // Regions, and the witness if there are two
	delay   atomic.Int64 // nanoseconds that a write or a consistent read takes

	links   sync.Mutex
	cut     map[[2]string]bool // pairs of members that do not reach each other, sorted
	writers map[string]string  // Regions that are writing an item, by its ID
}

// newEnsemble returns the ensemble of the Regions, or nil if it has no table or one
// Region.
func newEnsemble(ctx context.Context, r *region, cfg Config) (*ensemble, error) {
	strong := map[string]manifest.Table{}
	for name, t := range cfg.Tables {
		if t.Consistency == manifest.Strong {
			strong[name] = t
		}
	}
	if len(strong) == 0 || len(cfg.Regions) == 1 {
		return nil, nil
	}
	e := &ensemble{
		region: r, members: slices.Clone(cfg.Regions[:min(len(cfg.Regions), maxMembers)]),
		cut: map[[2]string]bool{}, writers: map[string]string{},
	}
	e.setLag(cfg.Lag)
	if len(e.members) < maxMembers {
		e.members = append(e.members, Witness)
	}
	return e, r.prepare(ctx, strong)
}

// StrongReplicas returns the Regions with a replica of strongly consistent tables, or nil if
// these are ordinary.
func (g *Global) StrongReplicas() []string {
	if g.strong == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(g.strong.members), func(m string) bool { return m == Witness })
}

// isOtherMember reports whether a request that came to the endpoint of a Region is signed
// for a member of the strongly consistent tables elsewhere. A process finds all Regions at
// the endpoint of its own.
func (g *Global) isOtherMember(signed, region string) bool {
	return signed != region && g.strong != nil && signed != Witness && slices.Contains(g.strong.members, signed)
}

// callMember performs a client's operation in another Region, after the way there and back.
func (g *Global) callMember(ctx context.Context, from, to, operation string, body []byte) protocol.Response {
	for _, l := range g.links {
		if l.from == from && l.to == to && l.isCut() {
			e := protocol.Internal()
			e.Message = "The Region " + to + " cannot be reached from " + from + "."
			return protocol.ErrorResponse(e)
		}
	}
	time.Sleep(time.Duration(g.strong.delay.Load()))
	return g.regions[to].do(ctx, operation, body)
}

// pair returns the key of two members in ensemble.cut.
func pair(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// setCut cuts or restores the connection of two members. It reports false if one of them
// is not a member.
func (e *ensemble) setCut(a, b string, cut bool) bool {
	if e == nil || !slices.Contains(e.members, a) || !slices.Contains(e.members, b) {
		return false
	}
	e.links.Lock()
	defer e.links.Unlock()
	e.cut[pair(a, b)] = cut
	return true
}

// setLag sets the delay for a lag of replication.
func (e *ensemble) setLag(lag time.Duration) {
	if e != nil {
		e.delay.Store(int64(min(lag, roundTrip)))
	}
}

// hasMajority reports whether a Region reaches two members, itself included. A Region that
// is not a member reaches them over another Region.
func (e *ensemble) hasMajority(region string) bool {
	e.links.Lock()
	defer e.links.Unlock()
	if !slices.Contains(e.members, region) {
		return true
	}
	reached := 0
	for _, m := range e.members {
		if m == region || !e.cut[pair(region, m)] {
			reached++
		}
	}
	return reached > len(e.members)/2
}

// begin reserves the items for a write of a Region and returns the function that ends the
// reservation. If another Region is writing one of them, begin returns the exception with
// which DynamoDB refuses one of two concurrent writes. It waits for a write of the same
// Region.
func (e *ensemble) begin(region string, refs map[string]itemRef) (end func(), err error) {
	for {
		e.links.Lock()
		busy := false
		for id := range refs {
			switch writer := e.writers[id]; {
			case writer == region:
				busy = true
			case writer != "":
				e.links.Unlock()
				return nil, protocol.Newf(protocol.ReplicatedWriteConflictException,
					"One or more items in this request are being modified by a request in another Region.")
			}
		}
		if !busy {
			break
		}
		e.links.Unlock()
		time.Sleep(time.Millisecond)
	}
	defer e.links.Unlock()
	for id := range refs {
		e.writers[id] = region
	}
	return func() {
		e.links.Lock()
		defer e.links.Unlock()
		for id := range refs {
			delete(e.writers, id)
		}
	}, nil
}

// errIsolated refuses a write or a consistent read of a Region without a majority.
func errIsolated() error {
	e := protocol.Internal()
	e.Message = "The Region cannot reach another member of the strongly consistent table."
	return e
}

// errNotStrong refuses what a strongly consistent table does not have.
func errNotStrong(what string) error {
	return protocol.Invalidf("%s not supported for global tables with multi-Region strong consistency", what)
}

// isStrong reports whether a table is strongly consistent in this cloud.
func (e *ensemble) isStrong(table string) bool { return e != nil && e.tables[table] != nil }

// write performs a write of a Region that changes items of strongly consistent tables.
func (e *ensemble) write(ctx context.Context, from *region, operation string, body []byte, targets []target) protocol.Response {
	if operation == "TransactWriteItems" {
		return protocol.ErrorResponse(errNotStrong("Transactions are"))
	}
	for _, t := range targets {
		if !e.isStrong(t.table) {
			return protocol.ErrorResponse(protocol.Unsupported("a " + operation + " of a strongly consistent table and of another one"))
		}
	}
	e.mu.Lock()
	refs := e.refs(targets)
	e.mu.Unlock()
	if !e.hasMajority(from.name) {
		return protocol.ErrorResponse(errIsolated())
	}
	end, err := e.begin(from.name, refs)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	defer end()
	time.Sleep(time.Duration(e.delay.Load()))
	e.mu.Lock()
	defer e.mu.Unlock()
	from.mu.Lock()
	defer from.mu.Unlock()
	tx := e.store.Begin()
	response := e.perform(store.WithTx(ctx, tx), tx, from, operation, body, refs)
	if tx.Changed() {
		e.storeClock(tx)
	}
	if err := from.commit(tx); err != nil {
		return protocol.ErrorResponse(err)
	}
	return response
}

// perform performs a write, stores it in the replica of its Region, and queues it for the
// others, in one transaction. The caller holds e.mu and from.mu.
func (e *ensemble) perform(ctx context.Context, tx *store.Tx, from *region, operation string, body []byte, refs map[string]itemRef) protocol.Response {
	response := e.call(ctx, operation, body)
	if response.Status != http.StatusOK {
		return response
	}
	records, err := e.effects(ctx, refs)
	if err == nil {
		err = from.applyIn(tx, records)
	}
	if err != nil {
		e.log.Error("cannot replicate a write", "operation", operation, "error", err)
		return response
	}
	for _, l := range from.links {
		l.add(tx, records)
	}
	return response
}

// effects returns the items as a write has left them, with a version after all earlier
// ones. The caller holds e.mu.
func (e *ensemble) effects(ctx context.Context, refs map[string]itemRef) ([]record, error) {
	images, err := e.currentItems(ctx, refs)
	if err != nil {
		return nil, err
	}
	var records []record
	for id, p := range refs {
		records = append(records, record{
			table: p.table, key: p.key, id: id, image: images[id], version: version{moment: e.clock.next(), region: e.name},
		})
	}
	return records, nil
}

// read returns the response to a read of strongly consistent tables that needs the
// majority. It reports false for a read that the Region's own replica serves.
func (e *ensemble) read(ctx context.Context, from *region, operation string, body []byte) (protocol.Response, bool) {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.Response{}, false // the engine refuses it
	}
	consistent := false
	switch operation {
	case "GetItem", "Query", "Scan":
		table, _ := o.Text("TableName")
		consistent = e.isStrong(table) && o.Bool("ConsistentRead")
	case "BatchGetItem":
		requests := o.Object("RequestItems")
		if requests == nil {
			return protocol.Response{}, false
		}
		others := false
		for _, table := range requests.Names() {
			if t := requests.Object(table); t != nil && e.isStrong(table) && t.Bool("ConsistentRead") {
				consistent = true
			} else {
				others = true
			}
		}
		if consistent && others {
			return protocol.ErrorResponse(protocol.Unsupported("a consistent BatchGetItem of a strongly consistent table and of another one")), true
		}
	case "TransactGetItems":
		for _, action := range o.Objects("TransactItems") {
			if get := action.Object("Get"); get != nil {
				if table, _ := get.Text("TableName"); e.isStrong(table) {
					return protocol.ErrorResponse(errNotStrong("Transactions are")), true
				}
			}
		}
	}
	switch {
	case !consistent:
		return protocol.Response{}, false
	case !e.hasMajority(from.name):
		return protocol.ErrorResponse(errIsolated()), true
	}
	time.Sleep(time.Duration(e.delay.Load()))
	return e.region.read(ctx, operation, body), true
}

// checks reports whether a transaction checks an item of a strongly consistent table,
// without writing it.
func (e *ensemble) checks(body []byte) bool {
	o, err := protocol.Parse(body)
	if err != nil {
		return false
	}
	for _, action := range o.Objects("TransactItems") {
		if check := action.Object("ConditionCheck"); check != nil {
			if table, _ := check.Text("TableName"); e.isStrong(table) {
				return true
			}
		}
	}
	return false
}
