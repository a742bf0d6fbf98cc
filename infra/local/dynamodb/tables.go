package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// prepare makes the global tables in this Region, or takes those that are there
// from an earlier run.
func (r *region) prepare(ctx context.Context, tables map[string]manifest.Table) error {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		declared := tables[name]
		existed, err := r.ensure(ctx, name, declared)
		if err != nil {
			return fmt.Errorf("dynamodb: table %s in %s: %w", name, r.name, err)
		}
		t := &replica{global: true, ttl: declared.TTL}
		for _, key := range schemaKeys(declared.HashKey, declared.RangeKey) {
			t.keys = append(t.keys, key.Name)
		}
		r.tables[name] = t
		if existed {
			if err := r.load(ctx, name); err != nil {
				return fmt.Errorf("dynamodb: table %s in %s: %w", name, r.name, err)
			}
		}
	}
	return nil
}

// ensure creates the table unless it is there with the same keys and indexes.
func (r *region) ensure(ctx context.Context, name string, declared manifest.Table) (existed bool, err error) {
	known, err := r.describe(ctx, name)
	if err != nil {
		return false, err
	}
	if known == nil {
		body, err := json.Marshal(definition(name, declared))
		if err != nil {
			return false, err
		}
		return false, failure("CreateTable", r.call(ctx, "CreateTable", body))
	}
	if have, want := known.String(), describeDeclared(declared).String(); have != want {
		return true, fmt.Errorf("it exists with other keys (%s; declared: %s): delete it there, or rename it", have, want)
	}
	return true, nil
}

// load notes every item of a table: that it is there, and when it expires.
func (r *region) load(ctx context.Context, table string) error {
	request := map[string]any{"TableName": table, "ConsistentRead": true}
	for {
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		answer := r.call(ctx, "Scan", body)
		if err := failure("Scan", answer); err != nil {
			return err
		}
		o, err := protocol.Parse(answer.Body)
		if err != nil {
			return err
		}
		items, _ := attr.ReadItems(o, "Items")
		if err := o.Err(); err != nil {
			return err
		}
		for _, item := range items {
			if p, ok := r.place(table, item); ok {
				written := record{table: table, key: p.key, id: p.id, image: item, version: r.versions[p.id].version}
				r.keep(written)
			}
		}
		next, ok := o.Raw("LastEvaluatedKey")
		if !ok {
			return nil
		}
		request["ExclusiveStartKey"] = next
	}
}

// createTable makes a table of this Region alone.
func (r *region) createTable(ctx context.Context, body []byte) protocol.Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := r.call(ctx, "CreateTable", body)
	if answer.Status != http.StatusOK {
		return answer
	}
	created, err := parseDescription(answer.Body, "TableDescription")
	if err != nil {
		r.log.Error("the answer to CreateTable cannot be read", "error", err)
		return answer
	}
	r.tables[created.name] = &replica{keys: created.keyNames()}
	return answer
}

// deleteTable deletes a table of this Region alone. A global table's replicas are
// what the manifests say: deleting one would leave the others behind.
func (r *region) deleteTable(ctx context.Context, body []byte) protocol.Answer {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.Refuse(err)
	}
	name, _ := o.Text("TableName")
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.tables[name]; t != nil && t.global {
		return protocol.Refuse(protocol.Invalidf("table %s is a replica of a global table that a manifest declares; the local cloud does not delete it", name))
	}
	answer := r.call(ctx, "DeleteTable", body)
	if answer.Status == http.StatusOK {
		delete(r.tables, name)
		r.expiring.drop(name)
		maps.DeleteFunc(r.versions, func(id string, _ stamp) bool { return strings.HasPrefix(id, name+"\x00") })
	}
	return answer
}

// definition is the CreateTable request of a declared table.
func definition(name string, declared manifest.Table) map[string]any {
	var attributes []map[string]string
	defined := map[string]bool{}
	for _, key := range declaredKeys(declared) {
		if !defined[key.Name] {
			attributes = append(attributes, map[string]string{"AttributeName": key.Name, "AttributeType": key.Type})
			defined[key.Name] = true
		}
	}
	request := map[string]any{
		"TableName": name, "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": attributes, "KeySchema": keySchema(declared.HashKey, declared.RangeKey),
	}
	var indexes []map[string]any
	for _, index := range slices.Sorted(maps.Keys(declared.Indexes)) {
		i := declared.Indexes[index]
		projection := map[string]any{"ProjectionType": i.Projection}
		if len(i.Include) > 0 {
			projection["NonKeyAttributes"] = i.Include
		}
		indexes = append(indexes, map[string]any{
			"IndexName": index, "KeySchema": keySchema(i.HashKey, i.RangeKey), "Projection": projection,
		})
	}
	if indexes != nil {
		request["GlobalSecondaryIndexes"] = indexes
	}
	return request
}

func keySchema(hash manifest.Key, sort *manifest.Key) []map[string]string {
	types := []string{"HASH", "RANGE"}
	var schema []map[string]string
	for n, key := range schemaKeys(hash, sort) {
		schema = append(schema, map[string]string{"AttributeName": key.Name, "KeyType": types[n]})
	}
	return schema
}
