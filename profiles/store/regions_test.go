package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/guregu/dynamo/v2"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/tables"
)

// replica is one Region's replica of the table, with the link to it cut until arrive.
type replica struct {
	*Store
	// known has the last write of each item in this Region.
	known map[string]itemWrite
	// incoming are the other Region's writes. The writes of one item arrive in order.
	incoming []itemWrite
	// clock is by how much the Region's clocks are ahead, the Lambdas' and DynamoDB's.
	clock time.Duration
}

// itemWrite is a write of one item. It is a deletion if item is nil.
type itemWrite struct {
	part string
	item dynamo.Item
	at   time.Time
}

// world is a global table in two Regions, with one account's profile.
type world struct {
	east, west *replica
	id         string
	time       time.Time
}

// inTwoRegions runs a test with an empty global table on every implementation of DynamoDB.
func inTwoRegions(t *testing.T, test func(t *testing.T, open func(id string) *world)) {
	other := tables.Profiles
	other.Name = "profiles-west"
	both := []resource.Table{tables.Profiles, other}
	dynamodbtest.Each(t, both, func(t *testing.T, env lambdaenv.Env) {
		db := dynamodb.Open(env)
		test(t, func(id string) *world {
			region := func(table resource.Table, name string) *replica {
				s := &Store{db: db, table: db.Table(table.PhysicalName(env.Environment)), region: name}
				return &replica{Store: s, known: map[string]itemWrite{}}
			}
			return &world{region(tables.Profiles, "us-east-1"), region(other, "us-west-2"), id, noon}
		})
	})
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	rapid.TB
	Context() context.Context
}

// do makes a request in a Region and sends the items that it wrote to the other one.
func (w *world) do(t tester, here *replica, request func(now time.Time) error) error {
	t.Helper()
	w.time = w.time.Add(time.Millisecond)
	now := w.time.Add(here.clock)
	err := request(now)
	there := w.east
	if here == w.east {
		there = w.west
	}
	items := map[string]dynamo.Item{}
	var list []dynamo.Item
	if err := here.table.Get(hashKey, w.id).All(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		var key struct {
			Part string `dynamo:"part"`
		}
		if err := dynamo.UnmarshalItem(i, &key); err != nil {
			t.Fatal(err)
		}
		items[key.Part] = i
	}
	for part := range here.known {
		if _, ok := items[part]; !ok {
			items[part] = nil // the request removed it
		}
	}
	for part, i := range items {
		if !reflect.DeepEqual(i, here.known[part].item) {
			here.known[part] = itemWrite{part, i, now}
			there.incoming = append(there.incoming, here.known[part])
		}
	}
	return err
}

// must makes a request that has to succeed.
func (w *world) must(t tester, here *replica, request func(now time.Time) error) {
	t.Helper()
	if err := w.do(t, here, request); err != nil {
		t.Fatal(err)
	}
}

// arrive applies the first incoming write of an item, unless a later one is known.
func (w *world) arrive(t tester, here *replica, part string) {
	t.Helper()
	n := slices.IndexFunc(here.incoming, func(c itemWrite) bool { return c.part == part })
	c := here.incoming[n]
	here.incoming = slices.Delete(here.incoming, n, n+1)
	if c.at.Before(here.known[part].at) {
		return
	}
	here.known[part] = c
	var err error
	if c.item == nil {
		err = here.table.Delete(hashKey, w.id).Range(rangeKey, part).Run(t.Context())
	} else {
		err = here.table.Put(c.item).Run(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// heal delivers all writes and returns the profile, which both Regions must then agree on.
func (w *world) heal(t tester) (profiles.Profile, error) {
	t.Helper()
	for _, here := range []*replica{w.east, w.west} {
		for len(here.incoming) > 0 {
			w.arrive(t, here, here.incoming[len(here.incoming)-1].part)
		}
	}
	east, err := w.east.Get(t.Context(), w.id)
	west, other := w.west.Get(t.Context(), w.id)
	if !errors.Is(other, err) || !reflect.DeepEqual(east, west) {
		t.Fatalf("the Regions differ: %+v, %v and %+v, %v", east, err, west, other)
	}
	return east, err
}

func (w *world) create(t tester, here *replica, c profiles.Content) func(time.Time) error {
	return func(now time.Time) error { _, err := here.Create(t.Context(), w.id, c, now); return err }
}

func (w *world) replace(t tester, here *replica, c profiles.Content) func(time.Time) error {
	return func(now time.Time) error { _, err := here.Replace(t.Context(), w.id, anyVersion, c, now); return err }
}

func (w *world) merge(t tester, here *replica, m profiles.Merge) func(time.Time) error {
	return func(now time.Time) error { _, err := here.Merge(t.Context(), w.id, m, now); return err }
}

func (w *world) delete(t tester, here *replica) func(time.Time) error {
	return func(time.Time) error { return here.Delete(t.Context(), w.id, anyVersion) }
}

// withConsent returns the content with or without consent to marketing.
func withConsent(given bool) profiles.Content {
	c := content
	c.MarketingConsent = given
	return c
}

// clocks are differences of the Regions' clocks, with which every promise must hold.
var clocks = map[string]time.Duration{"same clock": 0, "east ahead": time.Hour, "east behind": -time.Hour}

// promise runs a test of a promise with a profile with consent that both Regions know,
// for each difference of the clocks.
func promise(t *testing.T, test func(t *testing.T, w *world)) {
	inTwoRegions(t, func(t *testing.T, open func(id string) *world) {
		for name, ahead := range clocks {
			t.Run(name, func(t *testing.T) {
				w := open(name)
				w.east.clock = ahead
				w.must(t, w.west, w.create(t, w.west, withConsent(true)))
				if _, err := w.heal(t); err != nil {
					t.Fatal(err)
				}
				test(t, w)
			})
		}
	})
}

func TestWithdrawnConsentStaysWithdrawn(t *testing.T) {
	promise(t, func(t *testing.T, w *world) {
		w.must(t, w.east, w.replace(t, w.east, withConsent(false)))
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"theme": text("dark")}))
		w.must(t, w.west, w.replace(t, w.west, withConsent(true))) // another change of the content
		p, err := w.heal(t)
		if err != nil || p.MarketingConsent || p.Preferences["theme"].Text == nil {
			t.Errorf("got %+v, %v, want no consent and the theme", p, err)
		}
		// Consent that is given with knowledge of the withdrawal counts.
		w.must(t, w.west, w.replace(t, w.west, withConsent(true)))
		if p, err := w.heal(t); err != nil || !p.MarketingConsent {
			t.Errorf("given again: got %+v, %v, want consent", p, err)
		}
		// A withdrawal prevails over consent that is given at the same time.
		w.must(t, w.west, w.replace(t, w.west, withConsent(false)))
		w.must(t, w.west, w.replace(t, w.west, withConsent(true)))
		w.must(t, w.east, w.replace(t, w.east, withConsent(false)))
		if p, err := w.heal(t); err != nil || p.MarketingConsent {
			t.Errorf("withdrawn and given at once: got %+v, %v, want no consent", p, err)
		}
	})
}

func TestDeletedProfileStaysDeleted(t *testing.T) {
	promise(t, func(t *testing.T, w *world) {
		w.must(t, w.east, w.delete(t, w.east))
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"theme": text("dark")}))
		w.must(t, w.west, w.replace(t, w.west, content))
		if p, err := w.heal(t); !errors.Is(err, profiles.ErrNotFound) {
			t.Fatalf("got %+v, %v, want ErrNotFound", p, err)
		}
		// The next creation erases what the other Region wrote meanwhile, and is another profile.
		w.must(t, w.west, w.create(t, w.west, withConsent(false)))
		p, err := w.heal(t)
		if err != nil || p.MarketingConsent || len(p.Preferences) != 0 {
			t.Errorf("created again: got %+v, %v, want no consent and no preferences", p, err)
		}
		st, err := w.east.read(t.Context(), w.id, w.east.table.Get(hashKey, w.id))
		if err != nil || len(st.remains) != 0 {
			t.Errorf("remains %+v, %v, want none", st.remains, err)
		}
	})
}

func TestPreferencesOfBothRegionsAreKept(t *testing.T) {
	promise(t, func(t *testing.T, w *world) {
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"old": text("x"), "both": number(0)}))
		if _, err := w.heal(t); err != nil {
			t.Fatal(err)
		}
		want := []string{"both"}
		for i := range 24 {
			e, west := fmt.Sprint("east", i), fmt.Sprint("west", i)
			want = append(want, e, west)
			w.must(t, w.east, w.merge(t, w.east, profiles.Merge{e: number(float64(i))}))
			w.must(t, w.west, w.merge(t, w.west, profiles.Merge{west: number(float64(i))}))
		}
		w.must(t, w.east, w.merge(t, w.east, profiles.Merge{"old": nil, "both": number(1)}))
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"both": number(2)}))
		p, err := w.heal(t)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if got := slices.Sorted(maps.Keys(p.Preferences)); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if n := *p.Preferences["both"].Number; n != 1 && n != 2 {
			t.Errorf("set in both Regions: got %v", n)
		}
	})
}

func TestProfilesCreatedAtOnceBecomeOne(t *testing.T) {
	inTwoRegions(t, func(t *testing.T, open func(id string) *world) {
		w := open("ada")
		w.must(t, w.east, w.create(t, w.east, withConsent(true)))
		w.must(t, w.east, w.merge(t, w.east, profiles.Merge{"east": number(1)}))
		w.must(t, w.west, w.create(t, w.west, withConsent(false)))
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"west": number(1)}))
		p, err := w.heal(t)
		if err != nil || p.MarketingConsent || len(p.Preferences) != 2 {
			t.Errorf("got %+v, %v, want no consent and the preferences of both", p, err)
		}
		w.must(t, w.east, w.delete(t, w.east))
		if p, err := w.heal(t); !errors.Is(err, profiles.ErrNotFound) {
			t.Errorf("deleted: got %+v, %v", p, err)
		}
	})
}

// TestWriteWithKnowledgePrevails changes in one Region what it has read from the other.
func TestWriteWithKnowledgePrevails(t *testing.T) {
	promise(t, func(t *testing.T, w *world) {
		for i, here := range []*replica{w.east, w.west, w.east} {
			c := content
			c.DisplayName = fmt.Sprint("name ", i)
			w.must(t, here, w.replace(t, here, c))
			w.must(t, here, w.merge(t, here, profiles.Merge{"theme": text(c.DisplayName)}))
			p, err := w.heal(t)
			if err != nil || p.DisplayName != c.DisplayName || *p.Preferences["theme"].Text != c.DisplayName {
				t.Errorf("got %+v, %v, want the content and the theme %q", p, err, c.DisplayName)
			}
		}
		w.must(t, w.west, w.merge(t, w.west, profiles.Merge{"theme": nil}))
		if p, err := w.heal(t); err != nil || len(p.Preferences) != 0 {
			t.Errorf("got %+v, %v, want no preferences", p, err)
		}
	})
}
