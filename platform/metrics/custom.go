package metrics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
	"github.com/meridian-api/meridian/platform/system"
)

// Unit is the unit of a metric in CloudWatch.
type Unit string

// The units of the metrics that handlers record. CloudWatch has more.
const (
	UnitCount    Unit = "Count"
	Milliseconds Unit = "Milliseconds"
	Bytes        Unit = "Bytes"
	Percent      Unit = "Percent"
)

// Dimension is a property by which CloudWatch divides a metric.
type Dimension struct{ name, value string }

// Dim returns a dimension. The name has at most 64 letters and digits and begins with
// a lower-case letter. An empty value becomes "unknown".
//
// CloudWatch bills each combination of values as a metric of its own. A value is
// therefore one of a few, such as a country or a kind of payment, and never an
// identifier; see MaxSeries.
func Dim(name, value string) Dimension { return Dimension{name, value} }

const (
	// MaxSeries is the number of combinations of metrics and values of dimensions that
	// a process records. After that, the values of new combinations are "other".
	MaxSeries = 200
	// MaxDimensions is the number of dimensions of a metric. Environment and service,
	// which every metric has, do not count.
	MaxDimensions = 5
	// maxName and maxValue bound names and values in bytes. CloudWatch allows names of
	// 255 characters and values of 1,024.
	maxName, maxValue = 64, 128
	// maxPerInvocation bounds the line of an invocation.
	maxPerInvocation = 50
	// maxValues is CloudWatch's limit of a metric's values in a line.
	maxValues = 100
)

// other is the value of all dimensions of a combination after MaxSeries.
const other = "other"

// Count adds n to a metric of the invocation, for example:
//
//	metrics.Count(ctx, "AccountsCreated", 1, metrics.Dim("country", a.Country))
//
// The metric is part of the invocation's line, in the namespace of the system with the
// dimensions environment, service and dims. The name has at most 64 letters and
// digits and begins with an upper-case letter.
//
// A metric that cannot be written, for example because of its name, must not fail a
// request: it is left out, and the line has the reason in its member metricError and
// the level WARN. Count does nothing if ctx does not come from WithUsage.
func Count(ctx context.Context, name string, n float64, dims ...Dimension) {
	record(ctx, name, n, UnitCount, true, dims)
}

// Observe records a value of a metric, of which CloudWatch has the distribution: the
// average, the maximum and the percentiles. The rules of Count apply. An invocation
// records at most 100 values of a metric.
func Observe(ctx context.Context, name string, value float64, unit Unit, dims ...Dimension) {
	record(ctx, name, value, unit, false, dims)
}

// custom are the metrics that the handler of an invocation records.
type custom struct {
	mu   sync.Mutex
	list []series
	err  string // the first reason why a metric was left out
}

// series is a metric with one combination of dimensions.
type series struct {
	name   string
	unit   Unit
	dims   []Dimension // sorted by name
	sum    bool        // whether there is one value, to which others are added
	values []float64
}

func record(ctx context.Context, name string, value float64, unit Unit, sum bool, dims []Dimension) {
	u, ok := ctx.Value(usageKey{}).(*usage)
	if !ok {
		return
	}
	s := series{name: name, unit: unit, sum: sum, dims: slices.Clone(dims)}
	u.custom.CompareAndSwap(nil, &custom{})
	c := u.custom.Load()
	c.mu.Lock()
	defer c.mu.Unlock()
	err := s.check(value)
	if err == nil {
		known.limit(&s)
		err = c.add(s, value)
	}
	if err != nil {
		c.err = cmp.Or(c.err, err.Error())
	}
}

// check checks the metric, sorts its dimensions and fills in empty values.
func (s *series) check(value float64) error {
	switch {
	case !isName(s.name, 'A', 'Z') || slices.Contains(ownMetrics[:], s.name):
		return fmt.Errorf("metric %.80q: a name has at most %d letters and digits, begins in upper case, and is not a metric of every line",
			s.name, maxName)
	case len(s.dims) > MaxDimensions:
		return fmt.Errorf("metric %s: %d dimensions, more than %d", s.name, len(s.dims), MaxDimensions)
	case math.IsNaN(value) || math.Abs(value) > maxMetric:
		return fmt.Errorf("metric %s: CloudWatch does not accept the value %v", s.name, value)
	}
	slices.SortFunc(s.dims, func(a, b Dimension) int { return cmp.Compare(a.name, b.name) })
	for i := range s.dims {
		d := &s.dims[i]
		d.value = cmp.Or(d.value, unknown)
		switch {
		case !isName(d.name, 'a', 'z') || slices.Contains(ownMembers[:], d.name):
			return fmt.Errorf("metric %s: dimension %.80q: a name has at most %d letters and digits, begins in lower case, and is not a member of every line",
				s.name, d.name, maxName)
		case i > 0 && s.dims[i-1].name == d.name:
			return fmt.Errorf("metric %s: two dimensions have the name %s", s.name, d.name)
		case !isValue(d.value):
			return fmt.Errorf("metric %s: dimension %s: %.80q is not a value of at most %d printable ASCII characters that does not begin with a colon",
				s.name, d.name, d.value, maxValue)
		}
	}
	return nil
}

// maxMetric is the largest absolute value of a metric, which is CloudWatch's 2^360.
const maxMetric = 1 << 360

// The names in a line that a handler cannot use.
var (
	ownMetrics = [...]string{"Requests", "Faults", "Latency", "ColdStarts", "ConsumedReadCapacity", "ConsumedWriteCapacity"}
	ownMembers = [...]string{
		"timestamp", "level", "message", "environment", "service", "operation", "region", "requestId", "traceId",
		"caller", "status", "problem", "metricError",
	}
)

// isName reports whether a name begins with a letter from low to high and has only
// letters and digits.
func isName(name string, low, high byte) bool {
	if name == "" || len(name) > maxName || name[0] < low || name[0] > high {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// isValue reports whether CloudWatch accepts the value of a dimension. Source:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
func isValue(value string) bool {
	blank := true
	for i := range len(value) {
		if value[i] < ' ' || value[i] > '~' {
			return false
		}
		blank = blank && value[i] == ' '
	}
	return !blank && len(value) <= maxValue && value[0] != ':'
}

// add adds a value to the metric, which it adds to the list if it is new.
func (c *custom) add(s series, value float64) error {
	for i := range c.list {
		present := &c.list[i]
		switch {
		case present.name != s.name:
			continue
		case present.unit != s.unit || present.sum != s.sum:
			return fmt.Errorf("metric %s: is recorded with two units, or both counted and observed", s.name)
		case !slices.Equal(present.dims, s.dims):
			continue
		case s.sum:
			present.values[0] += value
		case len(present.values) == maxValues:
			return fmt.Errorf("metric %s: has more than %d values", s.name, maxValues)
		default:
			present.values = append(present.values, value)
		}
		return nil
	}
	if len(c.list) == maxPerInvocation {
		return fmt.Errorf("metric %s: is in excess of %d metrics of an invocation", s.name, maxPerInvocation)
	}
	s.values = []float64{value}
	c.list = append(c.list, s)
	return nil
}

// known are the combinations that the process has written.
var known seriesSet

type seriesSet struct {
	mu   sync.Mutex
	seen map[string]struct{}
}

// limit replaces the values of the metric's dimensions if its combination is new and
// the set is full.
func (set *seriesSet) limit(s *series) {
	if len(s.dims) == 0 {
		return
	}
	key := s.name
	for _, d := range s.dims {
		key += "\n" + d.name + "\n" + d.value
	}
	set.mu.Lock()
	defer set.mu.Unlock()
	if _, ok := set.seen[key]; ok {
		return
	}
	if len(set.seen) < MaxSeries {
		if set.seen == nil {
			set.seen = map[string]struct{}{}
		}
		set.seen[key] = struct{}{}
		return
	}
	for i := range s.dims {
		s.dims[i].value = other
	}
}

// lines distributes the metrics over as few lines as their dimensions allow. A line has
// one value for each metric and each dimension.
func (c *custom) lines() [][]series {
	var lines [][]series
	for _, s := range c.list {
		i := slices.IndexFunc(lines, s.fits)
		if i < 0 {
			i, lines = len(lines), append(lines, nil)
		}
		lines[i] = append(lines[i], s)
	}
	return lines
}

func (s *series) fits(line []series) bool {
	for _, present := range line {
		if present.name == s.name {
			return false
		}
		for _, d := range present.dims {
			for _, own := range s.dims {
				if own.name == d.name && own.value != d.value {
					return false
				}
			}
		}
	}
	return true
}

// directives appends the MetricDirective objects of the metrics of a line.
func directives(out []byte, line []series) []byte {
	for i, s := range line {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"Namespace":"`+system.Current().Title+`","Dimensions":[["environment","service"`...)
		for _, d := range s.dims {
			out = append(append(append(out, `,"`...), d.name...), '"')
		}
		out = append(append(append(out, `]],"Metrics":[{"Name":"`...), s.name...), `","Unit":`...)
		out = append(jsonwrite.String(out, string(s.unit)), `}]}`...)
	}
	return out
}

// members appends the values of the metrics of a line and of their dimensions.
func members(out []byte, line []series) []byte {
	var dims []Dimension
	for _, s := range line {
		for _, d := range s.dims {
			if !slices.Contains(dims, d) {
				dims = append(dims, d)
				out = append(append(append(out, `,"`...), d.name...), `":`...)
				out = jsonwrite.String(out, d.value)
			}
		}
		out = append(append(append(out, `,"`...), s.name...), `":`...)
		if len(s.values) > 1 {
			out = append(out, '[')
		}
		for i, v := range s.values {
			if i > 0 {
				out = append(out, ',')
			}
			out = strconv.AppendFloat(out, v, 'g', -1, 64)
		}
		if len(s.values) > 1 {
			out = append(out, ']')
		}
	}
	return out
}

// further appends a line of metrics that do not fit into the invocation's line.
func (i Invocation) further(out []byte, line []series) []byte {
	out = append(out, `{"_aws":{"Timestamp":`...)
	out = strconv.AppendInt(out, i.Start.UnixMilli(), 10)
	out = append(directives(append(out, `,"CloudWatchMetrics":[`...), line), `]}`...)
	for _, m := range [...]struct{ name, value string }{
		{"timestamp", i.Start.UTC().Format(timeLayout)}, {"level", "INFO"}, {"message", "metrics"},
		{"environment", cmp.Or(i.Environment, unknown)}, {"service", cmp.Or(i.Service, unknown)},
		{"operation", cmp.Or(i.Operation, unknown)}, {"region", i.Region}, {"requestId", i.RequestID}, {"traceId", i.TraceID},
	} {
		if m.value != "" {
			out = append(append(append(out, `,"`...), m.name...), `":`...)
			out = jsonwrite.String(out, m.value)
		}
	}
	return append(members(out, line), '}', '\n')
}

// timeLayout is the format of a line's timestamp.
const timeLayout = "2006-01-02T15:04:05.000Z"
