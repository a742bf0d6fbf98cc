package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/memory"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// members remembers in the store which Regions, and the majority of the strongly consistent
// tables, an earlier run had.
type members struct {
	stored *store.Map[[]string]
	before []string // nil if the store is new
}

const membersKey = "names"

func openMembers(s *store.Store) *members {
	m := &members{stored: store.NewMap(s, "members", namesCodec)}
	m.before, _ = m.stored.Get(membersKey)
	return m
}

var namesCodec = store.Codec[[]string]{
	Append: func(out []byte, names []string) []byte {
		for _, name := range names {
			out = store.AppendText(out, name)
		}
		return out
	},
	Decode: func(data []byte) ([]string, error) {
		var names []string
		from := &store.Reader{Data: data}
		for len(from.Data) > 0 {
			names = append(names, from.Text())
		}
		return names, from.Err()
	},
}

// joins reports whether a member was not there in the earlier run.
func (m *members) joins(name string) bool { return m.before != nil && !slices.Contains(m.before, name) }

// record stores the members of this run.
func (m *members) record(s *store.Store, names []string) error {
	if slices.Equal(m.before, names) {
		return nil
	}
	tx := s.Begin()
	m.stored.Set(tx, membersKey, names)
	return tx.Commit()
}

// join copies another Region's data to each Region that the earlier run did not have, as
// AWS does for a new replica. Before, it delivers what is on its way, also from Regions
// that are no longer there.
func (g *Global) join(ctx context.Context, m *members, cfg Config, opts options) error {
	names := slices.Clone(g.names)
	if g.strong != nil {
		names = append(names, majorityName)
	}
	if m.before == nil || slices.Equal(m.before, names) {
		return m.record(g.store, names)
	}
	links := slices.Clone(g.links)
	for _, gone := range m.before {
		for _, to := range g.names {
			if !slices.Contains(names, gone) {
				links = append(links, g.newLink(gone, to, cfg, opts))
			}
		}
	}
	for _, l := range links {
		if err := l.deliverAll(); err != nil {
			return fmt.Errorf("dynamodb: deliver writes from %s to %s: %w", l.from, l.to, err)
		}
	}
	source, err := g.source(ctx, m, cfg, opts)
	if err != nil {
		return err
	}
	for _, name := range g.names {
		if r := g.regions[name]; m.joins(name) && r != source {
			if err := r.copyFrom(ctx, source, true); err != nil {
				return err
			}
		}
	}
	if g.strong != nil && m.joins(majorityName) {
		g.strong.clock.see(version{moment: source.clock.latest()})
		if err := g.strong.copyFrom(ctx, source, false); err != nil {
			return err
		}
	}
	return m.record(g.store, names)
}

// source returns a Region of the earlier run, one that still exists if possible.
func (g *Global) source(ctx context.Context, m *members, cfg Config, opts options) (*region, error) {
	for _, name := range g.names {
		if !m.joins(name) {
			return g.regions[name], nil
		}
	}
	name := m.before[0] // a Region: the majority comes last
	e := memory.New(memory.Options{Region: name, Now: opts.now, Store: g.store})
	r := newRegion(name, g.store, e, opts.now, cfg.Log.With("region", name))
	return r, r.prepare(ctx, cfg.Tables)
}

// reset removes the replicas that are stored of the Region, because other Regions have
// later ones.
func (r *region) reset(ctx context.Context) error {
	tx := r.store.Begin()
	var errs []error
	for name := range r.stored.replicas.All(store.Everything) {
		body, err := json.Marshal(map[string]string{"TableName": name})
		if err == nil {
			err = responseError("DeleteTable", r.call(store.WithTx(ctx, tx), "DeleteTable", body))
		}
		errs = append(errs, err)
		delete(r.tables, name)
	}
	r.stored.replicas.Clear(tx)
	r.stored.versions.Clear(tx)
	r.stored.graves.Clear(tx)
	r.stored.expiring.Clear(tx)
	return errors.Join(append(errs, tx.Commit())...)
}

// copyFrom copies the items of the global tables from another Region, with their stamps if
// stamped is true.
func (r *region) copyFrom(ctx context.Context, source *region, stamped bool) error {
	for _, name := range slices.Sorted(maps.Keys(r.tables)) {
		if source.tables[name] == nil {
			continue
		}
		var batch []record
		put := func() error {
			r.mu.Lock()
			defer r.mu.Unlock()
			tx := r.store.Begin()
			err := r.putItems(store.WithTx(ctx, tx), batch)
			for _, copied := range batch {
				if stamped {
					r.clock.see(copied.version)
					r.noteWrite(tx, copied)
				}
			}
			batch = nil
			return errors.Join(err, r.commit(tx))
		}
		err := source.eachItem(ctx, name, func(item record) error {
			if batch = append(batch, item); len(batch) < maxBatchWrite {
				return nil
			}
			return put()
		})
		if err == nil && len(batch) > 0 {
			err = put()
		}
		if err != nil {
			return fmt.Errorf("dynamodb: copy table %s from %s to %s: %w", name, source.name, r.name, err)
		}
	}
	return nil
}
