package compat

import "github.com/meridian-api/meridian/contract/manifest"

// orders returns a manifest with one function of each kind, and edits it.
func orders(changes ...func(*manifest.Service)) *manifest.Service {
	id, placed := manifest.Key{Name: "orderId", Type: "S"}, manifest.Key{Name: "placedAt", Type: "N"}
	state := manifest.Key{Name: "state", Type: "S"}
	s := &manifest.Service{
		Name: "orders", Owner: "team-orders",
		Functions: map[string]manifest.Function{
			"get-order": {
				OperationID: "getOrder", Method: "GET", Path: "/orders/{orderId}", MemoryMB: 512, TimeoutSeconds: 3,
				Environment: map[string]string{"GOMAXPROCS": "1"},
				Grants: []manifest.Grant{{Table: "orders", Actions: []string{"dynamodb:GetItem"}},
					{Secret: "key", Actions: []string{"read"}}},
			},
			"list-orders": {
				OperationID: "listOrders", Method: "GET", Path: "/orders", MemoryMB: 512, TimeoutSeconds: 3, Health: true,
				Grants: []manifest.Grant{{Table: "orders", Index: "by-state", Actions: []string{"dynamodb:Query"}}},
			},
		},
		Tables: map[string]manifest.Table{
			"orders": {
				HashKey: id, RangeKey: &placed, TTL: "expiresAt",
				Indexes: map[string]manifest.Index{
					"by-state": {HashKey: state, RangeKey: &placed, Projection: "INCLUDE", Include: []string{"total"}},
					"unused":   {HashKey: placed, Projection: "ALL"},
				},
			},
			"lines": {HashKey: id},
		},
		Secrets: map[string]manifest.Secret{"key": {Description: "A key.", RotationDays: 30}},
		Scopes:  map[string]string{"orders/read": "Read.", "orders/write": "Write."},
	}
	for _, edit := range changes {
		edit(s)
	}
	return s
}

// table returns an edit of the table orders.
func table(edit func(*manifest.Table)) func(*manifest.Service) {
	return func(s *manifest.Service) {
		t := s.Tables["orders"]
		edit(&t)
		s.Tables["orders"] = t
	}
}

// byState returns an edit of the index that list-orders queries.
func byState(edit func(*manifest.Index)) func(*manifest.Service) {
	return table(func(t *manifest.Table) {
		i := t.Indexes["by-state"]
		edit(&i)
		t.Indexes["by-state"] = i
	})
}

// getOrder returns an edit of the function get-order.
func getOrder(edit func(*manifest.Function)) func(*manifest.Service) {
	return func(s *manifest.Service) {
		f := s.Functions["get-order"]
		edit(&f)
		s.Functions["get-order"] = f
	}
}

// rename returns an edit that renames an element of a map.
func rename[V any](of func(*manifest.Service) map[string]V, from, to string) func(*manifest.Service) {
	return func(s *manifest.Service) {
		m := of(s)
		m[to] = m[from]
		delete(m, from)
	}
}

func tables(s *manifest.Service) map[string]manifest.Table       { return s.Tables }
func secrets(s *manifest.Service) map[string]manifest.Secret     { return s.Secrets }
func oauthScopes(s *manifest.Service) map[string]string          { return s.Scopes }
func functions(s *manifest.Service) map[string]manifest.Function { return s.Functions }
func indexes(s *manifest.Service) map[string]manifest.Index      { return s.Tables["orders"].Indexes }

func secret(s manifest.Secret) func(*manifest.Service) {
	return func(to *manifest.Service) { to.Secrets["key"] = s }
}

// resourceTest is one kind of change. want has a verdict, a rule and a text for each
// change that is found.
type resourceTest struct {
	name   string
	before []func(*manifest.Service)
	after  []func(*manifest.Service)
	want   []string
}

func edits(list ...func(*manifest.Service)) []func(*manifest.Service) { return list }

var tableTests = []resourceTest{
	{name: "nothing"},
	{
		name:  "the hash key is renamed",
		after: edits(table(func(t *manifest.Table) { t.HashKey.Name = "id" })),
		want: []string{"destroys data: table-key-changed: table `orders`: the hash key `orderId` (S) is renamed to `id`: " +
			"DynamoDB cannot change a key, so the table is destroyed and created empty"},
	},
	{
		name:  "the hash key has another type",
		after: edits(table(func(t *manifest.Table) { t.HashKey.Type = "N" })),
		want: []string{"destroys data: table-key-changed: table `orders`: the type of the hash key `orderId` changes " +
			"from S to N"},
	},
	{
		name:  "the hash key is another attribute",
		after: edits(table(func(t *manifest.Table) { t.HashKey = manifest.Key{Name: "number", Type: "N"} })),
		want: []string{"destroys data: table-key-changed: table `orders`: the hash key `orderId` (S) is replaced by " +
			"`number` (N)"},
	},
	{
		name:  "the range key is renamed",
		after: edits(table(func(t *manifest.Table) { t.RangeKey = &manifest.Key{Name: "at", Type: "N"} })),
		want:  []string{"destroys data: table-key-changed: table `orders`: the range key `placedAt` (N) is renamed to `at`"},
	},
	{
		name:  "the range key is removed",
		after: edits(table(func(t *manifest.Table) { t.RangeKey = nil })),
		want:  []string{"destroys data: table-key-changed: table `orders`: the range key `placedAt` (N) is removed"},
	},
	{
		name:   "a range key is added",
		before: edits(table(func(t *manifest.Table) { t.RangeKey = nil })),
		want:   []string{"destroys data: table-key-changed: table `orders`: the range key `placedAt` (N) is added"},
	},
	{
		name:  "a table is removed",
		after: edits(func(s *manifest.Service) { delete(s.Tables, "lines") }),
		want:  []string{"destroys data: table-removed: table `lines`: removed with its items"},
	},
	{
		name:  "a table is renamed",
		after: edits(rename(tables, "lines", "rows")),
		want:  []string{"destroys data: table-renamed: table `lines`: renamed to `rows`: DynamoDB cannot rename a table"},
	},
	{
		name: "a table is removed and another one added",
		after: edits(rename(tables, "lines", "rows"),
			func(s *manifest.Service) { s.Tables["rows"] = manifest.Table{TTL: "at"} }),
		want: []string{
			"destroys data: table-removed: table `lines`: removed with its items",
			"compatible: table-added: table `rows`: added",
		},
	},
	{
		name:  "a table is removed and two like it are added",
		after: edits(rename(tables, "lines", "rows"), func(s *manifest.Service) { s.Tables["posts"] = s.Tables["rows"] }),
		want: []string{
			"destroys data: table-removed: table `lines`: removed with its items",
			"compatible: table-added: table `posts`: added",
			"compatible: table-added: table `rows`: added",
		},
	},
	{
		name:  "a table becomes strongly consistent",
		after: edits(table(func(t *manifest.Table) { t.Consistency = manifest.Strong })),
		want: []string{"destroys data: table-key-changed: table `orders`: the consistency changes from eventual to strong: " +
			"DynamoDB cannot change it"},
	},
	{
		name:   "items begin to expire",
		before: edits(table(func(t *manifest.Table) { t.TTL = "" })),
		want:   []string{"destroys data: ttl-added: table `orders`: items expire by their attribute `expiresAt`"},
	},
	{
		name:  "items expire by another attribute",
		after: edits(table(func(t *manifest.Table) { t.TTL = "until" })),
		want: []string{"destroys data: ttl-changed: table `orders`: items expire by their attribute `until` and no " +
			"longer by `expiresAt`"},
	},
	{
		name:  "items no longer expire",
		after: edits(table(func(t *manifest.Table) { t.TTL = "" })),
		want: []string{"breaks operators: ttl-removed: table `orders`: items no longer expire by their attribute " +
			"`expiresAt`"},
	},
}

var indexTests = []resourceTest{
	{
		name:  "an index that is queried is removed",
		after: edits(func(s *manifest.Service) { delete(s.Tables["orders"].Indexes, "by-state") }),
		want: []string{"breaks clients: index-removed: index `by-state` of table `orders`: removed, and the release " +
			"queries it in `list-orders`"},
	},
	{
		name:  "an index that is queried is renamed",
		after: edits(rename(indexes, "by-state", "states")),
		want: []string{"breaks clients: index-renamed: index `by-state` of table `orders`: renamed to `states`, " +
			"which is built anew"},
	},
	{
		name:  "the hash key of an index changes",
		after: edits(byState(func(i *manifest.Index) { i.HashKey.Name = "status" })),
		want: []string{"breaks clients: index-changed: index `by-state` of table `orders`: the hash key `state` (S) " +
			"is renamed to `status`"},
	},
	{
		name:  "the range key of an index changes",
		after: edits(byState(func(i *manifest.Index) { i.RangeKey = nil })),
		want: []string{"breaks clients: index-changed: index `by-state` of table `orders`: the range key `placedAt` " +
			"(N) is removed"},
	},
	{
		name:  "the projection of an index changes",
		after: edits(byState(func(i *manifest.Index) { i.Projection, i.Include = "KEYS_ONLY", nil })),
		want: []string{
			"breaks clients: index-changed: index `by-state` of table `orders`: the projection changes from INCLUDE " +
				"total to KEYS_ONLY"},
	},
	{
		name:  "the projected attributes of an index change",
		after: edits(byState(func(i *manifest.Index) { i.Include = []string{"total", "currency"} })),
		want: []string{
			"breaks clients: index-changed: index `by-state` of table `orders`: the projection changes from INCLUDE " +
				"total to INCLUDE total, currency"},
	},
	{
		name: "an index is added",
		after: edits(func(s *manifest.Service) {
			s.Tables["orders"].Indexes["by-total"] = manifest.Index{Projection: "ALL"}
		}),
		want: []string{"compatible: index-added: index `by-total` of table `orders`: added"},
	},
	{
		name:  "an index that no function queries is removed",
		after: edits(func(s *manifest.Service) { delete(s.Tables["orders"].Indexes, "unused") }),
		want:  []string{"compatible: unused-index-removed: index `unused` of table `orders`: removed"},
	},
	{
		name:  "an index that no function queries is renamed",
		after: edits(rename(indexes, "unused", "idle")),
		want:  []string{"compatible: unused-index-removed: index `unused` of table `orders`: renamed to `idle`"},
	},
	{
		name: "an index that no function queries changes",
		after: edits(func(s *manifest.Service) {
			s.Tables["orders"].Indexes["unused"] = manifest.Index{HashKey: manifest.Key{Name: "placedAt", Type: "N"},
				Projection: "KEYS_ONLY"}
		}),
		want: []string{"compatible: unused-index-changed: index `unused` of table `orders`: the projection changes " +
			"from ALL to KEYS_ONLY"},
	},
}
