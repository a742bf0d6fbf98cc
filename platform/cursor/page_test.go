package cursor

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/secrets"
)

// readAll reads a list of pages from the first page to the last and returns the
// positions that the pages were read from.
func readAll(t *testing.T, s *Signer, pages map[string]string) (positions []string) {
	t.Helper()
	var cursor *string
	for range len(pages) {
		next, err := s.ReadPage(t.Context(), "list", cursor, func(after string) (string, error) {
			positions = append(positions, after)
			return pages[after], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if next == "" {
			return positions
		}
		cursor = &next
	}
	t.Fatalf("the list has more pages than %v", positions)
	return nil
}

func TestReadPageGoesThroughTheList(t *testing.T) {
	s := signer(keys{secrets.Current: first})
	got := readAll(t, s, map[string]string{"": "one", "one": "two", "two": ""})
	if diff := cmp.Diff([]string{"", "one", "two"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadPageReturnsErrors(t *testing.T) {
	failure := errors.New("the store is down")
	valid, err := signer(keys{secrets.Current: first}).Sign(t.Context(), "list", []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	empty := ""
	for _, test := range []struct {
		name     string
		keys     keys
		cursor   *string
		next     string
		err      error
		wantRead bool
		want     func(error) bool
	}{
		{
			name: "cursor of another key", keys: keys{secrets.Current: second}, cursor: &valid,
			want: func(err error) bool { return problem.Is(err, problem.Invalid) },
		},
		{
			name: "empty cursor", keys: keys{secrets.Current: first}, cursor: &empty,
			want: func(err error) bool { return problem.Is(err, problem.Invalid) },
		},
		{
			name: "read fails", keys: keys{secrets.Current: first}, next: "one", err: failure, wantRead: true,
			want: func(err error) bool { return errors.Is(err, failure) },
		},
		{
			name: "no key to sign with", keys: keys{}, next: "one", wantRead: true,
			want: func(err error) bool { return err != nil && !problem.Is(err, problem.Invalid) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			read := false
			next, err := signer(test.keys).ReadPage(t.Context(), "list", test.cursor, func(string) (string, error) {
				read = true
				return test.next, test.err
			})
			if next != "" || !test.want(err) {
				t.Errorf("got %q, %v", next, err)
			}
			if read != test.wantRead {
				t.Errorf("the list was read: %v, want %v", read, test.wantRead)
			}
		})
	}
}
