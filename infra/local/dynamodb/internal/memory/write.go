package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// legacy lists the parameters that expressions have replaced. The engine refuses
// them by name. Source: "Legacy conditional parameters",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
var legacy = []string{"Expected", "ConditionalOperator", "AttributeUpdates", "AttributesToGet", "QueryFilter", "ScanFilter"}

// refuseMixed refuses a request that has both an expression and a legacy parameter,
// as AWS does. A request with only legacy parameters is refused by Done.
func refuseMixed(o *protocol.Object, expressions ...string) {
	for _, expression := range expressions {
		for _, old := range append(legacy, "KeyConditions") {
			if o.Has(expression) && o.Has(old) && !(old == "KeyConditions" && expression != "KeyConditionExpression") {
				o.Raw(old) // not refused by Done, because AWS refuses the combination
				o.Fail(protocol.Invalidf("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}", old, expression))
			}
		}
	}
}

func (e *Engine) putItem(tx *store.Tx, o *protocol.Object) (*result, error) {
	return e.write(tx, o, put)
}

func (e *Engine) updateItem(tx *store.Tx, o *protocol.Object) (*result, error) {
	return e.write(tx, o, update)
}

func (e *Engine) deleteItem(tx *store.Tx, o *protocol.Object) (*result, error) {
	return e.write(tx, o, remove)
}

func (e *Engine) write(tx *store.Tx, o *protocol.Object, kind actionKind) (*result, error) {
	refuseMixed(o, "ConditionExpression", "UpdateExpression")
	a := readAction(o, kind)
	var returned string
	var used *usage
	if kind == update { // AWS reports violations in this order
		used, returned = readUsage(o), readReturnValues(o, kind)
	} else {
		returned, used = readReturnValues(o, kind), readUsage(o)
	}
	collections := readMetrics(o)
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
	c.apply(e.options.Now(), tx)
	collections.write(c)
	response := map[string]any{}
	if attributes := returnValues(returned, a, c); len(attributes) > 0 {
		response["Attributes"] = attributes
	}
	used.reportOne(response)
	collections.reportOne(response)
	return success(response)
}

func readReturnValues(o *protocol.Object, kind actionKind) string {
	const nothing, allOld = "NONE", "ALL_OLD"
	value := readChoice(o, "ReturnValues", nothing, "ALL_NEW", "UPDATED_OLD", allOld, nothing, "UPDATED_NEW")
	if kind != update && value != nothing && value != allOld {
		o.Fail(protocol.Invalidf("ReturnValues can only be %s or %s", allOld, nothing))
	}
	return value
}

// returnValues returns the Attributes of the response. UPDATED_OLD and UPDATED_NEW
// select the written paths only, in their nesting, as AWS does; DynamoDB Local
// returns the whole top-level attributes.
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
	return expr.Project(r.item, a.update.Targets())
}
