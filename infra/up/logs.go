package up

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// logsFolder is the folder of the logs, below dist.
const logsFolder = "logs"

// logs writes what the cloud and its functions log to files, so that the terminal
// stays readable: one file for the cloud's own events, one for the functions of each
// Region, and one for the X-Ray documents.
type logs struct {
	dir    string
	events *slog.Logger

	mu    sync.Mutex
	files map[string]*os.File
}

func openLogs(dir string) (*logs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	l := &logs{dir: dir, files: map[string]*os.File{}}
	events, err := l.file("cloud")
	if err != nil {
		return nil, err
	}
	l.events = slog.New(slog.NewJSONHandler(events, nil))
	return l, nil
}

// function logs one line of a function. It drops a line that it cannot write, because
// a full disk must not end the function.
func (l *logs) function(region, function, instance, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f, err := l.file(region); err == nil {
		fmt.Fprintf(f, "%s %.8s %s\n", function, instance, line)
	}
}

// trace logs an X-Ray document.
func (l *logs) trace(document []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f, err := l.file("traces"); err == nil {
		f.Write(append(document, '\n'))
	}
}

// file returns the open log file with the name. The caller holds l.mu.
func (l *logs) file(name string) (*os.File, error) {
	if f := l.files[name]; f != nil {
		return f, nil
	}
	f, err := os.Create(filepath.Join(l.dir, name+".log"))
	if err == nil {
		l.files[name] = f
	}
	return f, err
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
