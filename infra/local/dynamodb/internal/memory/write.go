package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// legacy are the parameters from before expressions. They are AWS's to answer:
// the embedded engine refuses them by name.
var legacy = []string{"Expected", "ConditionalOperator", "AttributeUpdates", "AttributesToGet", "QueryFilter", "ScanFilter"}

// mixed refuses a request that has both an expression and a legacy parameter, as
// AWS does; a legacy one alone is left for Done to refuse.
func mixed(o *protocol.Object, expressions ...string) {
	for _, expression := range expressions {
		for _, old := range append(legacy, "KeyConditions") {
			if o.Has(expression) && o.Has(old) && !(old == "KeyConditions" && expression != "KeyConditionExpression") {
				o.Fail(protocol.Invalidf("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}", old, expression))
			}
		}
	}
}

func (e *Engine) putItem(o *protocol.Object) (*result, error) {
	return e.write(o, put, "NONE", "ALL_OLD")
}

func (e *Engine) updateItem(o *protocol.Object) (*result, error) {
	return e.write(o, update, "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")
}

func (e *Engine) deleteItem(o *protocol.Object) (*result, error) {
	return e.write(o, remove, "NONE", "ALL_OLD")
}

func (e *Engine) write(o *protocol.Object, kind actionKind, returns ...string) (*result, error) {
	mixed(o, "ConditionExpression", "UpdateExpression")
	a := readAction(o, kind)
	returned := readChoice(o, "ReturnValues", returns...)
	used := readUsage(o)
	readMetrics(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c, err := e.plan(a)
	if err != nil {
		return nil, err
	}
	used.write(c, 1)
	c.apply()
	answer := map[string]any{}
	if attributes := returnValues(returned, a, c); len(attributes) > 0 {
		answer["Attributes"] = attributes
	}
	used.reportOne(answer)
	return succeed(answer)
}

// returnValues are the Attributes of the answer. UPDATED_OLD and UPDATED_NEW show
// the written paths alone, nested ones in their nesting, as AWS does; DynamoDB
// Local shows the whole top-level attribute.
func returnValues(returned string, a action, c *change) attr.Item {
	switch returned {
	case "ALL_OLD":
		return c.before.attributes()
	case "ALL_NEW":
		return c.after.attributes()
	case "UPDATED_OLD":
		return written(a, c.before)
	case "UPDATED_NEW":
		return written(a, c.after)
	default:
		return nil
	}
}

func written(a action, r *row) attr.Item {
	if a.update == nil || r == nil {
		return nil
	}
	return expr.Project(r.item, a.update.Paths())
}
