package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/profiles"
)

const writers = 50

// atOnce runs do in as many goroutines as there are writers and counts their errors.
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

func TestMergesAtOnceAreAllKept(t *testing.T) {
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
				t.Errorf("preference %d is lost: %v", i, got)
			}
		}
	})
}

func TestMergesAtOnceKeepTheBound(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		must(s.Create(t.Context(), "ada", content, noon))(t)
		must(s.Merge(t.Context(), "ada", set(0, profiles.MaxMerged, boolean(true)), noon))(t)
		errs := atOnce(t, func(i int) error {
			_, err := s.Merge(t.Context(), "ada", profiles.Merge{fmt.Sprint("p", i): boolean(true)}, noon)
			return err
		})
		if free := profiles.MaxPreferences - profiles.MaxMerged; errs[nil] != free || errs[profiles.ErrFull] != writers-free {
			t.Errorf("got %v", errs)
		}
		if p := must(s.Get(t.Context(), "ada"))(t); len(p.Preferences) != profiles.MaxPreferences {
			t.Errorf("%d preferences", len(p.Preferences))
		}
	})
}

func TestOneOfTheWritesAtOnceWins(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		write := func(i int) profiles.Content {
			c := content
			c.DisplayName = fmt.Sprint("writer ", i)
			return c
		}
		var won profiles.Profile // by the one that has no error
		winner := func(p profiles.Profile, err error) error {
			if err == nil {
				won = p
			}
			return err
		}
		wins := func(what string, errs map[error]int, lost error) {
			t.Helper()
			if errs[nil] != 1 || errs[lost] != writers-1 {
				t.Errorf("%s: got %v", what, errs)
			}
			if got := must(s.Get(t.Context(), "ada"))(t); got.Version != won.Version || got.DisplayName != won.DisplayName {
				t.Errorf("%s: %+v is there, and %+v was told that it won", what, got, won)
			}
		}
		wins("create", atOnce(t, func(i int) error { return winner(s.Create(t.Context(), "ada", write(i), noon)) }), profiles.ErrExists)
		seen := won.Version
		wins("replace", atOnce(t, func(i int) error { return winner(s.Replace(t.Context(), "ada", only(seen), write(i), noon)) }), profiles.ErrStale)
	})
}

func TestDeletesAndWritesAtOnceLeaveOneTruth(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		p := must(s.Create(t.Context(), "ada", content, noon))(t)
		errs := atOnce(t, func(i int) error {
			if i == 0 {
				return s.Delete(t.Context(), "ada", only(p.Version))
			}
			_, err := s.Replace(t.Context(), "ada", only(p.Version), content, noon)
			return err
		})
		_, err := s.Get(t.Context(), "ada")
		deleted := errors.Is(err, profiles.ErrNotFound)
		// Either the deletion came first and nobody replaced, or the other way round.
		if errs[nil] != 1 || errs[profiles.ErrStale] != writers-1 || err != nil && !deleted {
			t.Errorf("got %v; then %v", errs, err)
		}
	})
}
