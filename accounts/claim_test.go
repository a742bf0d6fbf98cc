package accounts

import (
	"testing"
	"time"
)

func TestVoid(t *testing.T) {
	now := time.Now()
	claimed := now.Add(-time.Hour)
	c := Claim{Owner: "bob", Version: claimed.UnixMicro()}
	bob := New("bob", "one@example.com", Canada, claimed)
	other := "other@example.com"
	moved, _ := bob.Patch(Patch{Email: &other}, claimed.Add(time.Minute))
	for name, test := range map[string]struct {
		owner Account
		now   time.Time
		want  bool
	}{
		"held":                                {bob, now, false},
		"held for days":                       {bob, claimed.Add(100 * time.Hour), false},
		"held, contested by mistake":          {bob.Contest(now), now, false},
		"closed":                              {bob.Close(now), now, true},
		"another address":                     {moved, now, true},
		"the owner has not arrived":           {Account{}, now, false},
		"the owner has not arrived for a day": {Account{}, claimed.Add(25 * time.Hour), true},
		"the owner's change has not arrived":  {New("bob", other, Canada, claimed.Add(-time.Minute)), now, false},
	} {
		if got := c.Void("one@example.com", test.owner, test.now); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestExamine(t *testing.T) {
	now := time.Now()
	const settle = time.Minute
	old, young := now.Add(-time.Hour), now.Add(-time.Second)
	const email = "one@example.com"
	ada, bob := New("ada", email, Canada, old), New("bob", email, Canada, old)
	mine, his := Claim{"ada", ada.Version}, Claim{"bob", bob.Version}
	for name, test := range map[string]struct {
		account Account
		claim   Claim
		owner   Account
		want    Finding
	}{
		"in order":                      {ada, mine, Account{}, Sound},
		"in order, new":                 {New("ada", email, Canada, young), mine, Account{}, Sound},
		"no claim":                      {ada, Claim{}, Account{}, Restore},
		"no claim yet":                  {New("ada", email, Canada, young), Claim{}, Account{}, Wait},
		"another's claim":               {ada, his, bob, Lost},
		"another's claim, new":          {ada, Claim{"bob", young.UnixMicro()}, New("bob", email, Canada, young), Wait},
		"another's claim, known":        {ada.Contest(old), his, bob, Sound},
		"another's void claim":          {ada, his, bob.Close(old), Restore},
		"contested, but free by now":    {ada.Contest(old), Claim{}, Account{}, Restore},
		"contested, but left by now":    {ada.Contest(old), his, bob.Close(old), Restore},
		"contested, but its own by now": {ada.Contest(old), mine, Account{}, Restore},
		"contested just now":            {ada.Contest(young), mine, Account{}, Wait},
	} {
		if got := Examine(test.account, test.claim, test.owner, settle, now); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
