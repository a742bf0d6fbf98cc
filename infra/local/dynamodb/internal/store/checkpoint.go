package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// metaBucket contains the number of the last journal in the database, and the format of
// the data. No map has its name, because a map's name begins with a Region.
var (
	metaBucket = []byte("\x00meta")
	appliedKey = []byte("applied")
	formatKey  = []byte("format")
)

const format = 1

// batch is the number of rows that a transaction of the database writes. A transaction keeps
// each page that it changes in memory: one for all rows of a checkpoint, whose keys are
// anywhere, keeps most of the database.
const batch = 4096

// checkpoint writes the changes since the last checkpoint into the database. Only its
// start excludes transactions. The changes are written in several transactions, of which the
// last one records the journal as applied: a process that ends between them makes all changes
// of the journal again.
func (s *Store) checkpoint() error {
	s.gate.Lock()
	number, err := s.journal.rotate()
	if err != nil {
		s.gate.Unlock()
		return err
	}
	s.mu.Lock()
	maps := s.maps
	s.mu.Unlock()
	for _, m := range maps {
		m.seal()
	}
	s.gate.Unlock()
	// Without the journal, a loss of power would leave a part of the changes.
	if err := syncFile(journalPath(s.dir, number)); err != nil {
		return err
	}
	for _, m := range maps {
		if err := m.write(s.db); err != nil {
			return err
		}
	}
	if err := s.db.Update(func(tx *bbolt.Tx) error { return setApplied(tx, number) }); err != nil {
		return err
	}
	for _, m := range maps {
		m.drop()
	}
	return os.Remove(journalPath(s.dir, number))
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func setApplied(tx *bbolt.Tx, number uint64) error {
	b, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return b.Put(appliedKey, binary.BigEndian.AppendUint64(nil, number))
}

func (m *Map[V]) seal() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sealed, m.fresh = m.fresh, newLayer[V]()
}

func (m *Map[V]) drop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sealed = nil
}

// write writes the sealed layer, which does not change any more.
func (m *Map[V]) write(db *bbolt.DB) error {
	if m.sealed.cleared {
		if err := db.Update(func(tx *bbolt.Tx) error { return clearBucket(tx, m.name) }); err != nil {
			return fmt.Errorf("map %s: %w", m.name, err)
		}
	}
	for n := m.sealed.rows.from(""); n != nil; {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte(m.name))
			for i := 0; i < batch && n != nil && err == nil; i++ {
				if n.value.gone {
					err = b.Delete([]byte(n.key))
				} else {
					err = b.Put([]byte(n.key), m.codec.Append(nil, n.value.value))
				}
				n = n.next[0]
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("map %s: %w", m.name, err)
		}
	}
	return nil
}

// recover writes the journals that a killed process has left into the database, and
// returns the number of the next one.
func (s *Store) recover() (next uint64, err error) {
	numbers, err := journals(s.dir)
	if err != nil {
		return 0, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists(metaBucket)
		if err != nil {
			return err
		}
		if have := meta.Get(formatKey); have != nil && (len(have) != 1 || have[0] != format) {
			return fmt.Errorf("the data has the format %d of another version of Meridian, and this one reads %d", have, format)
		}
		if err := meta.Put(formatKey, []byte{format}); err != nil {
			return err
		}
		var applied uint64
		if value := meta.Get(appliedKey); len(value) == 8 {
			applied = binary.BigEndian.Uint64(value)
		}
		next = applied + 1
		if len(numbers) > 0 {
			next = max(next, numbers[len(numbers)-1]+1)
		}
		for _, number := range numbers {
			if number <= applied {
				continue
			}
			complete, err := s.replay(tx, number)
			if err != nil {
				return fmt.Errorf("journal %d: %w", number, err)
			}
			if !complete {
				break // what follows was written later than what is lost
			}
		}
		return setApplied(tx, next-1)
	})
	if err != nil {
		return 0, err
	}
	for _, number := range numbers {
		if err := os.Remove(journalPath(s.dir, number)); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// replay makes the changes of a journal in the database. It reports false if the journal
// ends in an incomplete record: its process was killed, or the machine lost power.
func (s *Store) replay(tx *bbolt.Tx, number uint64) (complete bool, err error) {
	file, err := os.Open(journalPath(s.dir, number))
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for from := bufio.NewReaderSize(file, 1<<20); ; {
		changes, err := readRecord(from)
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case errors.Is(err, errTorn):
			s.log.Warn("the last transaction of the data is incomplete and is ignored", "folder", s.dir, "journal", number)
			return false, nil
		case err != nil:
			return false, err
		}
		if err := replay(tx, changes); err != nil {
			return false, err
		}
	}
}
