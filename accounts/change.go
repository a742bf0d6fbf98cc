package accounts

import "time"

// The changes of an account are pure functions. An impossible change returns an
// error. A change without effect keeps the version, so that the version that a
// client has read stays valid.

// Patch is an owner's change of an account. A nil member stays unchanged.
type Patch struct {
	Email   *string
	Country *Country
}

// Patch changes an active account, or returns ErrClosed.
func (a Account) Patch(p Patch, now time.Time) (Account, error) {
	if a.Status == Closed {
		return a, ErrClosed
	}
	next := a
	if p.Email != nil {
		next.Email = NormalizeEmail(*p.Email)
	}
	if p.Country != nil {
		next.Country = *p.Country
	}
	if next == a {
		return a, nil
	}
	return next.changed(now), nil
}

// Close closes the account permanently. A closed account stays unchanged. The
// account keeps its address for the record, and other accounts can have it.
func (a Account) Close(now time.Time) Account {
	if a.Status == Closed {
		return a
	}
	a.Status = Closed
	return a.changed(now)
}

// Proves returns nil if verified, the address that the caller has verified in the
// user pool, is the address that the caller wants for an account. Otherwise it
// returns ErrUnproved, before anything is read. So an address belongs to its owner,
// and no one can find out whether another person's address has an account.
func Proves(verified, email string) error {
	if verified == "" || NormalizeEmail(verified) != NormalizeEmail(email) {
		return ErrUnproved
	}
	return nil
}
