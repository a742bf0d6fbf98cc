package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/profiles"
)

const writers = 50

// atOnce calls do in many goroutines at once and counts their errors.
func atOnce(t *testing.T, do func(i int) error) map[error]int {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	begin, errs := make(chan struct{}), map[error]int{}
	for i := range writers {
		all.Go(func() {
			<-begin
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			errs[err]++
		})
	}
	close(begin)
	all.Wait()
	return errs
}

func TestConcurrentMergesAreAllKept(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		must(s.Create(t.Context(), "ada", content, noon))(t)
		errs := atOnce(t, func(i int) error {
			_, err := s.Merge(t.Context(), "ada", profiles.Merge{fmt.Sprint("p", i): number(float64(i))}, noon)
			return err
		})
		if errs[nil] != writers {
			t.Errorf("got %v", errs)
		}
		p := must(s.Get(t.Context(), "ada"))(t)
		for i := range writers {
			if got := p.Preferences[fmt.Sprint("p", i)].Number; got == nil || *got != float64(i) {
				t.Errorf("preference %d: got %v", i, got)
			}
		}
	})
}

func TestConcurrentMergesKeepTheLimit(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		must(s.Create(t.Context(), "ada", content, noon))(t)
		must(s.Merge(t.Context(), "ada", setMany(0, profiles.MaxMerged, boolean(true)), noon))(t)
		errs := atOnce(t, func(i int) error {
			_, err := s.Merge(t.Context(), "ada", profiles.Merge{fmt.Sprint("p", i): boolean(true)}, noon)
			return err
		})
		if free := profiles.MaxPreferences - profiles.MaxMerged; errs[nil] != free || errs[profiles.ErrFull] != writers-free {
			t.Errorf("got %v", errs)
		}
		if p := must(s.Get(t.Context(), "ada"))(t); len(p.Preferences) != profiles.MaxPreferences {
			t.Errorf("got %d preferences, want %d", len(p.Preferences), profiles.MaxPreferences)
		}
	})
}

func TestOneConcurrentWriteSucceeds(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		write := func(i int) profiles.Content {
			c := content
			c.DisplayName = fmt.Sprint("writer ", i)
			return c
		}
		var won profiles.Profile // the result of the call without an error
		keep := func(p profiles.Profile, err error) error {
			if err == nil {
				won = p
			}
			return err
		}
		assertOneSucceeded := func(name string, errs map[error]int, lost error) {
			t.Helper()
			if errs[nil] != 1 || errs[lost] != writers-1 {
				t.Errorf("%s: got the errors %v", name, errs)
			}
			if got := must(s.Get(t.Context(), "ada"))(t); got.Version != won.Version || got.DisplayName != won.DisplayName {
				t.Errorf("%s: the successful call returned %+v, but the profile is %+v", name, won, got)
			}
		}
		assertOneSucceeded("create", atOnce(t, func(i int) error {
			return keep(s.Create(t.Context(), "ada", write(i), noon))
		}), profiles.ErrExists)
		seen := won.Version
		assertOneSucceeded("replace", atOnce(t, func(i int) error {
			return keep(s.Replace(t.Context(), "ada", onlyVersions(seen), write(i), noon))
		}), profiles.ErrStale)
	})
}

func TestConcurrentDeleteAndReplace(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		p := must(s.Create(t.Context(), "ada", content, noon))(t)
		errs := atOnce(t, func(i int) error {
			if i == 0 {
				return s.Delete(t.Context(), "ada", onlyVersions(p.Version))
			}
			_, err := s.Replace(t.Context(), "ada", onlyVersions(p.Version), content, noon)
			return err
		})
		_, err := s.Get(t.Context(), "ada")
		deleted := errors.Is(err, profiles.ErrNotFound)
		// Either the deletion or one replacement came first, and all others failed.
		if errs[nil] != 1 || errs[profiles.ErrStale] != writers-1 || err != nil && !deleted {
			t.Errorf("got %v; then %v", errs, err)
		}
	})
}

// TestDeletionAndReplacementMeet makes two conditional requests, the second one between
// the read and the write of the first. The second request succeeds, and the first one
// fails, also in a Region that has not written the profile yet.
func TestDeletionAndReplacementMeet(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		other := &Store{db: s.db, table: s.table, region: "us-west-2"}
		for _, test := range []struct {
			name string
			here *Store
		}{
			{"in the Region of the creation", s},
			{"in a Region that has written nothing", other},
			{"in a Region that has deleted an earlier profile", other},
		} {
			p := must(s.Create(t.Context(), "ada", content, noon))(t)
			replace := func() error {
				_, err := test.here.Replace(t.Context(), "ada", onlyVersions(p.Version), content, noon)
				return err
			}
			remove := func() error { return test.here.Delete(t.Context(), "ada", onlyVersions(p.Version)) }
			assertSecondSucceeds := func(name string, first, second func() error) {
				t.Helper()
				var err error
				m.Before(1, func() bool { err = second(); return true })
				if lost := first(); !errors.Is(lost, profiles.ErrStale) || err != nil {
					t.Errorf("%s, %s: got %v and %v, want ErrStale and success", test.name, name, lost, err)
				}
			}
			assertSecondSucceeds("a replacement meets a deletion", replace, remove)
			p = must(s.Create(t.Context(), "ada", content, noon))(t)
			assertSecondSucceeds("a deletion meets a replacement", remove, replace)
			if err := test.here.Delete(t.Context(), "ada", anyVersion); err != nil {
				t.Fatal(err)
			}
		}
	})
}
