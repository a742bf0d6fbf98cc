package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// LinkState is the replication from one Region to another.
type LinkState struct {
	From, To string
	Cut      bool
	Lag      time.Duration
	Pending  int // writes that have not arrived
}

// Write is a write to one item on its way from one Region to another.
type Write struct {
	From, To, Table string
	Key             json.RawMessage // in the form of the API
	Deleted         bool
	Written         time.Time // by the clock of From
	Winner          string    // of a conflict: the Region with the later write; otherwise empty
}

// maxConflicts is the number of conflicts that are kept.
const maxConflicts = 200

// Links returns the state of every link.
func (g *Global) Links() []LinkState {
	var list []LinkState
	for _, l := range g.links {
		l.mu.Lock()
		list = append(list, LinkState{l.from, l.to, l.cut, l.lag, len(l.queue) + len(l.sending)})
		l.mu.Unlock()
	}
	return list
}

// Pending returns at most limit writes of each link that have not arrived.
func (g *Global) Pending(limit int) []Write {
	var list []Write
	for _, l := range g.links {
		l.mu.Lock()
		records := slices.Concat(l.sending, l.queue[:min(len(l.queue), limit)])
		l.mu.Unlock()
		for _, r := range records[:min(len(records), limit)] {
			list = append(list, r.write(l.to))
		}
	}
	return list
}

// Conflicts returns the latest writes that lost against a later write to the same item in
// another Region, the latest first.
func (g *Global) Conflicts() []Write {
	list := []Write{}
	for _, name := range g.names {
		r := g.regions[name]
		r.mu.Lock()
		list = append(list, r.conflicts...)
		r.mu.Unlock()
	}
	slices.SortFunc(list, func(a, b Write) int { return b.Written.Compare(a.Written) })
	return list[:min(len(list), maxConflicts)]
}

func (r record) write(to string) Write {
	key, _ := r.key.MarshalJSON() // never fails
	return Write{
		From: r.version.region, To: to, Table: r.table, Key: key, Deleted: r.image == nil, Written: time.Unix(0, r.version.moment),
	}
}

// noteConflict records that a write has arrived and lost. Only the Region of the winner
// records it: there, the writer of the loser cannot have seen the winner, and another
// Region would record the same conflict again. The caller holds r.mu.
func (r *region) noteConflict(loser record, winner version) {
	if winner.region != r.name || loser.version == winner {
		return
	}
	w := loser.write(r.name)
	w.Winner = r.name
	if len(r.conflicts) >= maxConflicts {
		r.conflicts = slices.Delete(r.conflicts, 0, 1)
	}
	r.conflicts = append(r.conflicts, w)
}

// SetLag replaces the delay of all links and of strongly consistent tables, for later
// writes.
func (g *Global) SetLag(lag time.Duration) {
	g.strong.setLag(lag)
	for _, l := range g.links {
		l.mu.Lock()
		l.lag, l.jitter = lag, Config{Lag: lag}.jitter()
		l.mu.Unlock()
	}
}

// SetSkew sets by how much the clock of a Region is ahead; a negative one is behind. A
// write is later than all that its Region has seen, so a clock that goes back stands still.
func (g *Global) SetSkew(name string, skew time.Duration) error {
	r := g.regions[name]
	if r == nil {
		return fmt.Errorf("dynamodb: unknown Region %q", name)
	}
	r.skew.Store(int64(skew))
	return nil
}

// Scan returns at most limit items of a table in a Region, as the JSON array of the API.
func (g *Global) Scan(ctx context.Context, name, table string, limit int) (json.RawMessage, error) {
	var out struct{ Items json.RawMessage }
	err := g.do(ctx, name, "Scan", map[string]any{"TableName": table, "Limit": limit}, &out)
	return out.Items, err
}

// Count returns the number of items of a table in a Region.
func (g *Global) Count(ctx context.Context, name, table string) (int, error) {
	var out struct{ Table struct{ ItemCount int } }
	err := g.do(ctx, name, "DescribeTable", map[string]any{"TableName": table}, &out)
	return out.Table.ItemCount, err
}

func (g *Global) do(ctx context.Context, name, operation string, in, out any) error {
	r := g.regions[name]
	if r == nil {
		return fmt.Errorf("dynamodb: unknown Region %q", name)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	response := r.do(ctx, operation, body)
	if err := responseError(operation, response); err != nil {
		return err
	}
	return json.Unmarshal(response.Body, out)
}
