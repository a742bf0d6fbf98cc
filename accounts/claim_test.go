package accounts

import (
	"testing"
	"time"
)

func TestVoid(t *testing.T) {
	now := time.Now().Truncate(time.Microsecond)
	claimed := now.Add(-time.Hour)
	c := Claim{Owner: "bob", Version: claimed.UnixMicro()}
	bob := New("bob", "one@example.com", Canada, claimed)
	other := "other@example.com"
	moved, err := bob.Patch(Patch{Email: &other}, claimed.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	before := New("bob", other, Canada, claimed.Add(-time.Minute))
	for _, test := range []struct {
		name  string
		owner Account
		now   time.Time
		want  bool
	}{
		{name: "owner has the address", owner: bob, now: now},
		{name: "owner has the address for days", owner: bob, now: claimed.Add(100 * time.Hour)},
		{name: "owner is contested by mistake", owner: bob.Contest(now), now: now},
		{name: "owner is closed", owner: bob.Close(now), now: now, want: true},
		{name: "owner has another address", owner: moved, now: now, want: true},
		{
			name:  "owner of the same version has another address",
			owner: New("bob", other, Canada, claimed), now: now, want: true,
		},
		{name: "owner has not arrived", owner: Account{}, now: now},
		{name: "owner has not arrived for a day", owner: Account{}, now: claimed.Add(24 * time.Hour)},
		{name: "owner has not arrived for more than a day", owner: Account{}, now: claimed.Add(24*time.Hour + 1), want: true},
		{name: "owner's change has not arrived", owner: before, now: now},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := c.Void("one@example.com", test.owner, test.now); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestExamine(t *testing.T) {
	const settle = time.Minute
	const email = "one@example.com"
	now := time.Now().Truncate(time.Microsecond)
	old, young, settled := now.Add(-time.Hour), now.Add(-settle+time.Microsecond), now.Add(-settle)
	ada, bob := New("ada", email, Canada, old), New("bob", email, Canada, old)
	adasClaim, bobsClaim := Claim{"ada", ada.Version}, Claim{"bob", bob.Version}
	for _, test := range []struct {
		name    string
		account Account
		claim   Claim
		owner   Account
		want    Finding
	}{
		{name: "own claim", account: ada, claim: adasClaim, want: Sound},
		{name: "own claim of a young account", account: New("ada", email, Canada, young), claim: adasClaim, want: Sound},
		{name: "no claim", account: ada, want: Restore},
		{name: "no claim, account just settled", account: New("ada", email, Canada, settled), want: Restore},
		{name: "no claim, young account", account: New("ada", email, Canada, young), want: Wait},
		{name: "another account's claim", account: ada, claim: bobsClaim, owner: bob, want: Lost},
		{
			name: "another account's claim just settled", account: ada, claim: Claim{"bob", settled.UnixMicro()},
			owner: New("bob", email, Canada, settled), want: Lost,
		},
		{
			name: "another account's young claim", account: ada, claim: Claim{"bob", young.UnixMicro()},
			owner: New("bob", email, Canada, young), want: Wait,
		},
		{name: "another account's claim, contested", account: ada.Contest(old), claim: bobsClaim, owner: bob, want: Sound},
		{name: "another account's void claim", account: ada, claim: bobsClaim, owner: bob.Close(old), want: Restore},
		{name: "no claim, contested", account: ada.Contest(old), want: Restore},
		{
			name: "another account's void claim, contested", account: ada.Contest(old), claim: bobsClaim,
			owner: bob.Close(old), want: Restore,
		},
		{name: "own claim, contested", account: ada.Contest(old), claim: adasClaim, want: Restore},
		{name: "own claim, contested and young", account: ada.Contest(young), claim: adasClaim, want: Wait},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Examine(test.account, test.claim, test.owner, settle, now); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
