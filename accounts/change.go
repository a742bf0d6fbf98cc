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

// Patch changes an active account, or returns ErrClosed. A patch that sets the
// address of a contested account claims the address again, even the same one.
func (a Account) Patch(p Patch, now time.Time) (Account, error) {
	if a.Status == Closed {
		return a, ErrClosed
	}
	next := a
	if p.Email != nil {
		next.Email, next.EmailStatus = NormalizeEmail(*p.Email), Confirmed
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
// account keeps its address for the record, but not the claim on it.
func (a Account) Close(now time.Time) Account {
	if a.Status == Closed {
		return a
	}
	a.Status = Closed
	return a.changed(now)
}

// Confirm records that an active account has the claim on its address.
func (a Account) Confirm(now time.Time) Account { return a.withEmailStatus(Confirmed, now) }

// Contest records that another account has the claim on an active account's address.
func (a Account) Contest(now time.Time) Account { return a.withEmailStatus(Contested, now) }

func (a Account) withEmailStatus(s EmailStatus, now time.Time) Account {
	if a.Status == Closed || a.EmailStatus == s {
		return a
	}
	a.EmailStatus = s
	return a.changed(now)
}
