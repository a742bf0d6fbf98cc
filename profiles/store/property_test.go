package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
)

// TestStoreIsItsModel does random changes to a store and to a model of it. The
// model's preferences are plain JSON, merged as RFC 7396 says.
func TestStoreIsItsModel(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		runs := 0
		rapid.Check(t, func(t *rapid.T) {
			runs++
			m := &model{store: s, id: fmt.Sprint("account ", runs), now: noon, seen: []int64{0}}
			m.create(t)
			for _, change := range rapid.SliceOfN(rapid.SampledFrom(changes), 4, 12).Draw(t, "changes") {
				switch change {
				case "create":
					m.create(t)
				case "replace":
					m.replace(t)
				case "merge":
					m.merge(t)
				case "delete":
					m.delete(t)
				}
				m.check(t)
			}
		})
	})
}

// changes are more often merges: they have most to get wrong.
var changes = []string{"merge", "merge", "merge", "merge", "replace", "create", "delete"}

type model struct {
	store *Store
	id    string
	now   time.Time
	// seen are the versions that there were.
	seen []int64

	exists      bool
	version     int64
	content     profiles.Content
	consent     time.Time
	changed     time.Time
	preferences map[string]any
}

func (m *model) tick() time.Time {
	m.now = m.now.Add(time.Second)
	return m.now
}

func (m *model) create(t *rapid.T) {
	c, now := contents.Draw(t, "content"), m.tick()
	p, err := m.store.Create(t.Context(), m.id, c, now)
	if m.exists {
		m.expect(t, err, profiles.ErrExists)
		return
	}
	m.expect(t, err, nil)
	m.preferences, m.consent = map[string]any{}, time.Time{}
	m.put(p, c, now)
}

func (m *model) replace(t *rapid.T) {
	match, c, now := m.match(t), contents.Draw(t, "content"), m.tick()
	p, err := m.store.Replace(t.Context(), m.id, match, c, now)
	if !m.exists || !match.Contains(m.version) {
		m.expect(t, err, profiles.ErrStale)
		return
	}
	m.expect(t, err, nil)
	m.put(p, c, now)
}

func (m *model) put(p profiles.Profile, c profiles.Content, now time.Time) {
	switch {
	case !c.MarketingConsent:
		m.consent = time.Time{}
	case m.consent.IsZero():
		m.consent = now
	}
	m.exists, m.content = true, c
	m.change(p, now)
}

func (m *model) change(p profiles.Profile, now time.Time) {
	m.version, m.changed = p.Version, now
	m.seen = append(m.seen, p.Version)
}

func (m *model) merge(t *rapid.T) {
	patch := patches.Draw(t, "patch")
	now := m.tick()
	p, err := m.store.Merge(t.Context(), m.id, api.ToMerge(patch), now)
	if !m.exists {
		m.expect(t, err, profiles.ErrNotFound)
		return
	}
	merged := mergePatch(m.preferences, plain(patch)).(map[string]any)
	fits, allThere := len(m.preferences), true
	for name, value := range patch {
		if value != nil {
			fits++
			_, there := m.preferences[name]
			allThere = allThere && there
		}
	}
	switch clash := clashes(merged); {
	case clash:
		if !problem.Is(err, problem.Conflict) || errors.Is(err, profiles.ErrFull) {
			t.Fatalf("a clash of types: %v", err)
		}
	case fits > profiles.MaxPreferences && !allThere:
		m.expect(t, err, profiles.ErrFull)
	default:
		m.expect(t, err, nil)
		m.preferences = merged
		m.change(p, now)
	}
}

func (m *model) delete(t *rapid.T) {
	match := m.match(t)
	err := m.store.Delete(t.Context(), m.id, match)
	if m.exists && !match.Contains(m.version) {
		m.expect(t, err, profiles.ErrStale)
		return
	}
	m.expect(t, err, nil)
	m.exists = false
}

// check compares what is read.
func (m *model) check(t *rapid.T) {
	p, err := m.store.Get(t.Context(), m.id)
	if !m.exists {
		m.expect(t, err, profiles.ErrNotFound)
		return
	}
	m.expect(t, err, nil)
	want := profiles.Profile{
		AccountID: m.id, Content: m.content, MarketingConsentAt: m.consent, UpdatedAt: m.changed, Version: m.version,
		Preferences: p.Preferences,
	}
	if !reflect.DeepEqual(p, want) || !reflect.DeepEqual(plain(api.FromPreferences(p.Preferences)), any(m.preferences)) {
		t.Fatalf("got %+v, want %+v and preferences %v", p, want, m.preferences)
	}
	for _, v := range m.seen[:len(m.seen)-1] {
		if v == m.version {
			t.Fatalf("version %d a second time", v)
		}
	}
}

func (m *model) expect(t *rapid.T, got, want error) {
	if !errors.Is(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// match draws a condition on versions that there were, or on any.
func (m *model) match(t *rapid.T) precondition.Match {
	return rapid.OneOf(
		rapid.Just(whatever), rapid.Just(only(m.version)),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(m.seen), 0, 3), func(list []int64) precondition.Match { return only(list...) }),
	).Draw(t, "match")
}

var contents = rapid.Custom(func(t *rapid.T) profiles.Content {
	c := profiles.Content{
		DisplayName: rapid.SampledFrom([]string{"Ada", "Łukasz", "👩‍💻"}).Draw(t, "name"), Locale: "en", TimeZone: "UTC",
		MarketingConsent: rapid.Bool().Draw(t, "consent"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "links") {
		c.Links = append(c.Links, profiles.Link{Label: "Blog", URL: "https://ada.example.com"})
	}
	return c
})

// patches are of few names, which meet with other types, or of many, which come
// to be too many.
var patches = rapid.Custom(func(t *rapid.T) map[string]*api.Preference {
	if rapid.Bool().Draw(t, "many") {
		names := rapid.Map(rapid.IntRange(1, profiles.MaxPreferences+10), name)
		return rapid.MapOfN(names, rapid.Just((*api.Preference)(text("x"))), 15, profiles.MaxMerged).Draw(t, "changes")
	}
	return rapid.MapOfN(rapid.Map(rapid.IntRange(1, 6), name), preferences, 0, 4).Draw(t, "changes")
}).Filter(func(patch map[string]*api.Preference) bool { return api.ToMerge(patch).Check() == nil })

var preferences = rapid.Custom(func(t *rapid.T) *api.Preference {
	switch rapid.SampledFrom([]string{"null", "null", "boolean", "number", "text", "text"}).Draw(t, "type") {
	case "boolean":
		return (*api.Preference)(boolean(rapid.Bool().Draw(t, "boolean")))
	case "number":
		return (*api.Preference)(number(rapid.Float64Range(-maxNumber, maxNumber).Draw(t, "number")))
	case "text":
		return (*api.Preference)(text(rapid.StringN(0, 5, -1).Draw(t, "text")))
	}
	return nil
})

const maxNumber = 1<<53 - 1 // as the contract has it

// plain is a value as JSON has it.
func plain(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

// mergePatch is the algorithm of RFC 7396, section 2.
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out := map[string]any{}
	if old, ok := target.(map[string]any); ok {
		for name, value := range old {
			out[name] = value
		}
	}
	for name, value := range changes {
		if value == nil {
			delete(out, name)
		} else {
			out[name] = mergePatch(out[name], value)
		}
	}
	return out
}

// clashes reports whether a preference would have two types.
func clashes(preferences map[string]any) bool {
	for _, p := range preferences {
		if len(p.(map[string]any)) != 1 {
			return true
		}
	}
	return false
}
