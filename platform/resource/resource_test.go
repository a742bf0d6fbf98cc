package resource_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/resource"
)

func TestGrants(t *testing.T) {
	table := resource.Table{Name: "books"}
	secret := resource.Secret{Name: "key"}
	on := func(action string) resource.Grant { return resource.Grant{Table: "books", Actions: []string{action}} }
	for _, test := range []struct {
		name      string
		got, want resource.Grant
	}{
		{name: "get", got: table.Get(), want: on("dynamodb:GetItem")},
		{name: "batch get", got: table.BatchGet(), want: on("dynamodb:BatchGetItem")},
		{name: "put", got: table.Put(), want: on("dynamodb:PutItem")},
		{name: "update", got: table.Update(), want: on("dynamodb:UpdateItem")},
		{name: "delete", got: table.Delete(), want: on("dynamodb:DeleteItem")},
		{name: "check", got: table.Check(), want: on("dynamodb:ConditionCheckItem")},
		{name: "query table", got: table.Query(""), want: on("dynamodb:Query")},
		{
			name: "query index", got: table.Query("by-title"),
			want: resource.Grant{Table: "books", Index: "by-title", Actions: []string{"dynamodb:Query"}},
		},
		{
			name: "keys", got: table.Get(resource.Keys("health", "book#*")),
			want: resource.Grant{Table: "books", Actions: []string{"dynamodb:GetItem"}, Keys: []string{"health", "book#*"}},
		},
		{
			name: "attributes of some keys", got: table.Query("by-title", resource.Only("title"), resource.Keys("a*")),
			want: resource.Grant{
				Table: "books", Index: "by-title", Actions: []string{"dynamodb:Query"},
				Keys: []string{"a*"}, Attributes: []string{"title"},
			},
		},
		{
			name: "in transactions", got: table.Delete(resource.InTransaction()),
			want: resource.Grant{Table: "books", Actions: []string{"dynamodb:DeleteItem"}, Transaction: true},
		},
		{
			name: "read secret", got: secret.Read(),
			want: resource.Grant{Secret: "key", Actions: []string{"secretsmanager:GetSecretValue"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("grant (-want +got):\n%s", diff)
			}
		})
	}
}
