package attr

import (
	"encoding/binary"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// AppendBinary appends the compact encoding of an item, which ReadBinary reads: the number
// of attributes, and the name and the value of each. A value is its Kind and its content.
func (i Item) AppendBinary(out []byte) []byte {
	out = binary.AppendUvarint(out, uint64(len(i)))
	for name, value := range i {
		out = value.appendBinary(store.AppendText(out, name))
	}
	return out
}

func (v Value) appendBinary(out []byte) []byte {
	out = append(out, byte(v.Kind))
	switch v.Kind {
	case BOOL, NULL:
		if v.Bool {
			return append(out, 1)
		}
		return append(out, 0)
	case M:
		return v.Map.AppendBinary(out)
	case L:
		out = binary.AppendUvarint(out, uint64(len(v.List)))
		for _, element := range v.List {
			out = element.appendBinary(out)
		}
		return out
	case SS, NS, BS:
		out = binary.AppendUvarint(out, uint64(len(v.Set)))
		for _, member := range v.Set {
			out = store.AppendText(out, member)
		}
		return out
	default:
		return store.AppendText(out, v.Text)
	}
}

// ReadBinary reads an item that AppendBinary has written. The reader reports an error.
func ReadBinary(r *store.Reader) Item {
	item := Item{}
	for n := r.Uint(); n > 0 && r.OK(); n-- {
		name := r.Text()
		item[name] = readBinary(r)
	}
	return item
}

func readBinary(r *store.Reader) Value {
	v := Value{Kind: Kind(r.Byte())}
	switch v.Kind {
	case BOOL, NULL:
		v.Bool = r.Byte() == 1
	case M:
		v.Map = ReadBinary(r)
	case L:
		v.List = []Value{}
		for n := r.Uint(); n > 0 && r.OK(); n-- {
			v.List = append(v.List, readBinary(r))
		}
	case SS, NS, BS:
		for n := r.Uint(); n > 0 && r.OK(); n-- {
			v.Set = append(v.Set, r.Text())
		}
	case S, N, B:
		v.Text = r.Text()
	default:
		r.Fail()
	}
	return v
}
