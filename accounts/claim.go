package accounts

import "time"

// Claim says which account has an e-mail address. A Region keeps one at most
// for each address and writes it together with the account. Claims and accounts
// reach other Regions one by one, the last writer wins each, and so they can
// disagree: Examine tells what of it needs repair.
type Claim struct {
	// Owner is the account's ID.
	Owner string
	// Version is the account's when it made the claim.
	Version int64
}

// arrival is how long an account may stay behind its claim: what has not been
// replicated after a day was overwritten.
const arrival = 24 * time.Hour

// Void reports whether the claim on an address holds no more, given its owner's
// account as the Region has it, zero if it has none: the account is closed or
// has another address. An account older than its claim proves nothing: the
// newer one is under way.
func (c Claim) Void(email string, owner Account, now time.Time) bool {
	if owner.Version < c.Version {
		return now.Sub(timeOf(c.Version)) > arrival
	}
	return owner.Status == Closed || owner.Email != email
}

// Finding is what Examine makes of an account and the claim on its address.
type Finding int

// The findings.
const (
	// Sound: nothing to do.
	Sound Finding = iota
	// Wait: it may be replication that has not caught up; look again later.
	Wait
	// Restore: the address is free, or the account's already: it gets the claim and is Confirmed.
	Restore
	// Lost: the address is another's by right; the account becomes Contested.
	Lost
)

// Examine compares an active account with the claim on its address, zero if
// there is none, and the account that made that claim, zero if the Region has
// none. What was written less than settle ago is not judged: acting on half of
// another Region's change would overwrite the other half when it arrives.
func Examine(a Account, c Claim, owner Account, settle time.Duration, now time.Time) Finding {
	young := func(version int64) bool { return now.Sub(timeOf(version)) < settle }
	finding := Lost
	switch {
	case c.Owner == a.ID && a.EmailStatus == Confirmed:
		return Sound
	case c.Owner == a.ID, c == Claim{}, c.Void(a.Email, owner, now):
		finding = Restore
	case a.EmailStatus == Contested:
		return Sound
	}
	if young(a.Version) || young(c.Version) {
		return Wait
	}
	return finding
}
