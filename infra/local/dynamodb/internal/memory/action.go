package memory

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

type actionKind uint8

const (
	put actionKind = iota + 1
	update
	remove
	check
)

// action is one requested write: a request of its own, or an element of a batch or
// of a transaction.
type action struct {
	kind  actionKind
	table string
	// key is the item's key, or the complete item for put.
	key       attr.Item
	update    *expr.Update
	condition *expr.Condition
	returnOld bool // return the item with the error if the condition fails
}

// readAction reads the members common to PutItem, UpdateItem and DeleteItem and to
// the Put, Update, Delete and ConditionCheck of a transaction.
func readAction(o *protocol.Object, kind actionKind) action {
	a := action{kind: kind, table: readTableName(o)}
	if kind == put {
		a.key = readPutItem(o)
	} else {
		a.key = readRequired(o, "Key")
	}
	members := []string{"ConditionExpression"}
	if kind == update {
		members = append(members, "UpdateExpression")
	}
	placeholders := expr.ReadPlaceholders(o, members...)
	if source, ok := o.Text("ConditionExpression"); ok {
		a.condition = readCondition(o, placeholders, "ConditionExpression", source)
	} else if kind == check {
		o.Fail(errNull("conditionExpression"))
	}
	if kind == update {
		if source, ok := o.Text("UpdateExpression"); ok {
			parsed, err := placeholders.Update(source)
			o.Fail(err)
			a.update = parsed
		}
	}
	o.Fail(placeholders.Unused())
	a.returnOld = readReturnOnFailure(o)
	return a
}

func readCondition(o *protocol.Object, placeholders *expr.Placeholders, member, source string) *expr.Condition {
	condition, err := placeholders.Condition(member, source)
	o.Fail(err)
	return condition
}

func readTableName(o *protocol.Object) string {
	name, ok := o.Text("TableName")
	if !ok {
		o.Fail(errNull("tableName"))
	} else if !validName(name) {
		o.Fail(errName(name))
	}
	return name
}

func readRequired(o *protocol.Object, name string) attr.Item {
	item, ok := attr.ReadItem(o, name)
	if !ok {
		o.Fail(errNull(name))
	}
	return item
}

// readPutItem reads the item of a put. Its size does not depend on the table, so AWS
// checks it before the table's existence.
func readPutItem(o *protocol.Object) attr.Item {
	item := readRequired(o, "Item")
	if item.Size() > maxItem {
		o.Fail(protocol.Invalidf("Item size has exceeded the maximum allowed size"))
	}
	return item
}

func readReturnOnFailure(o *protocol.Object) bool {
	return readChoice(o, "ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD") == "ALL_OLD"
}

// readChoice reads an enumeration. The first choice is the default.
func readChoice(o *protocol.Object, name string, choices ...string) string {
	value, ok := o.Text(name)
	if !ok {
		return choices[0]
	}
	if !slices.Contains(choices, value) {
		known := slices.DeleteFunc(slices.Clone(choices), func(choice string) bool { return choice == "" })
		o.Fail(protocol.Invalidf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
			value, strings.ToLower(name[:1])+name[1:], strings.Join(known, ", ")))
	}
	return value
}

func errNull(member string) error {
	return protocol.Invalidf("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}
