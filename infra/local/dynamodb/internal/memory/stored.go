package memory

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// definition is a table as CreateTable made it.
type definition struct {
	request map[string]any
	id      string
	created time.Time
}

// load opens the tables and tokens of the store.
func (e *Engine) load() {
	name := func(kind string) string { return e.options.Region + "/" + kind }
	e.definitions = store.NewMap(e.options.Store, name("tables"), definitionCodec)
	e.counts = store.NewMap(e.options.Store, name("counts"), countsCodec)
	e.tokens = store.NewMap(e.options.Store, name("tokens"), tokenCodec)
	until := map[string]time.Time{}
	for token, known := range e.tokens.All(store.Everything) {
		until[token] = known.until
		e.tokenOrder = append(e.tokenOrder, token)
	}
	slices.SortFunc(e.tokenOrder, func(a, b string) int { return until[a].Compare(until[b]) })
	for _, d := range e.definitions.All(store.Everything) {
		t, err := d.table()
		if err != nil {
			panic(err)
		}
		t.id, t.created = d.id, d.created
		e.add(t)
	}
}

func (d definition) table() (*table, error) {
	body, err := json.Marshal(d.request)
	if err != nil {
		return nil, err
	}
	o, err := protocol.Parse(body)
	if err != nil {
		return nil, err
	}
	return readTable(o)
}

// add opens the rows of a table and adds it to the engine.
func (e *Engine) add(t *table) {
	t.counts = e.counts
	t.open(e.options.Store, e.options.Region+"/rows/"+t.name+"/"+t.id)
	t.totals, _ = t.counts.Get(countsKey(t.name, ""))
	for _, i := range t.indexes {
		i.totals, _ = t.counts.Get(countsKey(t.name, i.name))
	}
	if e.options.StaleReads > 0 {
		t.follower = newFollower(t, e.options.StaleReads, e.options.Seed)
	}
	e.tables[t.name] = t
}

// remove removes the rows of a table from the store.
func (e *Engine) remove(tx *store.Tx, t *table) {
	e.definitions.Remove(tx, t.name)
	e.counts.Remove(tx, countsKey(t.name, ""))
	t.rows.Clear(tx)
	for _, i := range t.indexes {
		e.counts.Remove(tx, countsKey(t.name, i.name))
		i.rows.Clear(tx)
	}
}

// open opens the rows of the table and of its indexes.
func (t *table) open(s *store.Store, prefix string) {
	t.rows = store.NewMap(s, prefix, rowCodec)
	for _, i := range t.indexes {
		i.rows = store.NewMap(s, prefix+"/"+i.name, rowCodec)
	}
	if t.counts == nil {
		t.counts = store.NewMap(s, prefix+"/counts", countsCodec)
	}
}

// countsKey returns the key of a table's, or an index's, totals.
func countsKey(table, index string) string { return table + "/" + index }

var rowCodec = store.Codec[*row]{
	Append: func(out []byte, r *row) []byte {
		return r.item.AppendBinary(binary.AppendUvarint(out, uint64(r.size)))
	},
	Decode: func(data []byte) (*row, error) {
		from := &store.Reader{Data: data}
		r := &row{size: int(from.Uint())}
		r.item = attr.ReadBinary(from)
		return r, from.Err()
	},
}

var countsCodec = store.Codec[totals]{
	Append: func(out []byte, t totals) []byte {
		return binary.AppendUvarint(binary.AppendUvarint(out, uint64(t.count)), uint64(t.bytes))
	},
	Decode: func(data []byte) (totals, error) {
		from := &store.Reader{Data: data}
		t := totals{count: int(from.Uint()), bytes: int(from.Uint())}
		return t, from.Err()
	},
}

var tokenCodec = store.Codec[token]{
	Append: func(out []byte, t token) []byte {
		out = append(out, t.request[:]...)
		out = binary.AppendVarint(out, t.until.UnixNano())
		for _, s := range t.sizes {
			out = binary.AppendUvarint(store.AppendText(out, s.table), uint64(s.bytes))
		}
		return out
	},
	Decode: func(data []byte) (token, error) {
		var t token
		if len(data) < len(t.request) {
			return t, fmt.Errorf("a token has %d bytes", len(data))
		}
		from := &store.Reader{Data: data[copy(t.request[:], data):]}
		t.until = time.Unix(0, from.Int())
		for len(from.Data) > 0 {
			t.sizes = append(t.sizes, readSize{table: from.Text(), bytes: int(from.Uint())})
		}
		return t, from.Err()
	},
}

// definitionCodec encodes a definition as JSON: it is stored rarely.
var definitionCodec = store.Codec[definition]{
	Append: func(out []byte, d definition) []byte {
		data, err := json.Marshal(storedDefinition{d.request, d.id, d.created})
		if err != nil {
			panic(err) // a request came from JSON
		}
		return append(out, data...)
	},
	Decode: func(data []byte) (definition, error) {
		var d storedDefinition
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		err := decoder.Decode(&d)
		return definition{d.Request, d.ID, d.Created}, err
	},
}

type storedDefinition struct {
	Request map[string]any
	ID      string
	Created time.Time
}
