package memory

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

func (e *Engine) describeTable(o *protocol.Object) (*result, error) {
	t, unlock, err := e.lockNamedTable(o, e.mu.RLock, e.mu.RUnlock)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return success(map[string]any{"Table": e.describe(t, "ACTIVE")})
}

func (e *Engine) deleteTable(tx *store.Tx, o *protocol.Object) (*result, error) {
	t, unlock, err := e.lockNamedTable(o, e.mu.Lock, e.mu.Unlock)
	if err != nil {
		return nil, err
	}
	defer unlock()
	delete(e.tables, t.name)
	e.remove(tx, t)
	return success(map[string]any{"TableDescription": e.describe(t, "DELETING")})
}

// lockNamedTable reads a request whose only member is TableName. It returns the
// table locked, and the function that unlocks it.
func (e *Engine) lockNamedTable(o *protocol.Object, lock, unlock func()) (*table, func(), error) {
	name := readTableName(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, nil, err
	}
	lock()
	t := e.tables[name]
	if t == nil {
		unlock()
		return nil, nil, errNoNamedTable(name)
	}
	return t, unlock, nil
}

func (e *Engine) listTables(o *protocol.Object) (*result, error) {
	const most = 100
	limit, ok := o.Int("Limit")
	if !ok {
		limit = most
	}
	if limit < 1 || limit > most {
		o.Violate("Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and %d", limit, most)
	}
	start, ok := o.Text("ExclusiveStartTableName")
	if ok {
		checkName(o, "exclusiveStartTableName", start)
	}
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	names := []string{}
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		if name <= start {
			continue
		}
		if int64(len(names)) == limit {
			return success(map[string]any{"TableNames": names, "LastEvaluatedTableName": names[limit-1]})
		}
		names = append(names, name)
	}
	return success(map[string]any{"TableNames": names})
}

func (e *Engine) describe(t *table, status string) map[string]any {
	arn := "arn:aws:dynamodb:" + e.options.Region + ":000000000000:table/" + t.name
	kinds := map[string]string{}
	collect := func(keys keySchema) {
		for _, key := range keys.attributes() {
			kinds[key.name] = key.kind.String()
		}
	}
	collect(t.keys)
	var global, local []map[string]any
	for _, i := range t.indexes {
		collect(i.keys)
		projection := map[string]any{"ProjectionType": i.projection}
		if i.include != nil {
			projection["NonKeyAttributes"] = i.include
		}
		index := map[string]any{
			"IndexName": i.name, "IndexArn": arn + "/index/" + i.name,
			"KeySchema": i.keys.describe(), "Projection": projection,
			"ItemCount": i.count, "IndexSizeBytes": i.bytes,
		}
		if i.local {
			local = append(local, index)
		} else {
			index["IndexStatus"] = "ACTIVE"
			index["ProvisionedThroughput"] = describeThroughput(i.read, i.write)
			global = append(global, index)
		}
	}
	var definitions []map[string]any
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		definitions = append(definitions, map[string]any{"AttributeName": name, "AttributeType": kinds[name]})
	}
	const milliseconds = 1e3
	description := map[string]any{
		"TableName": t.name, "TableArn": arn, "TableId": t.id, "TableStatus": status, "DeletionProtectionEnabled": false,
		"CreationDateTime":     float64(t.created.UnixMilli()) / milliseconds,
		"AttributeDefinitions": definitions, "KeySchema": t.keys.describe(),
		"ItemCount": t.count, "TableSizeBytes": t.bytes,
		"ProvisionedThroughput": describeThroughput(t.billing.read, t.billing.write),
	}
	if t.billing.mode == "PAY_PER_REQUEST" {
		description["BillingModeSummary"] = map[string]any{"BillingMode": t.billing.mode}
	}
	if global != nil {
		description["GlobalSecondaryIndexes"] = global
	}
	if local != nil {
		description["LocalSecondaryIndexes"] = local
	}
	return description
}

func describeThroughput(read, write int64) map[string]any {
	return map[string]any{"ReadCapacityUnits": read, "WriteCapacityUnits": write, "NumberOfDecreasesToday": 0}
}

func (k keySchema) describe() []map[string]any {
	var schema []map[string]any
	add := func(keys []keyDefinition, keyType string) {
		for _, key := range keys {
			schema = append(schema, map[string]any{"AttributeName": key.name, "KeyType": keyType})
		}
	}
	add(k.hash, "HASH")
	add(k.sort, "RANGE")
	return schema
}
