package up

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

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
	files map[string]*lumberjack.Logger
}

func openLogs(dir string, recorder *control.Recorder) (*logs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	l := &logs{dir: dir, recorder: recorder, files: map[string]*lumberjack.Logger{}}
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
func (l *logs) file(name string) *lumberjack.Logger {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.files[name]
	if f == nil {
		f = &lumberjack.Logger{Filename: filepath.Join(l.dir, name+".log"), MaxSize: maxLogMB, MaxBackups: maxBackups}
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
