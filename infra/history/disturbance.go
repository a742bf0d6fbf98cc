package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// maxSkew is by how much clocks are apart at most: more than the ten seconds after which a
// claim on an address expires.
const maxSkew = 15 * time.Second

// disturb breaks and repairs parts of the cloud until ctx is done.
func (h *history) disturb(ctx context.Context, w *world, r *rand.Rand) error {
	for ctx.Err() == nil {
		begin := elapsed(h.begin)
		text, err := disturbance(ctx, w, r)
		if err != nil {
			return err
		}
		h.events = append(h.events, event{begin, elapsed(h.begin), text})
		sleep(ctx, time.Duration(r.IntN(80))*time.Millisecond)
	}
	return nil
}

// disturbance makes one disturbance, and returns what it is.
func disturbance(ctx context.Context, w *world, r *rand.Rand) (string, error) {
	region := regions[r.IntN(len(regions))]
	function := w.functions[r.IntN(len(w.functions))]
	pair := pairs[0]
	if r.IntN(2) == 0 {
		pair = pairs[r.IntN(len(pairs))]
	}
	took := time.Duration(20+r.IntN(500)) * time.Millisecond
	switch n := r.IntN(100); {
	case n < 25:
		return fmt.Sprintf("cut %s from %s", pair[0], pair[1]), w.cloud.Cut(pair[0], pair[1])
	case n < 40:
		return fmt.Sprintf("heal %s to %s", pair[0], pair[1]), w.cloud.Heal(pair[0], pair[1])
	case n < 50:
		lag := time.Duration(r.IntN(100)) * time.Millisecond
		return fmt.Sprintf("lag %s", lag), w.cloud.SetLag(lag)
	case n < 70:
		ahead := maxSkew * time.Duration(r.IntN(201)-100) / 100
		if r.IntN(2) == 0 {
			return fmt.Sprintf("clock of functions in %s ahead by %s", region, ahead), w.setClocks(region, ahead)
		}
		return fmt.Sprintf("clock of %s ahead by %s", region, ahead), w.cloud.SetSkew(region, ahead)
	case n < 80:
		return fmt.Sprintf("kill -9 %s in %s", function, region), w.cloud.Signal(region, function, os.Kill)
	case n < 97:
		if err := w.cloud.Signal(region, function, freeze); err != nil {
			return "", err
		}
		sleep(ctx, took)
		return fmt.Sprintf("%s in %s stood still for %s", function, region, took), w.cloud.Signal(region, function, thaw)
	default:
		if err := w.cloud.StopRegion(region); err != nil {
			return "", err
		}
		sleep(ctx, took)
		return fmt.Sprintf("%s was down for %s", region, took), w.cloud.StartRegion(region)
	}
}

// repair ends all disturbances.
func (w *world) repair() error {
	for _, pair := range pairs {
		if err := w.cloud.Heal(pair[0], pair[1]); err != nil {
			return err
		}
	}
	for _, region := range regions {
		if err := w.cloud.SetSkew(region, 0); err != nil {
			return err
		}
		if err := w.setClocks(region, 0); err != nil {
			return err
		}
	}
	return w.cloud.SetLag(0)
}

// sleep waits, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
