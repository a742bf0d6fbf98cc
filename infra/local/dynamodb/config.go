package dynamodb

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Config configures Open.
type Config struct {
	// Regions lists the names of the Regions, such as "eu-west-1". At least one is
	// required.
	Regions []string
	// Tables maps the physical name of each global table to its declaration.
	Tables map[string]manifest.Table
	// Lag is the minimum delay before a write reaches another Region.
	Lag time.Duration
	// Jitter is the maximum of a random delay that every item has in addition to Lag, so
	// that the items of a transaction arrive separately. Zero means Lag, but at least
	// 10 ms.
	Jitter time.Duration
	// StaleReads is how old the data of an eventually consistent read, or of a read of a
	// global secondary index, can be within a Region. At 0 every read returns the
	// latest data. The embedded engine only.
	StaleReads time.Duration
	// Data is the folder that keeps the tables and the writes on their way. If it is empty,
	// they are in memory. The embedded engine only.
	Data string
	// Remote is the URL of a DynamoDB Local, such as "http://127.0.0.1:8000". If it
	// is empty, the embedded engine is used. Tables that already exist there are
	// kept with their data.
	Remote string
	// Log receives internal errors, which clients do not see. Nil means
	// slog.Default.
	Log *slog.Logger
}

// options are the settings that only tests change.
type options struct {
	now func() time.Time
	// sweep is the interval between searches for expired items.
	sweep time.Duration
	// seed of the random delays of replication.
	seed uint64
	// engine, if set, creates the engine of a Region in place of the one that
	// Config asks for.
	engine func(region string) engine
}

func defaults() options { return options{now: time.Now, sweep: time.Second, seed: rand.Uint64()} }

// jitter returns the maximum random delay of an item.
func (c Config) jitter() time.Duration {
	const least = 10 * time.Millisecond
	if c.Jitter > 0 {
		return c.Jitter
	}
	return max(c.Lag, least)
}

func (c Config) check() error {
	if len(c.Regions) == 0 {
		return errors.New("dynamodb: no Regions: list at least one in Config.Regions")
	}
	for n, region := range c.Regions {
		if region == "" || slices.Contains(c.Regions[:n], region) {
			return fmt.Errorf("dynamodb: Regions %q: names must be unique and not empty", c.Regions)
		}
	}
	if c.Lag < 0 || c.Jitter < 0 || c.StaleReads < 0 {
		return fmt.Errorf("dynamodb: Lag %v, Jitter %v or StaleReads %v is negative: use 0 or more", c.Lag, c.Jitter, c.StaleReads)
	}
	if c.Data != "" && c.Remote != "" {
		return errors.New("dynamodb: Data needs the embedded engine: leave Data or Remote out")
	}
	if c.StaleReads > 0 && c.Remote != "" {
		return errors.New("dynamodb: StaleReads needs the embedded engine: leave StaleReads or Remote out")
	}
	if c.Remote != "" {
		if u, err := url.Parse(c.Remote); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("dynamodb: Remote %q is not a URL such as http://127.0.0.1:8000", c.Remote)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Tables)) {
		if err := checkTable(c.Tables[name]); err != nil {
			return fmt.Errorf("dynamodb: table %s: %w", name, err)
		}
	}
	return nil
}

// checkTable returns an error for a declaration that would only fail later: an
// unknown key type, or one attribute declared with two types. An engine does not
// report the second.
func checkTable(t manifest.Table) error {
	types := map[string]string{}
	check := func(key manifest.Key) error {
		if !slices.Contains([]string{"S", "N", "B"}, key.Type) {
			return fmt.Errorf("key %q has type %q, want S, N or B", key.Name, key.Type)
		}
		if known, ok := types[key.Name]; ok && known != key.Type {
			return fmt.Errorf("key %q has types %s and %s", key.Name, known, key.Type)
		}
		types[key.Name] = key.Type
		return nil
	}
	for _, key := range declaredKeys(t) {
		if err := check(key); err != nil {
			return err
		}
	}
	switch {
	case t.Consistency != "" && t.Consistency != manifest.Strong:
		return fmt.Errorf("the consistency %q is neither %q nor empty", t.Consistency, manifest.Strong)
	case t.Consistency == manifest.Strong && t.TTL != "":
		return errors.New("a strongly consistent table has no TTL")
	}
	return nil
}

// declaredKeys returns the keys of a table and of its indexes, duplicates included.
func declaredKeys(t manifest.Table) []manifest.Key {
	keys := schemaKeys(t.HashKey, t.RangeKey)
	for _, name := range slices.Sorted(maps.Keys(t.Indexes)) {
		keys = append(keys, schemaKeys(t.Indexes[name].HashKey, t.Indexes[name].RangeKey)...)
	}
	return keys
}

func schemaKeys(hash manifest.Key, sort *manifest.Key) []manifest.Key {
	if sort == nil {
		return []manifest.Key{hash}
	}
	return []manifest.Key{hash, *sort}
}
