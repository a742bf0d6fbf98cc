package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
)

// meter stands between a store and DynamoDB: it counts, and can lose an answer.
type meter struct {
	mu       sync.Mutex
	calls    []string
	capacity float64
	lose     bool
}

// metered is each with a store that goes through a meter.
func metered(t *testing.T, test func(t *testing.T, s *Store, m *meter)) {
	dynamodbtest.Each(t, api.Service().Tables, func(t *testing.T, env lambdaenv.Env) {
		to, err := url.Parse(*env.AWS("DYNAMODB").BaseEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		m := &meter{}
		proxy := &httputil.ReverseProxy{
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
			ModifyResponse: m.read,
			ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		}
		server := httptest.NewServer(proxy)
		t.Cleanup(server.Close)
		vars := map[string]string{
			"AWS_REGION": env.Region, "ENVIRONMENT": env.Environment, "AWS_ENDPOINT_URL_DYNAMODB": server.URL,
			"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		}
		env, err = lambdaenv.Read(func(name string) string { return vars[name] })
		if err != nil {
			t.Fatal(err)
		}
		test(t, Open(env), m)
	})
}

func (m *meter) read(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		ConsumedCapacity struct{ CapacityUnits float64 }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, call, _ := strings.Cut(r.Request.Header.Get("X-Amz-Target"), ".")
	m.calls = append(m.calls, call)
	m.capacity += answer.ConsumedCapacity.CapacityUnits
	if m.lose {
		m.lose = false
		return errors.New("the answer is lost")
	}
	return nil
}

// took tells what was counted, and counts anew.
func (m *meter) took() (calls string, capacity float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls, capacity = strings.Join(m.calls, " "), m.capacity
	m.calls, m.capacity = nil, 0
	return calls, capacity
}

// TestCallsAndCapacity holds what the operations' doc comments and the README
// tell: one call each, of the kind that the operation has the right to.
func TestCallsAndCapacity(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *meter) {
		ctx := t.Context()
		large := content // of more than 5 KiB and less than 6
		for range 10 {
			large.Links = append(large.Links, profiles.Link{Label: "page", URL: "https://ada.example.com/" + strings.Repeat("x", 500)})
		}
		for _, step := range []struct {
			of       rest.Described
			when     string
			do       func() error
			capacity float64 // a refused write's is not told
		}{
			{&api.Check, "", func() error { return s.Probe(ctx) }, 0.5},
			{&api.Put, "new", func() error { _, err := s.Create(ctx, "ada", content, noon); return err }, 1},
			{&api.Put, "there already", func() error { _, err := s.Create(ctx, "ada", content, noon); return is(err, profiles.ErrExists) }, 0},
			{&api.Put, "stale", func() error {
				_, err := s.Replace(ctx, "ada", only(1), content, noon)
				return is(err, profiles.ErrStale)
			}, 0},
			{&api.Get, "", func() error { _, err := s.Get(ctx, "ada"); return err }, 0.5},
			{&api.GetPublic, "", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 0.5},
			{&api.MergePreferences, "", func() error { _, err := s.Merge(ctx, "ada", set(0, 5, boolean(true)), noon); return err }, 1},
			{&api.MergePreferences, "refused", func() error { _, err := s.Merge(ctx, "ada", set(0, 5, text("")), noon); return is(err, nil) }, 0},
			{&api.Put, "large", func() error { _, err := s.Replace(ctx, "ada", whatever, large, noon); return err }, 6},
			{&api.Get, "large", func() error { _, err := s.Get(ctx, "ada"); return err }, 1},
			{&api.GetPublic, "large", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 1},
			{&api.MergePreferences, "large", func() error { _, err := s.Merge(ctx, "ada", nil, noon); return err }, 6},
			{&api.Delete, "stale", func() error { return is(s.Delete(ctx, "ada", only(1)), profiles.ErrStale) }, 0},
			{&api.Delete, "large", func() error { return s.Delete(ctx, "ada", whatever) }, 6},
			{&api.Delete, "none", func() error { return s.Delete(ctx, "ada", only(1)) }, 1},
		} {
			op := step.of.Describe()
			if err := step.do(); err != nil {
				t.Errorf("%s, %s: %v", op.ID, step.when, err)
			}
			calls, capacity := m.took()
			if may := op.Uses[0].Actions; len(op.Uses) != 1 || len(may) != 1 || may[0] != "dynamodb:"+calls {
				t.Errorf("%s, %s: called %s, and may %+v", op.ID, step.when, calls, op.Uses)
			}
			if capacity != step.capacity {
				t.Errorf("%s, %s: %v units, want %v", op.ID, step.when, capacity, step.capacity)
			}
		}
	})
}

// is turns an expected refusal, any when want is nil, into success.
func is(err, want error) error {
	switch {
	case err == nil:
		return errors.New("not refused")
	case want == nil || errors.Is(err, want):
		return nil
	}
	return err
}

// TestLostAnswers repeats what came through, as the SDK does: a change that is
// conditional on a version must recognize its own.
func TestLostAnswers(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *meter) {
		ctx := t.Context()
		var last profiles.Profile
		for _, step := range []struct {
			operation string
			do        func() (profiles.Profile, error)
		}{
			{"create", func() (profiles.Profile, error) { return s.Create(ctx, "ada", content, noon) }},
			{"replace", func() (profiles.Profile, error) { return s.Replace(ctx, "ada", only(last.Version), content, noon) }},
			{"merge", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", set(0, profiles.MaxMerged, text("x")), noon)
			}},
			{"merge up to the bound", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", set(profiles.MaxMerged, profiles.MaxPreferences-profiles.MaxMerged, text("x")), noon)
			}},
			{"delete", func() (profiles.Profile, error) { return profiles.Profile{}, s.Delete(ctx, "ada", only(last.Version)) }},
		} {
			m.took()
			m.lose = true
			p, err := step.do()
			if err != nil {
				t.Fatalf("%s: %v", step.operation, err)
			}
			if calls, _ := m.took(); len(strings.Fields(calls)) != 2 {
				t.Errorf("%s: %s, want one call and its repetition", step.operation, calls)
			}
			if last = p; p.Version == 0 {
				continue
			}
			if got := must(s.Get(ctx, "ada"))(t); !reflect.DeepEqual(got, p) {
				t.Errorf("%s: %+v is there, and %+v was told", step.operation, got, p)
			}
		}
	})
}
