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

// TestModel makes random changes to a store and to a model of it and compares
// the results. The model's preferences are plain JSON, merged according to RFC 7396.
func TestModel(t *testing.T) {
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

// changes has more merges than other changes because they are the most complex.
var changes = []string{"merge", "merge", "merge", "merge", "replace", "create", "delete"}

type model struct {
	store *Store
	id    string
	now   time.Time
	// seen are all versions that the profile has had.
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
		m.assertError(t, err, profiles.ErrExists)
		return
	}
	m.assertError(t, err, nil)
	m.preferences, m.consent = map[string]any{}, time.Time{}
	m.put(p, c, now)
}

func (m *model) replace(t *rapid.T) {
	match, c, now := m.match(t), contents.Draw(t, "content"), m.tick()
	p, err := m.store.Replace(t.Context(), m.id, match, c, now)
	if !m.exists || !match.Contains(m.version) {
		m.assertError(t, err, profiles.ErrStale)
		return
	}
	m.assertError(t, err, nil)
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
	change, err := api.ToMerge(patch)
	if err != nil {
		t.Fatal(err)
	}
	now := m.tick()
	p, err := m.store.Merge(t.Context(), m.id, change, now)
	if !m.exists {
		m.assertError(t, err, profiles.ErrNotFound)
		return
	}
	merged := mergePatch(m.preferences, plain(patch)).(map[string]any)
	switch {
	case hasTwoTypes(merged):
		if !problem.Is(err, problem.Conflict) || errors.Is(err, profiles.ErrFull) {
			t.Fatalf("another type: %v", err)
		}
	case len(merged) > profiles.MaxPreferences:
		m.assertError(t, err, profiles.ErrFull)
	default:
		m.assertError(t, err, nil)
		m.preferences = merged
		m.change(p, now)
	}
}

func (m *model) delete(t *rapid.T) {
	match := m.match(t)
	err := m.store.Delete(t.Context(), m.id, match)
	if m.exists && !match.Contains(m.version) {
		m.assertError(t, err, profiles.ErrStale)
		return
	}
	m.assertError(t, err, nil)
	m.exists = false
}

// check compares the stored profile with the model.
func (m *model) check(t *rapid.T) {
	p, err := m.store.Get(t.Context(), m.id)
	if !m.exists {
		m.assertError(t, err, profiles.ErrNotFound)
		return
	}
	m.assertError(t, err, nil)
	want := profiles.Profile{
		AccountID: m.id, Content: m.content, MarketingConsentAt: m.consent, UpdatedAt: m.changed, Version: m.version,
		Preferences: p.Preferences,
	}
	if !reflect.DeepEqual(p, want) || !reflect.DeepEqual(plain(api.FromPreferences(p.Preferences)), any(m.preferences)) {
		t.Fatalf("got %+v, want %+v and preferences %v", p, want, m.preferences)
	}
	for _, v := range m.seen[:len(m.seen)-1] {
		if v == m.version {
			t.Fatalf("version %d was used before", v)
		}
	}
}

func (m *model) assertError(t *rapid.T, got, want error) {
	if !errors.Is(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// match draws a match of any version, of the current one, or of earlier ones.
func (m *model) match(t *rapid.T) precondition.Match {
	return rapid.OneOf(
		rapid.Just(anyVersion), rapid.Just(onlyVersions(m.version)),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(m.seen), 0, 3), func(list []int64) precondition.Match {
			return onlyVersions(list...)
		}),
	).Draw(t, "match")
}

var contents = rapid.Custom(func(t *rapid.T) profiles.Content {
	c := profiles.Content{
		DisplayName: rapid.SampledFrom([]string{"Ada", "Łukasz", "👩‍💻"}).Draw(t, "name"),
		Locale:      "en", TimeZone: "UTC",
		MarketingConsent: rapid.Bool().Draw(t, "consent"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "links") {
		c.Links = append(c.Links, profiles.Link{Label: "Blog", URL: "https://ada.example.com"})
	}
	return c
})

// patches draws merges of few names, so that types collide, or of many names, so
// that there are too many.
var patches = rapid.Custom(func(t *rapid.T) map[string]*api.Preference {
	if rapid.Bool().Draw(t, "many") {
		names := rapid.Map(rapid.IntRange(1, profiles.MaxPreferences+10), longName)
		return rapid.MapOfN(names, rapid.Just(&api.Preference{Text: new("x")}), 15, profiles.MaxMerged).Draw(t, "changes")
	}
	return rapid.MapOfN(rapid.Map(rapid.IntRange(1, 6), longName), preferences, 0, 4).Draw(t, "changes")
}).Filter(func(patch map[string]*api.Preference) bool {
	_, err := api.ToMerge(patch)
	return err == nil
})

var preferences = rapid.Custom(func(t *rapid.T) *api.Preference {
	switch rapid.SampledFrom([]string{"null", "null", "boolean", "number", "text", "text"}).Draw(t, "type") {
	case "boolean":
		return &api.Preference{Boolean: new(rapid.Bool().Draw(t, "boolean"))}
	case "number":
		return &api.Preference{Number: new(rapid.Float64Range(-maxNumber, maxNumber).Draw(t, "number"))}
	case "text":
		return &api.Preference{Text: new(rapid.StringN(0, 5, -1).Draw(t, "text"))}
	}
	return nil
})

const maxNumber = 1<<53 - 1 // the contract's maximum

// plain returns v after a round trip through JSON.
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

// mergePatch implements the algorithm of RFC 7396, section 2.
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

// hasTwoTypes reports whether a preference has two types.
func hasTwoTypes(preferences map[string]any) bool {
	for _, p := range preferences {
		if len(p.(map[string]any)) != 1 {
			return true
		}
	}
	return false
}
