package cursor

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/secrets"
)

type listInput struct {
	Caller claims.Caller
	Shelf  string   `path:"shelf"`
	States []string `query:"state"`
	Least  *int     `query:"least"`
	Locale string   `header:"Accept-Language"`
	rest.Paging
}

var letters = rest.Operation[listInput, rest.List[string]]{ID: "listLetters", Method: http.MethodGet,
	Path: "/letters/{shelf}"}

// Canonical returns the input with the default for an empty shelf.
func (in listInput) Canonical() listInput {
	in.Shelf = cmp.Or(in.Shelf, "a")
	return in
}

// readLetters reads pages of the alphabet, of which the position is the last letter.
func readLetters(_ context.Context, in listInput, after string) ([]string, string, error) {
	const alphabet = "abcdefghijklmnopqrstuvwxyz"
	rest := alphabet[strings.Index(alphabet, after)+len(after):]
	if in.PageSize() >= len(rest) {
		return strings.Split(rest, ""), "", nil
	}
	page := rest[:in.PageSize()]
	return strings.Split(page, ""), page[len(page)-1:], nil
}

func TestHandlerReadsPages(t *testing.T) {
	list := handler(signer(keys{secrets.Current: first}), letters.Describe(), readLetters)
	in := listInput{Shelf: "a"}
	page, err := list(t.Context(), in)
	if err != nil || strings.Join(page.Body.Items, "") != "abcdefghijklmnopqrst" {
		t.Fatalf("the first page is %v, %v", page, err)
	}
	in.Limit, in.Cursor = new(3), &page.Body.NextCursor // the limit may change
	page, err = list(t.Context(), in)
	if err != nil || strings.Join(page.Body.Items, "") != "uvw" {
		t.Fatalf("the second page is %v, %v", page, err)
	}
	in.Cursor = &page.Body.NextCursor
	page, err = list(t.Context(), in)
	if err != nil || strings.Join(page.Body.Items, "") != "xyz" || page.Body.NextCursor != "" {
		t.Errorf("the last page is %v, %v", page, err)
	}
}

func TestCursorsBelongToOneList(t *testing.T) {
	list := handler(signer(keys{secrets.Current: first}), letters.Describe(), readLetters)
	page, err := list(t.Context(), listInput{Shelf: "a", States: []string{"x", "y"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		in    listInput
		valid bool
	}{
		{"the same list", listInput{Shelf: "a", States: []string{"x", "y"}}, true},
		{"the same list by a default", listInput{States: []string{"x", "y"}}, true},
		{"another header", listInput{Shelf: "a", States: []string{"x", "y"}, Locale: "fr"}, true},
		{"another caller", listInput{Caller: claims.Caller{Subject: "eve"}, Shelf: "a", States: []string{"x", "y"}}, false},
		{"another path", listInput{Shelf: "b", States: []string{"x", "y"}}, false},
		{"another query", listInput{Shelf: "a", States: []string{"x"}}, false},
		{"values that look alike", listInput{Shelf: "a", States: []string{`x" "y`}}, false},
		{"a parameter more", listInput{Shelf: "a", States: []string{"x", "y"}, Least: new(0)}, false},
		{"a path that contains the query", listInput{Shelf: "a\nstate=[\"x\" \"y\"]"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.in.Cursor = &page.Body.NextCursor
			if _, err := list(t.Context(), test.in); (err == nil) != test.valid || err != nil && !problem.Is(err,
				problem.Invalid) {
				t.Errorf("got %v, want valid: %t", err, test.valid)
			}
		})
	}
}

func TestHandlerReturnsErrors(t *testing.T) {
	s, failure := signer(keys{secrets.Current: first}), errors.New("the store is down")
	fail := func(context.Context, listInput, string) ([]string, string, error) { return nil, "", failure }
	if _, err := handler(s, letters.Describe(), fail)(t.Context(), listInput{}); !errors.Is(err, failure) {
		t.Errorf("got %v, want %v", err, failure)
	}
	type unpaged struct{ listInput }
	plain := rest.Operation[struct{ Paged }, rest.List[string]]{ID: "list", Path: "/letters"}
	none := func(context.Context, unpaged, string) ([]string, string, error) { return nil, "", nil }
	if _, err := handler(s, plain.Describe(), none)(t.Context(), unpaged{}); err == nil {
		t.Error("accepted an input that does not embed rest.Paging")
	}
}

// TestPagingDerivesTheKey checks the rights and the secret of a list.
func TestPagingDerivesTheKey(t *testing.T) {
	key := rest.CursorKey("letters")
	if diff := gocmp.Diff(rest.Uses{key.Read()}, letters.Describe().Uses); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	own := []resource.Secret{{Name: "own"}}
	service := rest.Service{Name: "letters", Secrets: own, Operations: []rest.Described{&letters, &letters}}
	if diff := gocmp.Diff([]resource.Secret{own[0], key}, service.AllSecrets()); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
	service.Operations = nil
	if diff := gocmp.Diff(own, service.AllSecrets()); diff != "" {
		t.Errorf("secrets without lists (-want +got):\n%s", diff)
	}
}
