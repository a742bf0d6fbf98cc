package accounts

import "time"

// The changes of an account are pure functions: what cannot be is an error, and
// what changes nothing keeps the version, so that nobody's ETag goes stale for
// nothing.

// Patch is what an account's owner changes; nil keeps what is.
type Patch struct {
	Email   *string
	Country *Country
}

// Patch changes an active account, or fails with ErrClosed. Setting the address
// of a contested account claims it anew, be it the same one.
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

// Close closes the account for good; a closed one stays as it is. The address
// stays for the record, without a claim on it.
func (a Account) Close(now time.Time) Account {
	if a.Status == Closed {
		return a
	}
	a.Status = Closed
	return a.changed(now)
}

// Confirm notes that an active account has its address to itself (again).
func (a Account) Confirm(now time.Time) Account { return a.withEmailStatus(Confirmed, now) }

// Contest notes that another account has the claim on an active account's address.
func (a Account) Contest(now time.Time) Account { return a.withEmailStatus(Contested, now) }

func (a Account) withEmailStatus(s EmailStatus, now time.Time) Account {
	if a.Status == Closed || a.EmailStatus == s {
		return a
	}
	a.EmailStatus = s
	return a.changed(now)
}
