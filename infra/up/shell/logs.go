package shell

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
)

// The names of logs; each Region has another one for its functions.
const (
	CloudLog  = "cloud"  // events of the cloud and the access logs of the gateways
	TracesLog = "traces" // X-Ray documents
)

// LogsFolder is the folder of the logs, below dist.
const LogsFolder = "logs"

// Filter selects lines of the logs. The zero value selects all.
type Filter struct {
	Function string // such as "accounts-get-account"
	Request  string // the ID of a request, or its beginning with 8 or more characters
	Follow   bool   // until the context is done
}

// NewFilter returns the filter of a command line; nil is the default.
func NewFilter(function, request *string, follow *bool) Filter {
	f := Filter{Follow: follow != nil && *follow}
	if function != nil {
		f.Function = *function
	}
	if request != nil {
		f.Request = *request
	}
	return f
}

// entry is a line of one of the logs. The forms of all logs are merged in it.
type entry struct {
	// Of the cloud and of functions.
	Time      time.Time `json:"time"`
	Region    string    `json:"region"`
	Function  string    `json:"function"`
	RequestID string    `json:"requestId"`
	// Of functions.
	Text string `json:"text"`
	// Of the cloud.
	Level   string  `json:"level"`
	Message string  `json:"msg"`
	Method  string  `json:"httpMethod"`
	Path    string  `json:"path"`
	Status  int     `json:"status"`
	Latency float64 `json:"responseLatency"` // ms
	Error   string  `json:"error"`
	Reason  any     `json:"reason"`
	Trace   string  `json:"traceId"`
	// Of X-Ray documents.
	Name    string  `json:"name"`
	TraceID string  `json:"trace_id"`
	Start   float64 `json:"start_time"` // seconds since 1970
	End     float64 `json:"end_time"`
	AWS     struct {
		Operation string `json:"operation"`
		Table     string `json:"table_name"`
	} `json:"aws"`
}

// Logs prints lines of the logs of the cloud of the clone at dir, which need not run any
// longer: the access logs of the gateways, what functions print, and their calls of AWS.
func Logs(ctx context.Context, dir string, filter Filter, out io.Writer) error {
	if n := len(filter.Request); n > 0 && n < 8 {
		return fmt.Errorf("the request %q is shorter than 8 characters: use more of the requestId that the response has", filter.Request)
	}
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	r := reader{dir: filepath.Join(ws.Root, workspace.Dist, LogsFolder), offsets: map[string]int64{}}
	selected := selection{Filter: filter, traces: map[string]string{}}
	entries, err := r.read()
	if err != nil {
		return err
	}
	if len(r.offsets) == 0 {
		return fmt.Errorf("%s has no logs: start the cloud with 'go tool mage up'", r.dir)
	}
	found := selected.of(entries)
	if filter.Request != "" && len(found) == 0 && !filter.Follow {
		return fmt.Errorf("the logs have no request %q: they keep the latest ones only", filter.Request)
	}
	show := func(list []entry) {
		for _, e := range list {
			fmt.Fprintln(out, e.String())
		}
	}
	show(found)
	for filter.Follow && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
			if entries, err = r.read(); err != nil {
				return err
			}
			show(selected.of(entries))
		}
	}
	return nil
}

// reader reads the lines of all log files that it has not read before.
type reader struct {
	dir     string
	offsets map[string]int64
}

// read returns the new lines of all files, sorted by time.
func (r *reader) read() ([]entry, error) {
	files, err := filepath.Glob(filepath.Join(r.dir, "*.log"))
	if err != nil {
		return nil, err
	}
	var list []entry
	var errs []error
	for _, name := range files {
		errs = append(errs, r.readFile(name, func(e entry) { list = append(list, e) }))
	}
	slices.SortStableFunc(list, func(a, b entry) int { return a.Time.Compare(b.Time) })
	return list, errors.Join(errs...)
}

func (r *reader) readFile(name string, add func(entry)) error {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil // rotated away meanwhile
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < r.offsets[name] { // rotated: the older lines were read
		r.offsets[name] = 0
	}
	if _, err := f.Seek(r.offsets[name], io.SeekStart); err != nil {
		return err
	}
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil // a line that is being written is read next time
		}
		r.offsets[name] += int64(len(line))
		var e entry
		if json.Unmarshal(line, &e) == nil {
			add(e.normalized())
		}
	}
}

// normalized sets the fields that all logs have.
func (e entry) normalized() entry {
	e.Function = strings.TrimPrefix(e.Function, "local-")
	if e.TraceID != "" {
		e.Time = time.UnixMicro(int64(e.Start * 1e6))
	}
	if root, _, _ := strings.Cut(strings.TrimPrefix(e.Trace, "Root="), ";"); e.TraceID == "" {
		e.TraceID = root
	}
	return e
}

// String returns the line that the terminal shows.
func (e entry) String() string {
	head := e.Time.Local().Format("15:04:05.000") + " "
	switch {
	case e.Text != "":
		return head + e.Region + " " + e.Function + ": " + e.Text
	case e.Name != "":
		what := strings.Join(strings.Fields(e.Name+" "+e.AWS.Operation+" "+e.AWS.Table), " ")
		return fmt.Sprintf("%strace %s: %.1f ms", head, what, (e.End-e.Start)*1000)
	case e.Message == "request":
		line := fmt.Sprintf("%s%s %s %s %d %.1f ms %s %s", head, e.Region, e.Method, e.Path, e.Status, e.Latency, e.Function, e.RequestID)
		if e.Error != "" {
			line += ": " + e.Error
		}
		return line
	}
	line := head + e.Region + " " + e.Level + " " + e.Message
	if e.Error != "" {
		line += ": " + e.Error
	}
	if e.Reason != nil {
		line += fmt.Sprintf(": %v", e.Reason)
	}
	return line
}

// selection selects entries. It remembers the traces of the requests that it has seen.
type selection struct {
	Filter
	traces map[string]string // trace IDs of requests with the function of each
}

// of returns the entries that the filter selects.
func (s *selection) of(entries []entry) []entry {
	for _, e := range entries {
		if e.Message == "request" && e.TraceID != "" && (s.Request == "" || strings.HasPrefix(e.RequestID, s.Request)) {
			s.traces[e.TraceID] = e.Function
		}
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e entry) bool {
		function, known := s.traces[e.TraceID]
		if s.Request != "" && !known && !strings.HasPrefix(e.RequestID, s.Request) {
			return true
		}
		if e.Function == "" {
			e.Function = function
		}
		return s.Function != "" && e.Function != s.Function
	})
}
