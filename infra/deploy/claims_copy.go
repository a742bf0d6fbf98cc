package deploy

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/meridian-api/meridian/platform/resource"
)

// copyItems makes the strongly consistent tables equal to the ordinary ones. If verify is
// true, it reads both afterwards and compares them.
func (m *migration) copyItems(ctx context.Context, verify bool) error {
	if m.copier == nil {
		fmt.Fprintln(m.out, "The stand-in has no items to copy")
		return nil
	}
	for _, name := range m.strongTables() {
		to := resource.TableName(m.environment.Name, name)
		c, err := m.copier.equal(ctx, to+resource.OrdinarySuffix, to)
		if err != nil {
			return fmt.Errorf("copy %s: %w", to, err)
		}
		fmt.Fprintf(m.out, "%s: %d items, of which %d were copied; %d were deleted\n", to, c.items, c.put, c.deleted)
		if !verify {
			continue
		}
		if c, err = m.copier.compare(ctx, to+resource.OrdinarySuffix, to); err != nil {
			return err
		}
		fmt.Fprintf(m.out, "%s: verified, both tables have the same %d items\n", to, c.items)
	}
	return nil
}

// batchItems is the greatest number of items of a BatchWriteItem, and copyWriters is how many
// run at a time: each takes a round trip to another Region.
const (
	batchItems  = 25
	copyWriters = 16
)

// copier copies items between two tables of a Region.
type copier struct{ client *dynamodb.Client }

func newCopier(ctx context.Context, region string) (*copier, error) {
	cfg, err := configFor(ctx, region)
	if err != nil {
		return nil, err
	}
	return &copier{dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.RetryMaxAttempts = 10 })}, nil
}

// copied counts the items of a table, and those that were put and deleted to make another
// table equal.
type copied struct{ items, put, deleted int }

// contents has the hash of each item by the hash of its key: about 150 bytes for an item.
type contents map[[sha256.Size]byte]content

type content struct {
	hash [sha256.Size]byte
	key  map[string]types.AttributeValue // only where items can be deleted
}

// equal puts into a table the items of another one that it lacks or has otherwise, and deletes
// those that the other one lacks.
func (c *copier) equal(ctx context.Context, from, to string) (copied, error) {
	keys, err := c.keys(ctx, from)
	if err != nil {
		return copied{}, err
	}
	had := contents{}
	if err := c.scan(ctx, to, func(items []map[string]types.AttributeValue) error {
		for _, item := range items {
			key := only(item, keys)
			had[hashOf(key)] = content{hashOf(item), key}
		}
		return nil
	}); err != nil {
		return copied{}, err
	}
	var done copied
	writers, ctx := errgroup.WithContext(ctx)
	writers.SetLimit(copyWriters)
	write := func(requests []types.WriteRequest) {
		for batch := range slices.Chunk(requests, batchItems) {
			writers.Go(func() error { return c.write(ctx, to, batch) })
		}
	}
	err = c.scan(ctx, from, func(items []map[string]types.AttributeValue) error {
		var puts []types.WriteRequest
		for _, item := range items {
			done.items++
			id := hashOf(only(item, keys))
			if before, exists := had[id]; !exists || before.hash != hashOf(item) {
				puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
			}
			delete(had, id)
		}
		done.put += len(puts)
		write(puts)
		return ctx.Err()
	})
	if err == nil {
		var deletes []types.WriteRequest
		for _, left := range had {
			deletes = append(deletes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: left.key}})
		}
		done.deleted = len(deletes)
		write(deletes)
	}
	if writeErr := writers.Wait(); writeErr != nil {
		return done, writeErr // which has ended the scan
	}
	return done, err
}

// compare returns an error unless two tables have the same items.
func (c *copier) compare(ctx context.Context, from, to string) (copied, error) {
	var sides [2]map[[sha256.Size]byte]bool
	for i, table := range []string{from, to} {
		sides[i] = map[[sha256.Size]byte]bool{}
		if err := c.scan(ctx, table, func(items []map[string]types.AttributeValue) error {
			for _, item := range items {
				sides[i][hashOf(item)] = true
			}
			return nil
		}); err != nil {
			return copied{}, err
		}
	}
	if !maps.Equal(sides[0], sides[1]) {
		return copied{}, fmt.Errorf("%s has %d items and %s %d, and they differ: something writes to one of them apart from the functions. "+
			"End it, and run deploy:claims again", from, len(sides[0]), to, len(sides[1]))
	}
	return copied{items: len(sides[0])}, nil
}

// keys returns the names of a table's key attributes.
func (c *copier) keys(ctx context.Context, table string) ([]string, error) {
	out, err := c.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, k := range out.Table.KeySchema {
		names = append(names, aws.ToString(k.AttributeName))
	}
	return names, nil
}

// scan calls do with each page of a table's latest items.
func (c *copier) scan(ctx context.Context, table string, do func([]map[string]types.AttributeValue) error) error {
	pages := dynamodb.NewScanPaginator(c.client, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		if err := do(page.Items); err != nil {
			return err
		}
	}
	return nil
}

// write writes a batch, and again what DynamoDB leaves out of it because it is busy.
func (c *copier) write(ctx context.Context, table string, batch []types.WriteRequest) error {
	const attempts = 10
	pause := 50 * time.Millisecond
	for range attempts {
		out, err := c.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: batch}})
		if err != nil {
			return err
		}
		if batch = out.UnprocessedItems[table]; len(batch) == 0 {
			return nil
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
		pause *= 2
	}
	return errors.New("DynamoDB is busy: raise tables.maxWriteUnits, or run deploy:claims again later")
}

func only(item map[string]types.AttributeValue, names []string) map[string]types.AttributeValue {
	part := map[string]types.AttributeValue{}
	for _, name := range names {
		part[name] = item[name]
	}
	return part
}

// hashOf returns a hash of an item that does not depend on the order of its attributes and
// sets.
func hashOf(item map[string]types.AttributeValue) [sha256.Size]byte {
	return sha256.Sum256([]byte(canonical(&types.AttributeValueMemberM{Value: item})))
}

// canonical returns a text that two values share only if they are equal.
func canonical(value types.AttributeValue) string {
	texts := func(kind string, of []string) string {
		slices.Sort(of)
		return fmt.Sprintf("%s%q", kind, of)
	}
	switch v := value.(type) {
	case *types.AttributeValueMemberM:
		var members []string
		for name, member := range v.Value {
			members = append(members, fmt.Sprintf("%q:%s", name, canonical(member)))
		}
		return texts("M", members)
	case *types.AttributeValueMemberL:
		var members []string
		for _, member := range v.Value {
			members = append(members, canonical(member))
		}
		return "L[" + strings.Join(members, ",") + "]"
	case *types.AttributeValueMemberSS:
		return texts("SS", slices.Clone(v.Value))
	case *types.AttributeValueMemberNS:
		return texts("NS", slices.Clone(v.Value))
	case *types.AttributeValueMemberBS:
		var members []string
		for _, member := range v.Value {
			members = append(members, string(member))
		}
		return texts("BS", members)
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("S%q", v.Value)
	case *types.AttributeValueMemberN:
		return fmt.Sprintf("N%q", v.Value)
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("B%q", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprintf("BOOL%t", v.Value)
	default:
		return fmt.Sprintf("%T", v) // NULL
	}
}
