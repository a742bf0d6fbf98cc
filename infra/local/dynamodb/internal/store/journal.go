package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// journal appends transactions to a file. A checkpoint goes on with the next file, and
// removes the earlier ones when their content is in the database.
//
// A record is the length of the changes and their CRC-32C, 4 bytes each in little-endian
// order, and the changes.
type journal struct {
	dir   string
	limit int64         // bytes
	full  chan struct{} // receives an element when a file reaches the limit

	mu     sync.Mutex
	room   *sync.Cond // the file is smaller than it was, or the journal has failed
	file   *os.File
	number uint64
	size   int64
	dirty  bool
	err    error
	record []byte // reused
}

const (
	header   = 8
	suffix   = ".journal"
	overfull = 4 // times the limit, at which transactions wait
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func newJournal(dir string, number uint64, limit int64) (*journal, error) {
	j := &journal{dir: dir, limit: limit, full: make(chan struct{}, 1), number: number}
	j.room = sync.NewCond(&j.mu)
	return j, j.open()
}

func journalPath(dir string, number uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016d%s", number, suffix))
}

// open creates the file with the current number.
func (j *journal) open() error {
	file, err := os.OpenFile(journalPath(j.dir, j.number), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	j.file, j.size, j.dirty = file, 0, false
	return err
}

// wait waits while the journal is overfull.
func (j *journal) wait() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.size >= overfull*j.limit && j.err == nil {
		j.room.Wait()
	}
}

// append writes a record. Any error is final.
func (j *journal) append(changes []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	j.record = appendRecord(j.record[:0], changes)
	n, err := j.file.Write(j.record)
	j.size += int64(n)
	j.dirty = true
	if err != nil {
		j.err = err
		j.room.Broadcast()
		return err
	}
	if j.size >= j.limit {
		j.ask()
	}
	return nil
}

// ask asks for a checkpoint, unless that has been done.
func (j *journal) ask() {
	select {
	case j.full <- struct{}{}:
	default:
	}
}

func appendRecord(out, changes []byte) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(len(changes)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(changes, castagnoli))
	return append(out, changes...)
}

// flush flushes the file to the disk.
func (j *journal) flush() error {
	j.mu.Lock()
	file, dirty, err := j.file, j.dirty, j.err
	j.dirty = false
	j.mu.Unlock()
	if !dirty || err != nil {
		return err
	}
	return file.Sync()
}

// rotate continues with the next file, and returns the number of the earlier one.
func (j *journal) rotate() (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return 0, j.err
	}
	earlier := j.file
	j.number++
	if err := j.open(); err != nil {
		return 0, err
	}
	j.room.Broadcast()
	return j.number - 1, earlier.Close()
}

// fail makes every further transaction fail.
func (j *journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = err
	}
	j.room.Broadcast()
}

func (j *journal) failure() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = os.ErrClosed
	j.room.Broadcast()
	return j.file.Close()
}

// journals returns the numbers of the files in a folder, in order.
func journals(dir string) ([]uint64, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, f := range files {
		if text, ok := strings.CutSuffix(f.Name(), suffix); ok {
			if n, err := strconv.ParseUint(text, 10, 64); err == nil {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// readRecord returns the changes of the next record. The error is io.EOF at the end of the
// file, and errTorn where a record is incomplete or damaged.
func readRecord(from io.Reader) ([]byte, error) {
	var head [header]byte
	switch _, err := io.ReadFull(from, head[:]); {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, errTorn
	}
	const most = 1 << 30
	length := binary.LittleEndian.Uint32(head[:])
	if length == 0 || length > most {
		return nil, errTorn
	}
	changes, err := io.ReadAll(io.LimitReader(from, int64(length)))
	if err != nil {
		return nil, err
	}
	if len(changes) < int(length) || crc32.Checksum(changes, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, errTorn
	}
	return changes, nil
}

var errTorn = errors.New("the record is incomplete")
