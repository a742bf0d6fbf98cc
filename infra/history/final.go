package history

import (
	"context"
	"fmt"
	"os"
	"time"
)

// finalClient is the client of the reads at the end.
const finalClient = clientsOfSeed

// agreement is how long the Regions may take to agree when everything works again.
const agreement = 10 * time.Second

// finish repairs the cloud, ends what is still going on, and reads the accounts and the
// profiles in every Region until the Regions agree.
func (h *history) finish(ctx context.Context, w *world) error {
	if err := w.repair(); err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	for _, region := range regions {
		for _, function := range w.functions {
			if err := w.cloud.Signal(region, function, os.Kill); err != nil {
				return err
			}
		}
	}
	if err := w.cloud.Settled(ctx); err != nil {
		return err
	}
	deadline := time.Now().Add(agreement)
	for user := range usersOfSeed {
		for _, k := range []kind{getAccount, getProfile} {
			for {
				reads := h.readAll(ctx, w, user, k)
				if agree(reads) || time.Now().After(deadline) {
					h.ops = append(h.ops, reads...)
					break
				}
				sleep(ctx, 20*time.Millisecond)
			}
		}
	}
	return ctx.Err()
}

// readAll reads a user's account or profile in every Region.
func (h *history) readAll(ctx context.Context, w *world, user int, k kind) []op {
	var reads []op
	for _, region := range regions {
		o := op{client: finalClient, request: request{kind: k, user: user, at: region}, call: elapsed(h.begin)}
		o.response = w.send(ctx, o.request, subject(h.seed, user), w.admin)
		o.ret = elapsed(h.begin)
		reads = append(reads, o)
	}
	return reads
}

// agree reports whether reads have the same definite result.
func agree(reads []op) bool {
	first := reads[0]
	for _, o := range reads {
		if o.outcome() == unknown || o.status != first.status || o.etag != first.etag || o.status == 200 && o.body != first.body {
			return false
		}
	}
	return true
}

// checkAgreement returns an error for the first account or profile about which the Regions
// do not agree.
func checkAgreement(ops []op) error {
	reads := map[string][]op{}
	for _, o := range ops {
		if o.client == finalClient {
			what := fmt.Sprint(o.kind, o.user)
			if reads[what] = append(reads[what], o); !agree(reads[what]) {
				return fmt.Errorf("the Regions do not agree %s after the links have healed: %v", agreement, reads[what])
			}
		}
	}
	return nil
}
