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
	batched   bool // part of a batch
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
		members = []string{"UpdateExpression", "ConditionExpression"}
	}
	placeholders := expr.ReadPlaceholders(o, members...)
	if source, ok := o.Text("ConditionExpression"); ok {
		a.condition = readCondition(o, placeholders, "ConditionExpression", source)
	} else if kind == check {
		violateNull(o, "conditionExpression")
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
		violateNull(o, "tableName")
	} else {
		checkUsedName(o, "tableName", name)
	}
	return name
}

func readRequired(o *protocol.Object, name string) attr.Item {
	item, ok := attr.ReadItem(o, name)
	if !ok {
		violateNull(o, memberName(name))
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
	return readChoice(o, "ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD", "NONE") == "ALL_OLD"
}

// readChoice reads an enumeration, or returns otherwise if it is absent. The choices are
// in the order in which AWS lists them.
func readChoice(o *protocol.Object, name, otherwise string, choices ...string) string {
	value, ok := o.Text(name)
	if !ok {
		return otherwise
	}
	if !slices.Contains(choices, value) {
		o.Violate("Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]", value, memberName(name), strings.Join(choices, ", "))
	}
	return value
}

// memberName returns the name of a member as AWS spells it in the path of a violation.
func memberName(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func violateNull(o *protocol.Object, member string) {
	o.Violate("Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}
