package access

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

var (
	books = manifest.Table{
		HashKey: manifest.Key{Name: "pk", Type: "S"}, RangeKey: &manifest.Key{Name: "sk", Type: "S"},
		Indexes: map[string]manifest.Index{"by-state": {HashKey: manifest.Key{Name: "state", Type: "S"}}},
	}
	reader = Function{Name: "local-books-get-book", OperationID: "getBook", Grants: []manifest.Grant{
		{Table: "books", Actions: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"},
			Keys: []string{"health", "book#*"}, Attributes: []string{"pk", "sk", "title", "state"}},
		{Table: "books", Index: "by-state", Actions: []string{"dynamodb:Query"}, Keys: []string{"open"}},
	}}
	writer = Function{Name: "local-books-put-book", OperationID: "putBook", Grants: []manifest.Grant{
		{Table: "books", Actions: []string{"dynamodb:PutItem", "dynamodb:ConditionCheckItem"}, Transaction: true},
		{Table: "books", Actions: []string{"dynamodb:UpdateItem"}, Keys: []string{"book#*"}},
		{Table: "books", Actions: []string{"dynamodb:UpdateItem"}, Transaction: true},
	}}
)

const (
	table = `"TableName":"local-books",`
	book  = `{"pk":{"S":"book#1"},"sk":{"S":"a"}}`
	other = `{"pk":{"S":"author#1"},"sk":{"S":"a"}}`
)

func TestDenied(t *testing.T) {
	for _, test := range []struct {
		name      string
		function  Function
		operation string
		body      string
		want      string // the declaration that is missing, or "" if the call is allowed
	}{
		{
			name: "read some attributes", function: reader, operation: "GetItem",
			body: table + `"Key":` + book + `,"ProjectionExpression":"title,#s","ExpressionAttributeNames":{"#s":"state"}`,
		},
		{
			name: "read the complete item", function: reader, operation: "GetItem", body: table + `"Key":` + book,
			want: "with no Only, or a projection in the call",
		},
		{
			name: "read another attribute", function: reader, operation: "GetItem",
			body: table + `"Key":` + book + `,"ProjectionExpression":"title,#p.x[0]","ExpressionAttributeNames":{"#p":"price"}`,
			want: `Get() of the table books, with "price" in Only`,
		},
		{
			name: "read another item", function: reader, operation: "GetItem",
			body: table + `"Key":` + other + `,"ProjectionExpression":"title"`, want: `"author#1" in Keys`,
		},
		{
			name: "read in another table", function: reader, operation: "GetItem",
			body: `"TableName":"local-authors","Key":` + other, want: `declare":"Get() of the table authors"`,
		},
		{
			name: "query with the conditions of older clients", function: reader, operation: "Query",
			body: table + `"KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"health"}]}},` +
				`"ProjectionExpression":"title"`,
		},
		{
			name: "query an expression", function: reader, operation: "Query",
			body: table + `"KeyConditionExpression":"#k = :k AND begins_with(sk, :s)","ProjectionExpression":"title",` +
				`"ExpressionAttributeNames":{"#k":"pk"},"ExpressionAttributeValues":{":k":{"S":"book#2"},":s":{"S":"a"}}`,
		},
		{
			name: "query another item", function: reader, operation: "Query",
			body: table + `"KeyConditionExpression":"pk=:k","ProjectionExpression":"title",` +
				`"ExpressionAttributeValues":{":k":{"S":"x"}}`,
			want: `Query("") of the table books, with "x" in Keys`,
		},
		{
			name: "filter by another attribute", function: reader, operation: "Query",
			body: table + `"KeyConditionExpression":"pk=:k","ProjectionExpression":"title",` +
				`"FilterExpression":"NOT size(price)>:k OR price=:k",` +
				`"ExpressionAttributeValues":{":k":{"S":"book#1"}}`,
			want: `"price" in Only`,
		},
		{
			name: "count", function: reader, operation: "Query",
			body: table + `"KeyConditionExpression":"pk=:k","Select":"COUNT","ExpressionAttributeValues":{":k":{"S":"book#1"}}`,
			want: "with no Only, or a projection in the call",
		},
		{
			name: "query an index by its own key", function: reader, operation: "Query",
			body: table + `"IndexName":"by-state","KeyConditionExpression":"#s=:s","ExpressionAttributeNames":{"#s":"state"},` +
				`"ExpressionAttributeValues":{":s":{"S":"open"}}`,
		},
		{
			name: "query another part of an index", function: reader, operation: "Query",
			body: table + `"IndexName":"by-state","KeyConditionExpression":"#s=:s","ExpressionAttributeNames":{"#s":"state"},` +
				`"ExpressionAttributeValues":{":s":{"S":"lost"}}`,
			want: `Query("by-state") of the table books, with "lost" in Keys`,
		},
		{
			name: "a batch", function: reader, operation: "BatchGetItem",
			body: `"RequestItems":{"local-books":{"Keys":[` + book + `,` + book + `],"ProjectionExpression":"title"}}`,
		},
		{
			name: "a batch with another item", function: reader, operation: "BatchGetItem",
			body: `"RequestItems":{"local-books":{"Keys":[` + book + `,` + other + `],"ProjectionExpression":"title"}}`,
			want: `"author#1" in Keys`,
		},
		{
			name: "scan", function: reader, operation: "Scan", body: table + `"ProjectionExpression":"title"`,
			want: "no operation can declare dynamodb:Scan",
		},
		{
			name: "transact", function: writer, operation: "TransactWriteItems",
			body: `"TransactItems":[{"Put":{` + table + `"Item":` + other + `}},{"ConditionCheck":{` + table + `"Key":` + book +
				`,"ConditionExpression":"attribute_exists(pk)"}},{"Update":{` + table + `"Key":` + other + `}}]`,
		},
		{
			name: "put outside a transaction", function: writer, operation: "PutItem", body: table + `"Item":` + book,
			want: "Put() of the table books, with no InTransaction",
		},
		{
			name: "update one of the keys", function: writer, operation: "UpdateItem", body: table + `"Key":` + book,
		},
		{
			name: "update another key outside a transaction", function: writer, operation: "UpdateItem",
			body: table + `"Key":` + other, want: "Update() of the table books",
		},
		{
			name: "transact what is not declared", function: writer, operation: "TransactWriteItems",
			body: `"TransactItems":[{"Delete":{` + table + `"Key":` + book + `}}]`,
			want: "Delete() of the table books",
		},
		{
			name: "write a batch", function: writer, operation: "BatchWriteItem",
			body: `"RequestItems":{"local-books":[{"PutRequest":{"Item":` + book + `}}]}`,
			want: "no operation can declare dynamodb:BatchWriteItem",
		},
		{name: "malformed", function: reader, operation: "GetItem", body: `"TableName":7`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			p := Policy{
				Region: "us-west-2", AccountID: "000000000000", Environment: "local", Log: slog.New(slog.NewJSONHandler(&log, nil)),
				Tables: map[string]manifest.Table{"local-books": books},
			}
			denied := p.Denied(test.function, "", test.operation, []byte("{"+strings.TrimSuffix(test.body, ",")+"}"))
			advice := strings.ReplaceAll(log.String(), `\"`, `"`)
			if (denied == "") != (test.want == "") || !strings.Contains(advice, test.want) {
				t.Errorf("got %q with the log %s, want %q", denied, advice, test.want)
			}
		})
	}
}

// TestDeniedInAnotherRegion calls tables in Regions of which the policy does not have them.
func TestDeniedInAnotherRegion(t *testing.T) {
	var log bytes.Buffer
	strong := books
	strong.Consistency = manifest.Strong
	p := Policy{
		Region: "ca-west-1", StrongRegion: "us-west-2", AccountID: "000000000000", Environment: "local",
		Tables: map[string]manifest.Table{"local-books": books,
			"local-claims": strong}, Log: slog.New(slog.NewJSONHandler(&log, nil)),
	}
	f := Function{Name: "local-books-take", Grants: []manifest.Grant{
		{Table: "books", Actions: []string{"dynamodb:GetItem"}}, {Table: "claims", Actions: []string{"dynamodb:GetItem"}},
	}}
	everywhere := f
	everywhere.Grants = []manifest.Grant{{Table: "claims", Actions: []string{"dynamodb:GetItem"}, Replicas: true}}
	p.StrongReplicas = []string{"us-east-1", "us-west-2"}
	if denied := p.Denied(everywhere, "us-east-1", "GetItem",
		[]byte(`{"TableName":"local-claims","Key":`+book+`}`)); denied != "" {
		t.Errorf("a grant for every replica: %s", denied)
	}
	for _, test := range []struct {
		name, signed, table string
		allowed             bool
	}{
		{name: "strongly consistent, in another member", signed: "us-east-1", table: "local-claims"},
		{name: "strongly consistent, in the nearest member", signed: "us-west-2", table: "local-claims", allowed: true},
		{name: "strongly consistent, in its own Region", signed: "ca-west-1", table: "local-claims"},
		{name: "eventually consistent, in its own Region", signed: "ca-west-1", table: "local-books", allowed: true},
		{name: "eventually consistent, in the nearest member", signed: "us-west-2", table: "local-books"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log.Reset()
			denied := p.Denied(f, test.signed, "GetItem", []byte(`{"TableName":"`+test.table+`","Key":`+book+`}`))
			refused := strings.Contains(denied, "arn:aws:dynamodb:"+test.signed+":000000000000:table/"+test.table)
			if test.allowed != (denied == "") || test.allowed == refused || test.allowed == strings.Contains(log.String(),
				"OpenTable") {
				t.Errorf("got %q with the log %s", denied, log.String())
			}
		})
	}
}

// TestDeniedHasTheMessageOfAWS compares the message with the one of AWS's user guide.
func TestDeniedHasTheMessageOfAWS(t *testing.T) {
	p := Policy{Region: "us-west-2", AccountID: "000000000000", Environment: "local", Log: slog.New(slog.DiscardHandler)}
	got := p.Denied(writer, "", "Query", []byte(`{"TableName":"local-books","IndexName":"by-state"}`))
	const want = "User: arn:aws:sts::000000000000:assumed-role/local-books-put-book-us-west-2/local-books-put-book " +
		"is not authorized to perform: dynamodb:Query on resource: " +
		"arn:aws:dynamodb:us-west-2:000000000000:table/local-books/index/by-state " +
		"because no identity-based policy allows the dynamodb:Query action"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
