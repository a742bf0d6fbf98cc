package local

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/geo"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/local/invoker"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

var _ control.Cloud = (*Cloud)(nil)

// Status implements control.Cloud.
func (c *Cloud) Status(location string) (control.Status, error) {
	s := control.Status{
		Links: []control.Link{}, Functions: []control.Function{}, Faults: []control.Fault{}, SecretsOutage: c.secrets.Outage(),
	}
	var err error
	if s.Route, err = c.edge.Route(location); err != nil {
		return s, err
	}
	healthy := c.edge.Health()
	for _, r := range c.regions {
		at, _ := geo.Locate(r.name) // the edge knows the Region, too
		s.Regions = append(s.Regions, control.Region{
			Name: r.name, URL: r.URL(), Latitude: at.Latitude, Longitude: at.Longitude, Down: r.isDown(),
			Healthy: healthy[r.name], SkewMs: milliseconds(time.Duration(r.skew.Load())),
		})
		s.Functions = append(s.Functions, c.functionsOf(r)...)
	}
	for _, l := range c.data.Links() {
		s.Links = append(s.Links, control.Link{
			From: l.From, To: l.To, Cut: l.Cut, CutByUser: c.links.byUser(l.From, l.To), LagMs: milliseconds(l.Lag), Pending: l.Pending,
		})
	}
	c.faults.Range(func(_, fault any) bool {
		s.Faults = append(s.Faults, fault.(control.Fault))
		return true
	})
	slices.SortFunc(s.Faults, func(a, b control.Fault) int { return strings.Compare(a.Function, b.Function) })
	for _, u := range c.Users() {
		s.Users = append(s.Users, u.Name)
	}
	return s, nil
}

// functionsOf returns the functions of a Region that is not down, sorted by name.
func (c *Cloud) functionsOf(r *region) []control.Function {
	r.mu.Lock()
	functions := r.functions
	r.mu.Unlock()
	if functions == nil {
		return nil
	}
	stats, memory := functions.Stats(), functions.Memory()
	var list []control.Function
	for _, physical := range slices.Sorted(maps.Keys(stats)) {
		s, name := stats[physical], strings.TrimPrefix(physical, Environment+"-")
		f := control.Function{
			Region: r.name, Name: name, Instances: s.Environments, ColdStarts: s.ColdStarts, Invocations: s.Invocations,
			MemoryBytes: memory[physical],
		}
		if c.cfg.Recorder != nil {
			f.Errors = c.cfg.Recorder.Errors(r.name, name)
		}
		list = append(list, f)
	}
	return list
}

// Mint implements control.Cloud.
func (c *Cloud) Mint(user string, scopes []string) (control.Token, error) {
	var options []issuer.Option
	if len(scopes) > 0 {
		options = append(options, issuer.WithScopes(scopes...))
	}
	access, id, err := c.Token(user, options...)
	return control.Token{AccessToken: access, IDToken: id}, err
}

// Invoke implements control.Cloud.
func (c *Cloud) Invoke(ctx context.Context, name, function, trace string, event []byte) ([]byte, error) {
	r, err := c.region(name)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	functions := r.functions
	r.mu.Unlock()
	if functions == nil {
		return nil, fmt.Errorf("invoke %s: the Region %s is down: start it first", function, name)
	}
	invoked := faulty{invoker.New(functions, c.cfg.Limits.concurrency()), c}
	return invoked.Invoke(ctx, Environment+"-"+function, event, trace)
}

// Tables implements control.Cloud.
func (c *Cloud) Tables(ctx context.Context, region string) ([]control.Table, error) {
	if _, err := c.region(region); err != nil {
		return nil, err
	}
	list := []control.Table{}
	for _, name := range c.cfg.tableNames() {
		n, err := c.data.Count(ctx, region, name)
		if err != nil {
			return nil, err
		}
		list = append(list, control.Table{Name: name, Items: n})
	}
	return list, nil
}

// Items implements control.Cloud.
func (c *Cloud) Items(ctx context.Context, region, table string, limit int) (json.RawMessage, error) {
	return c.data.Scan(ctx, region, table, limit)
}

// Pending implements control.Cloud.
func (c *Cloud) Pending(limit int) []control.Write { return writes(c.data.Pending(limit)) }

// Conflicts implements control.Cloud.
func (c *Cloud) Conflicts() []control.Write { return writes(c.data.Conflicts()) }

func writes(from []dynamodb.Write) []control.Write {
	list := make([]control.Write, len(from))
	for i, w := range from {
		list[i] = control.Write(w)
	}
	return list
}

// watched returns the edge's handler, which also keeps the time that the edge takes.
func (c *Cloud) watched(h http.Handler) http.Handler {
	if c.cfg.Recorder == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, seen := time.Now(), &statusWriter{ResponseWriter: w}
		h.ServeHTTP(seen, r)
		c.cfg.Recorder.Edge(seen.header("X-Amzn-Requestid"), seen.header("X-Edge-Region"), r, seen.status, start)
	})
}

// statusWriter remembers the status of a response.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the writer that http.ResponseController uses.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// header returns a header of the response, which can have any spelling.
func (w *statusWriter) header(canonical string) string {
	for name, values := range w.Header() {
		if strings.EqualFold(name, canonical) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
