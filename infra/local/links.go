package local

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// links knows why the replication between two members is cut: a link that a user has cut
// stays cut when its Regions come back.
type links struct {
	mu  sync.Mutex
	cut map[[2]string]bool // by the user; names are sorted
}

// pair returns the key of two members in links.cut.
func pair(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// byUser reports whether the user has cut a link.
func (l *links) byUser(a, b string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cut[pair(a, b)]
}

// Cut stops the replication between two Regions until Heal, even if they stop and start
// meanwhile. Heal delivers the writes that wait.
func (c *Cloud) Cut(a, b string) error { return c.setCut(a, b, true) }

// Heal resumes the replication that Cut stopped. It waits for Regions that are down.
func (c *Cloud) Heal(a, b string) error { return c.setCut(a, b, false) }

func (c *Cloud) setCut(a, b string, cut bool) error {
	c.links.mu.Lock()
	defer c.links.mu.Unlock()
	if err := c.data.Cut(a, b); err != nil { // fails only if there is no such link
		return err
	}
	before := maps.Clone(c.links.cut)
	if c.links.cut == nil {
		c.links.cut = map[[2]string]bool{}
	}
	if cut {
		c.links.cut[pair(a, b)] = true
		return nil
	}
	delete(c.links.cut, pair(a, b))
	if err := c.connect(a, b); err != nil {
		c.links.cut = before
		return err
	}
	return nil
}

// connect cuts or heals a link as the user and the state of its Regions require. The
// caller holds c.links.mu.
func (c *Cloud) connect(a, b string) error {
	cut := c.links.cut[pair(a, b)] || c.isDown(a) || c.isDown(b)
	if cut {
		return c.data.Cut(a, b)
	}
	return c.data.Heal(a, b)
}

// isDown reports whether a Region is stopped. A name that is not a Region, such as the
// witness of the strongly consistent tables, is not.
func (c *Cloud) isDown(name string) bool {
	r, err := c.region(name)
	return err == nil && r.isDown()
}

// withRegion calls do with a Region, and then cuts or heals its links.
func (c *Cloud) withRegion(name string, do func(*region) error) error {
	r, err := c.region(name)
	if err != nil {
		return err
	}
	c.links.mu.Lock()
	defer c.links.mu.Unlock()
	errs := []error{do(r)}
	for _, other := range c.regions {
		if other.name != name {
			errs = append(errs, c.connect(name, other.name))
		}
	}
	return errors.Join(errs...)
}

// StopRegion stops a Region: its gateway refuses connections, its functions end, and
// it replicates in neither direction.
func (c *Cloud) StopRegion(name string) error { return c.withRegion(name, (*region).stop) }

// StartRegion starts a stopped Region with the data that it had when it stopped.
// Replication delivers what was written elsewhere in the meantime, except over links that
// Cut has cut.
func (c *Cloud) StartRegion(name string) error { return c.withRegion(name, (*region).start) }

// SetLag sets how long later writes take to reach the other Regions.
func (c *Cloud) SetLag(lag time.Duration) error {
	if lag < 0 || lag > maxLag {
		return fmt.Errorf("lag %s is not between 0s and %s: cut a link that is slower", lag, maxLag)
	}
	c.data.SetLag(lag)
	return nil
}

// maxSkew limits SetSkew: tokens expire after a day.
const maxSkew = 48 * time.Hour

// SetSkew sets by how much the clock of a Region is ahead, or behind if skew is negative:
// the clock of its gateway, which checks tokens, and of its DynamoDB. The processes of
// functions keep the clock of the machine.
func (c *Cloud) SetSkew(name string, skew time.Duration) error {
	if skew.Abs() > maxSkew {
		return fmt.Errorf("skew %s is not between -%s and %s", skew, maxSkew, maxSkew)
	}
	r, err := c.region(name)
	if err != nil {
		return err
	}
	r.skew.Store(int64(skew))
	return c.data.SetSkew(name, skew)
}

// now returns the time by the Region's clock.
func (r *region) now() time.Time { return time.Now().Add(time.Duration(r.skew.Load())) }

func (r *region) isDown() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.server == nil
}

// ExpireKeys replaces the keys that sign tokens, in every Region: all earlier tokens are
// refused with 401.
func (c *Cloud) ExpireKeys() error {
	if err := c.pool.RotateKeys(); err != nil {
		return err
	}
	for _, r := range c.regions {
		if g := r.serving.Load(); g != nil {
			g.ForgetKeys()
		}
	}
	return nil
}

// SetSecretsOutage makes Secrets Manager fail in every Region, or ends the outage.
func (c *Cloud) SetSecretsOutage(outage bool) { c.secrets.SetOutage(outage) }

// names returns the physical names of the tables, sorted.
func (cfg Config) tableNames() []string { return slices.Sorted(maps.Keys(cfg.tables())) }
