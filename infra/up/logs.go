package up

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/up/shell"
)

// Bounds of the logs: a file has at most 10 MB, and 2 older ones are kept. A cloud of two
// Regions therefore never uses more than 120 MB.
const (
	maxLogMB   = 10
	maxBackups = 2
)

// logs writes JSON lines to files, which `go tool mage local:logs` reads: one file for the
// cloud's own events, one for the functions of each Region, and one for the X-Ray documents.
// Lines of health checks are left out.
type logs struct {
	dir      string
	events   *slog.Logger
	recorder *control.Recorder

	mu    sync.Mutex
	files map[string]*logFile
}

func openLogs(dir string, recorder *control.Recorder) (*logs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	l := &logs{dir: dir, recorder: recorder, files: map[string]*logFile{}}
	l.events = slog.New(slog.NewJSONHandler(l.file(shell.CloudLog), nil))
	return l, nil
}

// function logs one line of a function. It drops a line that it cannot write, because
// a full disk must not end the function.
func (l *logs) function(line control.Line) {
	data, err := json.Marshal(line)
	if err != nil {
		return
	}
	l.file(line.Region).Write(append(data, '\n'))
}

// trace logs an X-Ray document, unless it belongs to a health check.
func (l *logs) trace(document []byte) {
	if l.recorder.Trace(document) {
		l.file(shell.TracesLog).Write(append(document, '\n'))
	}
}

// file returns the log file with the name, which can be written concurrently.
func (l *logs) file(name string) *logFile {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.files[name]
	if f == nil {
		f = &logFile{to: &lumberjack.Logger{Filename: filepath.Join(l.dir, name+".log"), MaxSize: maxLogMB, MaxBackups: maxBackups}}
		l.files[name] = f
	}
	return f
}

func (l *logs) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	for _, f := range l.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

const (
	// flushDelay is how long lines wait for others, so that one system call writes many: each
	// request has five. A reader of the file sees them later by that. A process that is
	// killed loses them.
	flushDelay = 50 * time.Millisecond
	// flushSize is the size in bytes at which lines are written at once.
	flushSize = 64 << 10
)

// logFile collects lines and writes them after a moment.
type logFile struct {
	mu      sync.Mutex
	to      io.WriteCloser // rotates between writes
	lines   []byte
	pending bool // a flush is scheduled
	closed  bool
}

// Write adds a line. It drops what cannot be written: a full disk must not end a function.
func (f *logFile) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = append(f.lines, line...)
	if len(f.lines) >= flushSize || f.closed {
		return len(line), f.flush()
	}
	if !f.pending {
		f.pending = true
		time.AfterFunc(flushDelay, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.pending = false
			_ = f.flush()
		})
	}
	return len(line), nil
}

// flush writes the lines. The caller holds f.mu.
func (f *logFile) flush() error {
	if len(f.lines) == 0 {
		return nil
	}
	_, err := f.to.Write(f.lines)
	f.lines = f.lines[:0]
	return err
}

// Close writes the lines and closes the file. Later lines are written at once.
func (f *logFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return errors.Join(f.flush(), f.to.Close())
}
