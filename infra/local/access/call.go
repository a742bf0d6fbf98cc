package access

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// call is one action on one table, as IAM sees it. A batch and a transaction are several.
type call struct {
	action, table, index string
	// keys are the values of the hash keys (dynamodb:LeadingKeys).
	keys []string
	// attributes are the top-level attributes that the request names (dynamodb:Attributes),
	// in order.
	attributes []string
	// projected is whether the request names the attributes that it wants
	// (dynamodb:Select is SPECIFIC_ATTRIBUTES).
	projected bool
	// transaction is whether TransactWriteItems encloses it (dynamodb:EnclosingOperation).
	transaction bool
	// elsewhere is whether it is made in another Region than the function's own calls.
	elsewhere bool
}

// request has the members of every operation that say what a call is about.
type request struct {
	TableName, IndexName, Select string
	Key, Item                    object

	ProjectionExpression, FilterExpression, KeyConditionExpression, ConditionExpression, UpdateExpression string

	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues object

	// Members of older clients.
	AttributesToGet                                                    []string
	KeyConditions, QueryFilter, ScanFilter, AttributeUpdates, Expected conditions
}

// conditions are conditions in the form of older clients, by attribute.
type conditions map[string]struct{ AttributeValueList []json.RawMessage }

// object is a map of attributes.
type object map[string]json.RawMessage

// hashKey returns the name of the hash key of a table, or of its index.
type hashKey func(table, index string) string

// calls returns the calls of a request.
func calls(operation string, body []byte, hash hashKey) ([]call, error) {
	switch operation {
	case "BatchGetItem":
		return batchGet(body, hash)
	case "BatchWriteItem":
		return batchWrite(body, hash)
	case "TransactWriteItems", "TransactGetItems":
		return transaction(operation, body, hash)
	}
	var r request
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	return []call{r.call(operation, hash)}, nil
}

func batchGet(body []byte, hash hashKey) ([]call, error) {
	var batch struct {
		RequestItems map[string]struct {
			request
			Keys []object
		}
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, err
	}
	var list []call
	for _, table := range slices.Sorted(maps.Keys(batch.RequestItems)) {
		part := batch.RequestItems[table]
		part.TableName = table
		c := part.call("BatchGetItem", hash)
		for _, key := range part.Keys {
			c.add(key, hash(table, ""))
		}
		list = append(list, c)
	}
	return list, nil
}

func batchWrite(body []byte, hash hashKey) ([]call, error) {
	var batch struct {
		RequestItems map[string][]struct{ PutRequest, DeleteRequest request }
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, err
	}
	var list []call
	for _, table := range slices.Sorted(maps.Keys(batch.RequestItems)) {
		c := call{action: "dynamodb:BatchWriteItem", table: table}
		for _, write := range batch.RequestItems[table] {
			c.add(write.PutRequest.Item, hash(table, ""))
			c.add(write.DeleteRequest.Key, hash(table, ""))
		}
		list = append(list, c)
	}
	return list, nil
}

// transaction returns the calls of a transaction, which needs the rights of its parts.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func transaction(operation string, body []byte, hash hashKey) ([]call, error) {
	var t struct{ TransactItems []map[string]request }
	if err := json.Unmarshal(body, &t); err != nil {
		return nil, err
	}
	var list []call
	for _, parts := range t.TransactItems {
		for kind, part := range parts {
			c := part.call(strings.TrimSuffix(kind, "Item")+"Item", hash)
			c.transaction = operation == "TransactWriteItems"
			list = append(list, c)
		}
	}
	return list, nil
}

// call returns the request as a call of an operation.
func (r request) call(operation string, hash hashKey) call {
	c := call{
		action: "dynamodb:" + operation, table: r.TableName, index: r.IndexName,
		projected: (r.ProjectionExpression != "" || len(r.AttributesToGet) > 0) && r.Select != "COUNT",
	}
	key := hash(r.TableName, r.IndexName)
	c.add(r.Key, key)
	c.add(r.Item, key)
	if condition, ok := r.KeyConditions[key]; ok && len(condition.AttributeValueList) > 0 {
		c.keys = append(c.keys, text(condition.AttributeValueList[0]))
	}
	if value, ok := r.equal(key); ok {
		c.keys = append(c.keys, text(value))
	}
	c.attributes = append(c.attributes, r.AttributesToGet...)
	for _, expression := range []string{
		r.ProjectionExpression, r.FilterExpression, r.KeyConditionExpression, r.ConditionExpression, r.UpdateExpression,
	} {
		c.attributes = append(c.attributes, r.names(expression)...)
	}
	for _, older := range []conditions{r.KeyConditions, r.QueryFilter, r.ScanFilter, r.AttributeUpdates, r.Expected} {
		c.attributes = slices.AppendSeq(c.attributes, maps.Keys(older))
	}
	slices.Sort(c.attributes)
	c.attributes = slices.Compact(c.attributes)
	return c
}

// add adds the attributes of an item or a key, with the hash key.
func (c *call) add(item object, hash string) {
	c.attributes = slices.AppendSeq(c.attributes, maps.Keys(item))
	if value, ok := item[hash]; ok {
		c.keys = append(c.keys, text(value))
	}
}

// text returns the text of an attribute value, whatever its type.
func text(value json.RawMessage) string {
	var typed map[string]any
	if json.Unmarshal(value, &typed) != nil {
		return ""
	}
	for _, v := range typed {
		return fmt.Sprint(v)
	}
	return ""
}

var (
	token = regexp.MustCompile(`[.:#]?[A-Za-z_#][A-Za-z0-9_]*\s*\(?`)
	equal = regexp.MustCompile(`([#A-Za-z_][A-Za-z0-9_]*)\s*=\s*(:[A-Za-z0-9_]+)`)
)

// keywords are the keywords of expressions.
var keywords = []string{"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"}

// names returns the top-level attributes in an expression.
func (r request) names(expression string) []string {
	var names []string
	for _, found := range token.FindAllString(expression, -1) {
		name := strings.TrimSpace(found)
		if strings.HasSuffix(name, "(") || name[0] == '.' || name[0] == ':' || slices.Contains(keywords, strings.ToUpper(name)) {
			continue // a function, a member of a map, a value, or a keyword
		}
		names = append(names, r.name(name))
	}
	return names
}

// name returns the attribute of a name in an expression.
func (r request) name(name string) string {
	if full, ok := r.ExpressionAttributeNames[name]; ok {
		return full
	}
	return name
}

// equal returns the value that a key condition requires of the hash key.
func (r request) equal(hash string) (json.RawMessage, bool) {
	for _, found := range equal.FindAllStringSubmatch(r.KeyConditionExpression, -1) {
		if r.name(found[1]) == hash {
			value, ok := r.ExpressionAttributeValues[found[2]]
			return value, ok
		}
	}
	return nil, false
}
