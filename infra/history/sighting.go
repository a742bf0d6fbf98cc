package history

import (
	"context"
	"fmt"
	"time"
)

// watch reads all accounts in a Region again and again until ctx is done, as a back office
// does.
func (h *history) watch(ctx context.Context, w *world, region string) {
	for user := 0; ctx.Err() == nil; user = (user + 1) % usersOfSeed {
		r := request{kind: getAccount, user: user, at: region}
		o := op{client: clientsOfSeed, request: r, call: elapsed(h.begin)}
		o.response = w.send(ctx, r, subject(h.seed, user), w.admin)
		o.ret = elapsed(h.begin)
		h.mu.Lock()
		h.sightings[region] = append(h.sightings[region], o)
		h.mu.Unlock()
		sleep(ctx, 2*time.Millisecond)
	}
}

// checkSightings returns an error if a Region has shown two active accounts with one
// address.
//
// Two reads of an account with the same version around a read of another account show both
// at the time of that read.
func checkSightings(reads []op) error {
	before := map[int]op{} // the last read of each user's account
	for i, later := range reads {
		earlier, ok := before[later.user]
		before[later.user] = later
		if !ok || !active(later) || !active(earlier) || earlier.etag != later.etag {
			continue
		}
		for _, other := range reads[:i] {
			if other.user != later.user && active(other) && other.response.email == later.response.email &&
				other.call > earlier.ret && other.ret < later.call {
				return fmt.Errorf("%s, and with the same address %s", later, other)
			}
		}
	}
	return nil
}

// active reports whether a read has returned an active account.
func active(o op) bool { return o.status == 200 && o.state == "active" }
