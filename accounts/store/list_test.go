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
			t.Fatalf("nothing yet: %v, %q, %v", empty, next, err)
		}
		var want []accounts.Account
		now := time.Now()
		for i := range 7 {
			a := accounts.New(somebody(), address("a"), accounts.Canada, now.Add(time.Duration(i/2)*time.Second)) // some at once
			if _, err := s.Create(ctx, a, "key"); err != nil {
				t.Fatal(err)
			}
			want = append(want, a)
		}
		closed, err := s.Change(ctx, want[3].ID, closing)
		if err != nil {
			t.Fatal(err)
		}
		want = slices.Delete(want, 3, 4)
		for limit := 1; limit <= 7; limit++ {
			var got []accounts.Account
			pages, after := 0, ""
			for {
				list, next, err := s.List(ctx, accounts.Active, limit, after)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, list...)
				if pages++; next == "" {
					break
				}
				if len(list) != limit {
					t.Fatalf("a page of %d, with another after it, has %d accounts", limit, len(list))
				}
				after = next
			}
			if wantPages := (len(want) + limit - 1) / limit; pages != wantPages || !sameAccounts(got, want) {
				t.Errorf("pages of %d: %d of them, with %v", limit, pages, got)
			}
		}
		list, next, err := s.List(ctx, accounts.Closed, 10, "")
		if err != nil || len(list) != 1 || list[0] != closed || next != "" {
			t.Errorf("closed: %v, %q, %v", list, next, err)
		}
		if _, _, err := s.List(ctx, accounts.Active, 10, "nonsense"); err == nil {
			t.Error("began at a position that is none")
		}
	})
}

// sameAccounts compares two lists by age, those opened at once in any order.
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
