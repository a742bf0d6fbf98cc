package store

import (
	"slices"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func TestList(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx := t.Context()
		empty, next, err := s.List(ctx, accounts.Active, 10, "")
		if err != nil || len(empty) != 0 || next != "" {
			t.Fatalf("empty table: got %v, %q, %v", empty, next, err)
		}
		var want []accounts.Account
		now := time.Now()
		for i := range 7 {
			openedAt := now.Add(time.Duration(i/2) * time.Second) // pairs have the same time
			a := accounts.New(newSubject(), newAddress("a"), accounts.Canada, openedAt)
			if _, err := s.Create(ctx, a, noKey); err != nil {
				t.Fatal(err)
			}
			want = append(want, a)
		}
		closed, err := s.Close(ctx, want[3].ID, anyVersion, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		want = slices.Delete(want, 3, 4)
		for limit := 1; limit <= 7; limit++ {
			var got []accounts.Account
			pages, after := 0, ""
			for range len(want) {
				list, next, err := s.List(ctx, accounts.Active, limit, after)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, list...)
				if pages++; next == "" {
					break
				}
				if len(list) != limit {
					t.Fatalf("a page with the limit %d that is not the last has %d accounts", limit, len(list))
				}
				after = next
			}
			if wantPages := (len(want) + limit - 1) / limit; pages != wantPages || !sameAccounts(got, want) {
				t.Errorf("limit %d: got %d pages with %v, want %d with %v", limit, pages, got, wantPages, want)
			}
		}
		list, next, err := s.List(ctx, accounts.Closed, 10, "")
		if err != nil || len(list) != 1 || list[0] != closed || next != "" {
			t.Errorf("closed accounts: got %v, %q, %v", list, next, err)
		}
		if _, _, err := s.List(ctx, accounts.Active, 10, "nonsense"); err == nil {
			t.Error("a malformed position was accepted")
		}
	})
}

// sameAccounts reports whether a is sorted by age and has the accounts of b.
// Accounts of the same time may be in any order.
func sameAccounts(a, b []accounts.Account) bool {
	older := func(a, b accounts.Account) int { return b.CreatedAt.Compare(a.CreatedAt) }
	if !slices.IsSortedFunc(a, older) || len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
