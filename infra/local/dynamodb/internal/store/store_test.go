package store

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var textCodec = Codec[string]{
	Append: func(out []byte, text string) []byte { return append(out, text...) },
	Decode: func(data []byte) (string, error) {
		if string(data) == "damaged" {
			return "", errors.New("it is damaged")
		}
		return string(data), nil
	},
}

// openTest opens a store whose journal is written into the database often.
func openTest(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, Options{Checkpoint: 2000, Flush: time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func commit(t testing.TB, tx *Tx) {
	t.Helper()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// TestMapAgainstModel makes random transactions and compares the maps with Go maps: while
// checkpoints run, and after the store was closed, or left as a killed process leaves it,
// and opened again.
func TestMapAgainstModel(t *testing.T) {
	for _, test := range []struct {
		name string
		disk bool
	}{{"memory", false}, {"disk", true}} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			dir, s := t.TempDir(), New()
			if test.disk {
				s = openTest(t, dir)
			}
			names := []string{"one", "two"}
			open := func(s *Store) (list []*Map[string]) {
				for _, name := range names {
					list = append(list, NewMap(s, name, textCodec))
				}
				return list
			}
			stored, want := open(s), []map[string]string{{}, {}}
			for step := range 4000 {
				tx := s.Begin()
				for n, m := range stored { // a transaction changes both
					key := fmt.Sprint("k", random.IntN(200))
					switch choice := random.IntN(400); {
					case choice == 0:
						m.Clear(tx)
						want[n] = map[string]string{}
					case choice < 120:
						m.Remove(tx, key)
						delete(want[n], key)
					default:
						want[n][key] = fmt.Sprint(step)
						m.Set(tx, key, want[n][key])
					}
				}
				commit(t, tx)
				if test.disk && step%500 == 499 {
					if step%1000 == 999 {
						s.Close()
					} else { // the copy is what a kill leaves
						s.stop()
						s.running.Wait()
						dir = copied(t, dir)
					}
					s = openTest(t, dir)
					stored = open(s)
				}
				if step%50 == 0 || step%500 == 499 {
					for n, m := range stored {
						compare(t, random, m, want[n])
					}
				}
			}
		})
	}
}

// copied returns a copy of the files of a store at rest.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func compare(t *testing.T, random *rand.Rand, m *Map[string], want map[string]string) {
	t.Helper()
	keys := slices.Sorted(maps.Keys(want))
	bound := func() string { return fmt.Sprint("k", random.IntN(220)) }
	for _, over := range []Span{
		Everything, {Backward: true}, {From: bound()}, {To: bound()}, {From: bound(), To: bound()},
		{From: bound(), To: bound(), Backward: true}, {To: bound(), Backward: true},
	} {
		var expected, got []string
		for _, key := range keys {
			if over.contains(key) {
				expected = append(expected, key+"="+want[key])
			}
		}
		if over.Backward {
			slices.Reverse(expected)
		}
		for key, value := range m.All(over) {
			got = append(got, key+"="+value)
		}
		if !slices.Equal(got, expected) {
			t.Fatalf("%s, %+v:\n%v, want\n%v", m.name, over, got, expected)
		}
	}
	key := bound()
	value, ok := m.Get(key)
	if wanted, exists := want[key]; ok != exists || value != wanted {
		t.Fatalf("%s: %s is %q, %v; want %q, %v", m.name, key, value, ok, wanted, exists)
	}
}

// TestIncompleteJournal cuts and damages the journal at every byte: the store has the
// transactions before it, each of them complete.
func TestIncompleteJournal(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{Checkpoint: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	one, two := NewMap(s, "one", textCodec), NewMap(s, "two", textCodec)
	var ends []int64 // of the transactions
	for n := range 5 {
		tx := s.Begin()
		one.Set(tx, "key", fmt.Sprint(n))
		two.Set(tx, "key", fmt.Sprint(n))
		commit(t, tx)
		ends = append(ends, s.journal.size)
	}
	name := filepath.Base(journalPath(dir, s.journal.number))
	journal, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, content []byte, at int64) {
		t.Helper()
		after := copied(t, dir)
		if err := os.WriteFile(filepath.Join(after, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		s := openTest(t, after)
		want := ""
		for n, end := range ends {
			if end <= at {
				want = fmt.Sprint(n)
			}
		}
		one, _ := NewMap(s, "one", textCodec).Get("key")
		two, _ := NewMap(s, "two", textCodec).Get("key")
		if one != want || two != want {
			t.Errorf("damaged at byte %d: %q and %q, want %q", at, one, two, want)
		}
		s.Close()
	}
	const step = 7
	for at := int64(0); at < int64(len(journal)); at += step {
		check(t, journal[:at], at)
		damaged := slices.Clone(journal)
		damaged[at] ^= 0xff
		start := int64(0)
		for _, end := range ends {
			if end <= at {
				start = end
			}
		}
		check(t, damaged, start)
	}
}

// TestInterruptedCheckpoint leaves the folder as a process does that is killed between the
// transactions of a checkpoint: the first map is written, and the second one is not.
func TestInterruptedCheckpoint(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{Checkpoint: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	one, two := NewMap(s, "one", textCodec), NewMap(s, "two", textCodec)
	tx := s.Begin()
	one.Set(tx, "before", "1")
	two.Set(tx, "before", "1")
	commit(t, tx)
	if err := s.checkpoint(); err != nil {
		t.Fatal(err)
	}
	tx = s.Begin()
	one.Clear(tx)
	for n := range batch + 1 {
		one.Set(tx, fmt.Sprint(n), "2")
	}
	two.Remove(tx, "before")
	two.Set(tx, "after", "2")
	commit(t, tx)
	if _, err := s.journal.rotate(); err != nil {
		t.Fatal(err)
	}
	one.seal()
	two.seal()
	if err := one.write(s.db); err != nil {
		t.Fatal(err)
	}
	later := openTest(t, copied(t, dir))
	one, two = NewMap(later, "one", textCodec), NewMap(later, "two", textCodec)
	for _, key := range []string{"0", fmt.Sprint(batch)} {
		if got, _ := one.Get(key); got != "2" {
			t.Errorf("the first map has %q under %s, want 2", got, key)
		}
	}
	if got, _ := two.Get("after"); got != "2" {
		t.Errorf("the second map has %q, want 2", got)
	}
	for _, m := range []*Map[string]{one, two} {
		if got, ok := m.Get("before"); ok {
			t.Errorf("%s has %q, which was removed", m.name, got)
		}
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	dir := t.TempDir()
	openTest(t, dir)
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v, want ErrInUse with the folder", err)
	}
}

// TestFailedWrite checks that nothing is acknowledged after a write to the journal has
// failed.
func TestFailedWrite(t *testing.T) {
	s := openTest(t, t.TempDir())
	m := NewMap(s, "one", textCodec)
	s.journal.mu.Lock()
	s.journal.file.Close() // as if the disk had disappeared
	s.journal.mu.Unlock()
	for range 2 {
		tx := s.Begin()
		m.Set(tx, "key", "value")
		if err := tx.Commit(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("error %v, want that of the file", err)
		}
	}
	if err := s.Begin().Commit(); err == nil {
		t.Error("a transaction without changes succeeds after a failure")
	}
}

func TestOtherFormatIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	m := NewMap(s, string(metaBucket), textCodec)
	tx := s.Begin()
	m.Set(tx, string(formatKey), "\x63")
	commit(t, tx)
	s.Close()
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "another version of Meridian") {
		t.Errorf("error %v, want one about the format", err)
	}
}

// TestConcurrentTransactions reads and writes while checkpoints run.
func TestConcurrentTransactions(t *testing.T) {
	s := openTest(t, t.TempDir())
	done := make(chan error)
	const writers, writes = 4, 300
	for w := range writers {
		m := NewMap(s, fmt.Sprint("map", w), textCodec)
		go func() {
			for n := range writes {
				tx := s.Begin()
				m.Set(tx, fmt.Sprint("key", n%50), fmt.Sprint(n))
				if err := tx.Commit(); err != nil {
					done <- err
					return
				}
				if got, ok := m.Get(fmt.Sprint("key", n%50)); !ok || got != fmt.Sprint(n) {
					done <- fmt.Errorf("key%d is %q, want %d", n%50, got, n)
					return
				}
			}
			if n := m.Len(); n != 50 {
				done <- fmt.Errorf("%d keys, want 50", n)
				return
			}
			done <- nil
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
