package compat

import "github.com/meridian-api/meridian/contract/manifest"

var functionTests = []resourceTest{
	{
		name:  "less memory",
		after: edits(getOrder(func(f *manifest.Function) { f.MemoryMB = 256 })),
		want:  []string{"breaks operators: memory-reduced: function `get-order`: the memory changes from 512 to 256 MB"},
	},
	{
		name:  "more memory",
		after: edits(getOrder(func(f *manifest.Function) { f.MemoryMB = 1024 })),
		want:  []string{"compatible: memory-raised: function `get-order`: the memory changes from 512 to 1024 MB"},
	},
	{
		name:  "less time",
		after: edits(getOrder(func(f *manifest.Function) { f.TimeoutSeconds = 1 })),
		want: []string{"breaks operators: timeout-reduced: function `get-order`: the time limit changes from 3 to 1 " +
			"seconds"},
	},
	{
		name:  "more time",
		after: edits(getOrder(func(f *manifest.Function) { f.TimeoutSeconds = 9 })),
		want:  []string{"compatible: timeout-raised: function `get-order`: the time limit changes from 3 to 9 seconds"},
	},
	{
		name:  "another variable",
		after: edits(getOrder(func(f *manifest.Function) { f.Environment = map[string]string{"GOMAXPROCS": "2"} })),
		want: []string{"compatible: environment-changed: function `get-order`: its variables change from " +
			"`GOMAXPROCS=1` to `GOMAXPROCS=2`"},
	},
	{
		name:  "it becomes a health operation",
		after: edits(getOrder(func(f *manifest.Function) { f.Health = true })),
		want:  []string{"compatible: health-added: function `get-order`: becomes a health operation"},
	},
	{
		name:   "it is no longer a health operation",
		before: edits(getOrder(func(f *manifest.Function) { f.Health = true })),
		want:   []string{"breaks operators: health-removed: function `get-order`: is no longer a health operation"},
	},
	{
		name:  "it is renamed",
		after: edits(rename(functions, "get-order", "fetch-order")),
		want:  []string{"breaks operators: function-renamed: function `get-order`: renamed to `fetch-order`"},
	},
	{
		name:  "it is removed with its operation",
		after: edits(func(s *manifest.Service) { delete(s.Functions, "get-order") }),
	},
	{
		name: "one is added with its operation",
		after: edits(func(s *manifest.Service) {
			s.Functions["put-order"] = manifest.Function{OperationID: "putOrder", Method: "PUT", Path: "/orders"}
		}),
	},
	{
		name: "another action",
		after: edits(getOrder(func(f *manifest.Function) {
			f.Grants = []manifest.Grant{{Table: "orders", Actions: []string{"dynamodb:DeleteItem", "dynamodb:GetItem"}},
				f.Grants[1]}
		})),
		want: []string{"breaks operators: rights-widened: function `get-order`: may also do `dynamodb:DeleteItem` on " +
			"the table `orders`"},
	},
	{
		name: "the same action on another table",
		after: edits(getOrder(func(f *manifest.Function) {
			f.Grants = append(f.Grants, manifest.Grant{Table: "lines", Actions: []string{"dynamodb:GetItem"}})
		})),
		want: []string{"breaks operators: rights-widened: function `get-order`: may also do `dynamodb:GetItem` on the " +
			"table `lines`"},
	},
	{
		name: "the same action on an index",
		after: edits(getOrder(func(f *manifest.Function) {
			f.Grants = append(f.Grants, manifest.Grant{Table: "orders", Index: "unused", Actions: []string{"dynamodb:Query"}})
		})),
		want: []string{"breaks operators: rights-widened: function `get-order`: may also do `dynamodb:Query` on the " +
			"index `unused` of table `orders`"},
	},
	{
		name:   "a secret",
		before: edits(getOrder(func(f *manifest.Function) { f.Grants = f.Grants[:1] })),
		want:   []string{"breaks operators: rights-widened: function `get-order`: may also do `read` on the secret `key`"},
	},
	{
		name: "a table of the same release",
		after: edits(func(s *manifest.Service) { s.Tables["notes"] = manifest.Table{} }, getOrder(func(f *manifest.Function) {
			f.Grants = append(f.Grants, manifest.Grant{Table: "notes", Actions: []string{"dynamodb:GetItem"}})
		})),
		want: []string{
			"compatible: rights-added: function `get-order`: may also do `dynamodb:GetItem` on the table `notes`",
			"compatible: table-added: table `notes`: added",
		},
	},
	{
		name:  "fewer rights",
		after: edits(getOrder(func(f *manifest.Function) { f.Grants = f.Grants[:1] })),
		want:  []string{"compatible: rights-narrowed: function `get-order`: may no longer do `read` on the secret `key`"},
	},
	{
		name: "a right is limited",
		after: edits(getOrder(func(f *manifest.Function) {
			g := &f.Grants[0]
			g.Keys, g.Attributes, g.Transaction = []string{"order#*"}, []string{"id", "state"}, true
		})),
		want: []string{"compatible: rights-narrowed: function `get-order`: may no longer do `dynamodb:GetItem` on the " +
			"table `orders`"},
	},
	{
		name:   "a limit is dropped",
		before: edits(getOrder(func(f *manifest.Function) { f.Grants[0].Keys = []string{"order#*"} })),
		want: []string{"breaks operators: rights-widened: function `get-order`: may also do `dynamodb:GetItem` on the " +
			"table `orders`"},
	},
	{
		name: "a limit is widened",
		before: edits(getOrder(func(f *manifest.Function) {
			f.Grants[0].Keys, f.Grants[0].Attributes = []string{"order#1"}, []string{"id"}
		})),
		after: edits(getOrder(func(f *manifest.Function) {
			f.Grants[0].Keys, f.Grants[0].Attributes = []string{"order#*"}, []string{"id", "state"}
		})),
		want: []string{
			"breaks operators: rights-widened: function `get-order`: may also do `dynamodb:GetItem` on the table " +
				"`orders`, limited to the keys `order#*` and the attributes `id`, `state`",
		},
	},
	{
		name:  "another owner",
		after: edits(func(s *manifest.Service) { s.Owner = "team-sales" }),
		want:  []string{"breaks operators: owner-changed: the owner `team-orders` is replaced by `team-sales`"},
	},
}

var secretTests = []resourceTest{
	{
		name:  "a secret is removed",
		after: edits(func(s *manifest.Service) { delete(s.Secrets, "key") }),
		want:  []string{"destroys data: secret-removed: secret `key`: removed with its value"},
	},
	{
		name:  "a secret is renamed",
		after: edits(rename(secrets, "key", "signing-key")),
		want: []string{"destroys data: secret-renamed: secret `key`: renamed to `signing-key`, which gets a value of " +
			"its own"},
	},
	{
		name:  "a secret is added",
		after: edits(func(s *manifest.Service) { s.Secrets["other"] = manifest.Secret{} }),
		want:  []string{"compatible: secret-added: secret `other`: added"},
	},
	{
		name:  "a secret is rotated less often",
		after: edits(secret(manifest.Secret{Description: "A key.", RotationDays: 90})),
		want: []string{"breaks operators: rotation-reduced: secret `key`: rotated every 90 days and no longer every " +
			"30 days"},
	},
	{
		name:  "a secret is no longer rotated",
		after: edits(secret(manifest.Secret{Description: "A key."})),
		want:  []string{"breaks operators: rotation-reduced: secret `key`: rotated never and no longer every 30 days"},
	},
	{
		name:   "a secret begins to be rotated",
		before: edits(secret(manifest.Secret{Description: "A key."})),
		want:   []string{"compatible: rotation-increased: secret `key`: rotated every 30 days and no longer never"},
	},
	{
		name:  "a secret has another description",
		after: edits(secret(manifest.Secret{Description: "The key.", RotationDays: 30})),
		want:  []string{"documentation: secret-described: secret `key`: the description changed"},
	},
	{
		name:  "a scope is removed",
		after: edits(func(s *manifest.Service) { delete(s.Scopes, "orders/write") }),
		want:  []string{"breaks clients: oauth-scope-removed: scope `orders/write`: removed"},
	},
	{
		name:  "a scope is renamed",
		after: edits(rename(oauthScopes, "orders/write", "orders/change")),
		want:  []string{"breaks clients: oauth-scope-renamed: scope `orders/write`: renamed to `orders/change`"},
	},
	{
		name:  "a scope is added",
		after: edits(func(s *manifest.Service) { s.Scopes["orders/admin"] = "All." }),
		want:  []string{"compatible: oauth-scope-added: scope `orders/admin`: added"},
	},
	{
		name:  "a scope has another description",
		after: edits(func(s *manifest.Service) { s.Scopes["orders/read"] = "Read orders." }),
		want:  []string{"documentation: oauth-scope-described: scope `orders/read`: the description changed"},
	},
}
