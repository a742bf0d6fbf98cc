package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Store contains maps and the transactions that change them.
type Store struct {
	dir     string    // empty for a store in memory
	db      *bbolt.DB // nil for a store in memory
	journal *journal
	log     *slog.Logger

	gate sync.RWMutex // a transaction holds it for reading, and the start of a checkpoint for writing

	mu   sync.Mutex
	maps []persistent

	stop    context.CancelFunc
	running sync.WaitGroup
	closed  sync.Once
}

// persistent is what a checkpoint needs of a map.
type persistent interface {
	seal()
	write(*bbolt.DB) error
	drop()
}

// Options configure Open.
type Options struct {
	// Checkpoint is the size in bytes at which the journal is written into the database.
	// At four times the size, transactions wait. Zero means 8 MiB.
	Checkpoint int64
	// Flush is the interval at which the journal is flushed to the disk. Zero means one
	// second.
	Flush time.Duration
	// Log receives an error that stops the store. Nil means slog.Default.
	Log *slog.Logger
}

// ErrInUse reports that another process has opened the folder.
var ErrInUse = errors.New("another process is using the data")

// New returns an empty store in memory.
func New() *Store { return &Store{} }

// Open opens the store in a folder, which it creates if necessary. The error is ErrInUse
// if another process has opened it.
func Open(dir string, options Options) (*Store, error) {
	if options.Checkpoint == 0 {
		options.Checkpoint = 8 << 20
	}
	if options.Flush == 0 {
		options.Flush = time.Second
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	const owner, wait = 0o700, 2 * time.Second
	if err := os.MkdirAll(dir, owner); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db, err := bbolt.Open(filepath.Join(dir, "data.bolt"), 0o600, &bbolt.Options{
		Timeout: wait, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("store: %s: %w", dir, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", dir, err)
	}
	s := &Store{dir: dir, db: db, log: options.Log}
	next, err := s.recover()
	if err == nil {
		s.journal, err = newJournal(dir, next, options.Checkpoint)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: %s: %w", dir, err), db.Close())
	}
	running, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.running.Go(func() { s.run(running, options.Flush) })
	return s, nil
}

// Close writes everything into the database and closes it. Maps must not be used
// afterwards. A second call has no effect.
func (s *Store) Close() (err error) {
	if !s.Durable() {
		return nil
	}
	s.closed.Do(func() {
		s.stop()
		s.running.Wait()
		err = errors.Join(s.checkpoint(), s.journal.close(), s.db.Close())
	})
	return err
}

// Durable reports whether the store is in a folder.
func (s *Store) Durable() bool { return s.db != nil }

func (s *Store) register(m persistent) {
	if !s.Durable() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maps = append(s.maps, m)
}

// run flushes the journal at every interval, and writes a checkpoint when the journal is
// full, until the context ends or the store fails.
func (s *Store) run(ctx context.Context, flush time.Duration) {
	ticker := time.NewTicker(flush)
	defer ticker.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			err = s.journal.flush()
		case <-s.journal.full:
			if err = s.checkpoint(); err == nil {
				// What the checkpoint has used would stay with the process: the next one is far.
				debug.FreeOSMemory()
			}
		}
		if err != nil {
			s.journal.fail(err)
			s.log.Error("the data cannot be written any more: every request is refused until the next start",
				"folder", s.dir, "error", err)
			return
		}
	}
}

// Tx is a transaction: changes of maps that are stored together or not at all. It is not
// isolated, because the changes are visible at once: the caller excludes other users of
// the same keys until Commit returns.
type Tx struct {
	store   *Store
	changes []byte
	buffer  []byte // reused for values
}

type contextKey struct{}

// WithTx returns a context that carries a transaction.
func WithTx(ctx context.Context, tx *Tx) context.Context {
	return context.WithValue(ctx, contextKey{}, tx)
}

// FromContext returns the transaction of a context, or nil.
func FromContext(ctx context.Context) *Tx {
	tx, _ := ctx.Value(contextKey{}).(*Tx)
	return tx
}

// Begin starts a transaction. The caller must call Commit soon, and must not begin another
// transaction or take a lock whose owner could be waiting in Begin.
func (s *Store) Begin() *Tx {
	if s.Durable() {
		s.journal.wait()
		s.gate.RLock()
	}
	return &Tx{store: s}
}

// Changed reports whether Commit has something to store. In memory it has nothing.
func (t *Tx) Changed() bool { return len(t.changes) > 0 }

// Commit stores the changes. After an error, which is the same from then on, the maps
// contain changes that a restart loses.
func (t *Tx) Commit() error {
	if !t.store.Durable() {
		return nil
	}
	defer t.store.gate.RUnlock()
	if len(t.changes) == 0 {
		return t.store.journal.failure()
	}
	return t.store.journal.append(t.changes)
}
