package accounts

import "time"

// Claim records which account has an e-mail address. A Region has at most one
// claim for each address and writes it together with the account. Claims and
// accounts are replicated to other Regions item by item, and for each item the
// last writer wins. So they can contradict each other; Examine finds out.
type Claim struct {
	// Owner is the ID of the account.
	Owner string
	// Version is the version of the account that made the claim.
	Version int64
}

// maxReplicationLag is the time after which an account that is older than its
// claim was overwritten, and not just delayed.
const maxReplicationLag = 24 * time.Hour

// Void reports whether the claim on an address has lapsed because its owner is
// closed or has another address. owner is the owner's account in this Region,
// zero if the Region does not have it. An account older than the claim does not
// prove anything: the account's newer version may not have arrived yet.
func (c Claim) Void(email string, owner Account, now time.Time) bool {
	if owner.Version < c.Version {
		return now.Sub(versionTime(c.Version)) > maxReplicationLag
	}
	return owner.Status == Closed || owner.Email != email
}

// Finding is the result of Examine.
type Finding int

// The findings.
const (
	// Sound means that account and claim agree.
	Sound Finding = iota
	// Wait means that replication may not have caught up. Examine again later.
	Wait
	// Restore means that the address is free or the account's own. The account
	// must get the claim and be Confirmed.
	Restore
	// Lost means that another account has the address. The account must be Contested.
	Lost
)

// Examine compares an active account with the claim on its address, zero if the
// Region has no such claim, and with the account that made the claim, zero if
// the Region does not have it. If the account or the claim is younger than
// settle, a repair could overwrite a change in another Region of which only a
// part has arrived, so the finding is Wait.
func Examine(a Account, c Claim, owner Account, settle time.Duration, now time.Time) Finding {
	young := func(version int64) bool { return now.Sub(versionTime(version)) < settle }
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
