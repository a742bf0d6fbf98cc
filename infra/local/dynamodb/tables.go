package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// ErrOtherKeys reports that a table of an earlier run has other keys or indexes than its
// declaration.
var ErrOtherKeys = errors.New("it exists with other keys")

// prepare creates the global tables in this Region, or adopts those that exist from
// an earlier run.
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
		stored, known := r.stored.replicas.Get(name)
		if existed && (!known || stored.ttl != t.ttl) {
			tx := r.store.Begin()
			err := r.noteItems(store.WithTx(ctx, tx), tx, name)
			if err := errors.Join(err, r.commit(tx)); err != nil {
				return fmt.Errorf("dynamodb: table %s in %s: %w", name, r.name, err)
			}
		} else if !known {
			tx := r.store.Begin()
			r.stored.replicas.Set(tx, name, *t)
			if err := tx.Commit(); err != nil {
				return fmt.Errorf("dynamodb: table %s in %s: %w", name, r.name, err)
			}
		}
	}
	return nil
}

// ensure creates the table unless it exists with the same keys and indexes.
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
		return false, responseError("CreateTable", r.call(ctx, "CreateTable", body))
	}
	if have, want := known.String(), describeDeclared(declared).String(); have != want {
		return true, fmt.Errorf("%w (%s; declared: %s): "+
			"delete the existing table or rename the declared one", ErrOtherKeys, have, want)
	}
	return true, nil
}

// noteItems records the replica of a table, and the existence and the expiry of every item.
func (r *region) noteItems(ctx context.Context, tx *store.Tx, table string) error {
	r.dropExpiries(tx, table)
	r.stored.replicas.Set(tx, table, *r.tables[table])
	return r.eachItem(ctx, table, func(item record) error {
		r.noteWrite(tx, item)
		return nil
	})
}

// eachItem calls visit with every item of a table and its version until visit fails.
func (r *region) eachItem(ctx context.Context, table string, visit func(record) error) error {
	request := map[string]any{"TableName": table, "ConsistentRead": true}
	for {
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		response := r.call(ctx, "Scan", body)
		if err := responseError("Scan", response); err != nil {
			return err
		}
		o, err := protocol.Parse(response.Body)
		if err != nil {
			return err
		}
		items, _ := attr.ReadItems(o, "Items")
		if err := o.Err(); err != nil {
			return err
		}
		for _, item := range items {
			p, ok := r.ref(table, item)
			if !ok {
				continue
			}
			known, _ := r.stored.versions.Get(p.id)
			if err := visit(record{table: table, key: p.key, id: p.id, image: item, version: known.version}); err != nil {
				return err
			}
		}
		next, ok := o.Raw("LastEvaluatedKey")
		if !ok {
			return nil
		}
		request["ExclusiveStartKey"] = next
	}
}

// createTable creates a table that exists in this Region only.
func (r *region) createTable(ctx context.Context, body []byte) protocol.Response {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx := r.store.Begin()
	response := r.createTableIn(store.WithTx(ctx, tx), tx, body)
	if err := tx.Commit(); err != nil {
		return protocol.ErrorResponse(err)
	}
	return response
}

func (r *region) createTableIn(ctx context.Context, tx *store.Tx, body []byte) protocol.Response {
	response := r.call(ctx, "CreateTable", body)
	if response.Status != http.StatusOK {
		return response
	}
	created, err := parseDescription(response.Body, "TableDescription")
	if err != nil {
		r.log.Error("cannot read the response to CreateTable", "error", err)
		return response
	}
	r.tables[created.name] = &replica{keys: created.keyNames()}
	r.stored.replicas.Set(tx, created.name, *r.tables[created.name])
	return response
}

// describeTable describes a table. It adds the replicas of a global table, which the
// engine does not know. Source: "TableDescription",
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
func (r *region) describeTable(ctx context.Context, body []byte) protocol.Response {
	response := r.call(ctx, "DescribeTable", body)
	if response.Status != http.StatusOK {
		return response
	}
	var members struct{ Table map[string]json.RawMessage }
	var name string
	err := json.Unmarshal(response.Body, &members)
	if err == nil {
		err = json.Unmarshal(members.Table["TableName"], &name)
	}
	if err != nil {
		r.log.Error("cannot read the response to DescribeTable", "error", err)
		return response
	}
	r.mu.Lock()
	t := r.tables[name]
	global := t != nil && t.global
	r.mu.Unlock()
	if !global || len(r.links) == 0 {
		return response
	}
	table := map[string]any{"GlobalTableVersion": "2019.11.21"}
	for member, value := range members.Table {
		table[member] = value
	}
	var replicas []map[string]string
	for _, l := range r.links {
		replicas = append(replicas, map[string]string{"RegionName": l.to, "ReplicaStatus": "ACTIVE"})
	}
	table["Replicas"] = replicas
	if r.strong.isStrong(name) {
		table["MultiRegionConsistency"] = "STRONG"
		if slices.Contains(r.strong.members, Witness) {
			table["GlobalTableWitnesses"] = []map[string]string{{"RegionName": Witness, "WitnessStatus": "ACTIVE"}}
		}
	}
	return success(map[string]any{"Table": table})
}

// deleteTable deletes a table that exists in this Region only. It refuses to delete
// a replica of a global table: the manifests declare those, and the other replicas
// would remain.
func (r *region) deleteTable(ctx context.Context, body []byte) protocol.Response {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	name, _ := o.Text("TableName")
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.tables[name]; t != nil && t.global {
		return protocol.ErrorResponse(protocol.Invalidf("table %s is a replica of a global table that a manifest declares: the embedded cloud cannot delete it", name))
	}
	tx := r.store.Begin()
	response := r.call(store.WithTx(ctx, tx), "DeleteTable", body)
	if response.Status == http.StatusOK {
		r.forgetTable(tx, name)
	}
	if err := tx.Commit(); err != nil {
		return protocol.ErrorResponse(err)
	}
	return response
}

// forgetTable removes what the Region knows of a table. The caller holds r.mu.
func (r *region) forgetTable(tx *store.Tx, name string) {
	delete(r.tables, name)
	r.stored.replicas.Remove(tx, name)
	r.dropExpiries(tx, name)
	for id := range r.stored.versions.All(store.Span{From: name + "\x00", To: name + "\x01"}) {
		r.stored.versions.Remove(tx, id)
	}
}

// definition returns the CreateTable request for a declared table.
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
