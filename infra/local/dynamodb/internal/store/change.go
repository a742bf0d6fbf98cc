package store

import (
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"
)

// The kinds of changes in a transaction. The byte of the kind precedes the map's name, the
// key and the value, each with its length as an unsigned varint.
const (
	opSet byte = iota + 1
	opRemove
	opClear
)

func (t *Tx) set(name, key string, value []byte) {
	t.buffer = value[:0]
	t.begin(opSet, name)
	t.changes = AppendText(t.changes, key)
	t.changes = binary.AppendUvarint(t.changes, uint64(len(value)))
	t.changes = append(t.changes, value...)
}

func (t *Tx) remove(name, key string) {
	t.begin(opRemove, name)
	t.changes = AppendText(t.changes, key)
}

func (t *Tx) clear(name string) { t.begin(opClear, name) }

func (t *Tx) begin(op byte, name string) { t.changes = AppendText(append(t.changes, op), name) }

var errDamaged = errors.New("the change is damaged")

// replay makes the changes of a transaction in the database.
func replay(tx *bbolt.Tx, changes []byte) error {
	for r := (Reader{Data: changes}); len(r.Data) > 0; {
		op, name := r.Byte(), r.Text()
		if op == opClear && r.OK() {
			if err := clearBucket(tx, name); err != nil {
				return err
			}
			continue
		}
		key := r.Text()
		var value string
		if op == opSet {
			value = r.Text()
		}
		if !r.OK() || op != opSet && op != opRemove {
			return errDamaged
		}
		b, err := tx.CreateBucketIfNotExists([]byte(name))
		if err == nil && op == opSet {
			err = b.Put([]byte(key), []byte(value))
		} else if err == nil {
			err = b.Delete([]byte(key))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func clearBucket(tx *bbolt.Tx, name string) error {
	if tx.Bucket([]byte(name)) == nil {
		return nil
	}
	return tx.DeleteBucket([]byte(name))
}
