package dynamodb

import (
	"encoding/binary"
	"encoding/json"
	"math"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// replication is what a Region keeps in the store in addition to the tables of its engine.
type replication struct {
	replicas *store.Map[replica]
	versions *store.Map[stamp]    // by item ID
	graves   *store.Map[struct{}] // of deleted items, by graveKey
	expiring *store.Map[expiry]   // by expiryKey
	clock    *store.Map[int64]    // the latest moment, at the key "last"
}

func newReplication(s *store.Store, region string) replication {
	name := func(kind string) string { return region + "/" + kind }
	return replication{
		replicas: store.NewMap(s, name("replicas"), replicaCodec),
		versions: store.NewMap(s, name("versions"), stampCodec),
		graves:   store.NewMap(s, name("graves"), graveCodec),
		expiring: store.NewMap(s, name("expiring"), expiryCodec),
		clock:    store.NewMap(s, name("clock"), momentCodec),
	}
}

const lastMoment = "last"

// appendMoment appends a moment so that earlier moments have lesser bytes.
func appendMoment(out []byte, moment int64) []byte {
	return binary.BigEndian.AppendUint64(out, uint64(moment)^1<<63)
}

// itemKey returns a key that sorts by moment first.
func itemKey(moment int64, id string) string { return string(append(appendMoment(nil, moment), id...)) }

// splitItemKey returns the parts of an itemKey.
func splitItemKey(key string) (moment int64, id string) {
	return int64(binary.BigEndian.Uint64([]byte(key[:8])) ^ 1<<63), key[8:]
}

// expiryKey returns a key that sorts by the time of the expiry first.
func expiryKey(at float64, id string) string {
	bits := int64(math.Float64bits(at))
	if bits < 0 {
		bits ^= math.MaxInt64 // the order of negative numbers is the reverse of their bits'
	}
	return itemKey(bits, id)
}

func appendVersion(out []byte, v version) []byte {
	return store.AppendText(binary.AppendVarint(out, v.moment), v.region)
}

func readVersion(from *store.Reader) version {
	return version{moment: from.Int(), region: from.Text()}
}

var stampCodec = store.Codec[stamp]{
	Append: func(out []byte, s stamp) []byte {
		out = appendVersion(out, s.version)
		out = append(out, bit(s.alive), bit(s.expires))
		if s.expires {
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(s.at))
		}
		return out
	},
	Decode: func(data []byte) (stamp, error) {
		from := &store.Reader{Data: data}
		s := stamp{version: readVersion(from), alive: from.Byte() == 1, expires: from.Byte() == 1}
		if s.expires && len(from.Data) == 8 {
			s.at = math.Float64frombits(binary.BigEndian.Uint64(from.Data))
			from.Data = nil
		}
		return s, from.Err()
	},
}

func bit(set bool) byte {
	if set {
		return 1
	}
	return 0
}

var graveCodec = store.Codec[struct{}]{
	Append: func(out []byte, _ struct{}) []byte { return append(out, 0) },
	Decode: func([]byte) (struct{}, error) { return struct{}{}, nil },
}

var momentCodec = store.Codec[int64]{
	Append: binary.AppendVarint,
	Decode: func(data []byte) (int64, error) {
		from := &store.Reader{Data: data}
		moment := from.Int()
		return moment, from.Err()
	},
}

var expiryCodec = store.Codec[expiry]{
	Append: func(out []byte, e expiry) []byte {
		out = store.AppendText(store.AppendText(out, e.table), e.value)
		return e.key.AppendBinary(out)
	},
	Decode: func(data []byte) (expiry, error) {
		from := &store.Reader{Data: data}
		e := expiry{table: from.Text(), value: from.Text()}
		e.key = attr.ReadBinary(from)
		return e, from.Err()
	},
}

// recordCodec encodes a record that waits on a link. Its time of arrival is not stored.
var recordCodec = store.Codec[record]{
	Append: func(out []byte, r record) []byte {
		out = store.AppendText(store.AppendText(out, r.table), r.id)
		out = appendVersion(out, r.version)
		out = r.key.AppendBinary(out)
		if out = append(out, bit(r.image != nil)); r.image != nil {
			out = r.image.AppendBinary(out)
		}
		return out
	},
	Decode: func(data []byte) (record, error) {
		from := &store.Reader{Data: data}
		r := record{table: from.Text(), id: from.Text(), version: readVersion(from)}
		r.key = attr.ReadBinary(from)
		if from.Byte() == 1 {
			r.image = attr.ReadBinary(from)
		}
		return r, from.Err()
	},
}

// replicaCodec encodes a replica as JSON: it is stored rarely.
var replicaCodec = store.Codec[replica]{
	Append: func(out []byte, r replica) []byte {
		data, err := json.Marshal(storedReplica{r.keys, r.global, r.ttl})
		if err != nil {
			panic(err) // strings and a boolean
		}
		return append(out, data...)
	},
	Decode: func(data []byte) (replica, error) {
		var r storedReplica
		err := json.Unmarshal(data, &r)
		return replica{keys: r.Keys, global: r.Global, ttl: r.TTL}, err
	},
}

type storedReplica struct {
	Keys   []string
	Global bool
	TTL    string
}
