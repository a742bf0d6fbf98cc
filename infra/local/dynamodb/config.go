package dynamodb

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Config is what Open needs.
type Config struct {
	// Regions are the Regions' names, such as "eu-west-1"; at least one.
	Regions []string
	// Tables are the global tables by physical name.
	Tables map[string]manifest.Table
	// Lag is how long a write takes to each other Region; 0 is as soon as possible.
	Lag time.Duration
	// Remote is the URL of a DynamoDB Local, such as "http://127.0.0.1:8000"; empty
	// for the embedded engine. Tables that are there are kept with their data.
	Remote string
	// Log gets what no client is told; nil for slog.Default.
	Log *slog.Logger
}

// options are what only tests set.
type options struct {
	now func() time.Time
	// sweep is how often expired items are looked for.
	sweep time.Duration
	// engine makes a Region's engine instead of what Config asks for; nil for none.
	engine func(region string) engine
}

func defaults() options { return options{now: time.Now, sweep: time.Second} }

func (c Config) check() error {
	if len(c.Regions) == 0 {
		return errors.New("dynamodb: no Regions")
	}
	for n, region := range c.Regions {
		if region == "" || slices.Contains(c.Regions[:n], region) {
			return fmt.Errorf("dynamodb: Regions %q: each needs a name of its own", c.Regions)
		}
	}
	if c.Lag < 0 {
		return fmt.Errorf("dynamodb: Lag %v is negative", c.Lag)
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

// checkTable refuses a declaration that would only fail later: an engine does not
// look at a type twice, and one attribute has one type.
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
	return nil
}

// declaredKeys are the keys of a table and its indexes, with repetitions.
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
