package dynamodb

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator generates random requests.
type generator struct{ *rand.Rand }

func pick[T any](g generator, choices ...T) T { return choices[g.IntN(len(choices))] }

func (g generator) request(step int) (operation, body string) {
	if step%2 == 0 {
		return "PutItem", encodeJSON(map[string]any{"TableName": "random", "Item": g.item()})
	}
	values := &placeholders{generator: g}
	request := map[string]any{"TableName": "random"}
	switch g.IntN(9) {
	case 0:
		operation, request["Key"] = "GetItem", g.key()
		request["ProjectionExpression"] = g.paths()
	case 1:
		operation = "Query"
		g.query(request, values)
	case 2:
		operation = "Scan"
		request["FilterExpression"] = g.condition(values, 3)
		if g.IntN(3) == 0 {
			request["IndexName"] = pick(g, "str", "num", "bin", "local")
		}
	case 3:
		operation, request["Key"] = "DeleteItem", g.key()
		request["ConditionExpression"] = g.condition(values, 2)
		request["ReturnValues"] = "ALL_OLD"
		request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
	case 4:
		return "TransactWriteItems", encodeJSON(map[string]any{"TransactItems": g.transaction()})
	case 5:
		operation = "Query"
		g.indexQuery(request, values)
	case 6:
		return "BatchWriteItem", encodeJSON(map[string]any{"RequestItems": map[string]any{"random": []any{
			map[string]any{"PutRequest": map[string]any{"Item": g.item()}},
			map[string]any{"DeleteRequest": map[string]any{"Key": g.key()}},
		}}})
	case 7:
		get := map[string]any{"Keys": []any{g.key(), g.key()}, "ProjectionExpression": g.paths()}
		return "BatchGetItem", encodeJSON(map[string]any{"RequestItems": map[string]any{"random": get}})
	default:
		operation, request["Key"] = "UpdateItem", g.key()
		request["UpdateExpression"] = g.update(values)
		request["ReturnValues"] = pick(g, "ALL_NEW", "ALL_OLD", "NONE", "UPDATED_NEW", "UPDATED_OLD")
		if g.IntN(3) == 0 {
			request["ConditionExpression"] = g.condition(values, 1)
		}
	}
	values.into(request)
	return operation, encodeJSON(request)
}

// key returns the key of one of a few items, which may be missing.
func (g generator) key() map[string]any {
	return map[string]any{"p": s(pick(g, "a", "a", "u")), "s": s(pick(g, "1", "2", "3"))}
}

func (g generator) query(request map[string]any, values *placeholders) {
	condition := "p = " + values.add(s("a"))
	condition += pick(g, "", " AND s >= "+values.add(s("1")), " AND begins_with(s, "+values.add(s("2"))+")")
	request["KeyConditionExpression"] = condition
	request["FilterExpression"] = g.condition(values, 2)
	request["ScanIndexForward"] = pick(g, true, false)
}

func (g generator) indexQuery(request map[string]any, values *placeholders) {
	index := pick(g, "str", "num", "bin", "local")
	request["IndexName"] = index
	switch index {
	case "str":
		condition := "g = " + values.add(g.indexKey("g"))
		operator := pick(g, "<", "<=", "=", ">", ">=")
		request["KeyConditionExpression"] = condition + pick(g, "", " AND r "+operator+" "+values.add(g.indexKey("r")))
	case "num":
		request["KeyConditionExpression"] = "r = " + values.add(g.indexKey("r"))
	case "local":
		condition := "p = " + values.add(s(pick(g, "a", "u")))
		operator := pick(g, "<", "<=", "=", ">", ">=")
		request["KeyConditionExpression"] = condition + pick(g, "", " AND r "+operator+" "+values.add(g.indexKey("r")))
		request["ConsistentRead"] = pick(g, true, false)
		if g.IntN(3) == 0 {
			request["Select"] = "ALL_ATTRIBUTES"
			return
		}
	case "bin":
		condition := "b = " + values.add(g.indexKey("b"))
		request["KeyConditionExpression"] = condition + pick(g, "", " AND begins_with(g, "+values.add(s("x"))+")")
	}
	request["Select"] = pick(g, "COUNT", "ALL_PROJECTED_ATTRIBUTES")
}

// indexKey returns a value of an index key, rarely of a wrong type.
func (g generator) indexKey(name string) any {
	if g.IntN(15) == 0 {
		name = pick(g, "g", "r", "b")
	}
	switch name {
	case "g":
		return s(pick(g, "x", "xy", "y"))
	case "r":
		return map[string]any{"N": pick(g, "-1", "0", "1.5", "20")}
	default:
		return map[string]any{"B": pick(g, "AA==", "AP8=", "/w==")}
	}
}

// transaction returns the actions of a transaction on three items.
func (g generator) transaction() []any {
	conditional := func(action map[string]any) map[string]any {
		values := &placeholders{generator: g}
		action["TableName"] = "random"
		action["ConditionExpression"] = g.condition(values, 1)
		action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
		if _, ok := action["UpdateExpression"]; ok {
			action["UpdateExpression"] = g.update(values)
		}
		values.into(action)
		return action
	}
	put := g.item()
	put["p"] = s("b")
	actions := []any{
		map[string]any{"ConditionCheck": conditional(map[string]any{"Key": g.key()})},
		map[string]any{"Put": map[string]any{"TableName": "random", "Item": put}},
	}
	update := map[string]any{"p": s("t"), "s": s(pick(g, "1", "2"))}
	if g.IntN(2) == 0 {
		action := conditional(map[string]any{"Key": update, "UpdateExpression": ""})
		actions = append(actions, map[string]any{"Update": action})
	} else {
		actions = append(actions, map[string]any{"Delete": conditional(map[string]any{"Key": update})})
	}
	return actions
}

func s(text string) any { return map[string]any{"S": text} }

func (g generator) item() map[string]any {
	item := map[string]any{"p": s("a"), "s": s(pick(g, "1", "2", "22"))}
	if g.IntN(2) == 0 {
		item["p"], item["s"] = s("u"), s("1")
	}
	for _, name := range []string{"n", "t", "l", "m", "u", "v"} {
		if g.IntN(4) > 0 {
			item[name] = g.value(name)
		}
	}
	for _, name := range []string{"g", "r", "b"} {
		if g.IntN(2) > 0 {
			item[name] = g.indexKey(name)
		}
	}
	return item
}

// value returns a random value, mostly of the type that belongs to the attribute's name.
func (g generator) value(name string) any {
	if g.IntN(6) == 0 {
		name = pick(g, "n", "t", "l", "m", "u", "v", "x")
	}
	// Only canonical numbers: DynamoDB Local does not convert numbers in lists and maps.
	number := func() any {
		return map[string]any{"N": pick(g, "0", "1", "-1", "1.5", "2000", "0.1", "12345678901234567890")}
	}
	str := func() any { return s(pick(g, "", "a", "ab", "b", "1")) }
	switch name {
	case "n":
		return number()
	case "t":
		return str()
	case "l":
		return map[string]any{
			"L": []any{number(), str(), map[string]any{"M": map[string]any{"a": number()}}}[:g.IntN(4)],
		}
	case "m":
		return map[string]any{
			"M": map[string]any{
				"a": number(),
				"b": map[string]any{"L": []any{str(), number()}},
				"c": map[string]any{"M": map[string]any{"a": str()}},
			},
		}
	case "u":
		return map[string]any{"SS": pick(g, []string{"a"}, []string{"a", "b"}, []string{"b", "c", ""})}
	case "v":
		return map[string]any{"NS": pick(g, []string{"1"}, []string{"1", "2"}, []string{"0.1", "3"})}
	default:
		return pick(
			g,
			any(map[string]any{"BOOL": true}),
			any(map[string]any{"NULL": true}),
			any(map[string]any{"B": "AP8="}),
		)
	}
}

func (g generator) path() string {
	if g.IntN(20) == 0 {
		return pick(g, "p", "s", "g", "p.x", "s[0]", "g.x", "r[0].x")
	}
	return pick(
		g,
		"n",
		"t",
		"l",
		"m",
		"u",
		"v",
		"l[0]",
		"l[1]",
		"l[2].a",
		"l[7]",
		"m.a",
		"m.b",
		"m.b[0]",
		"m.b[1]",
		"m.c.a",
		"m.zz",
		"absent",
		"absent.a",
		"t.a",
		"n[0]",
	)
}

func (g generator) paths() string {
	paths := []string{g.path()}
	for g.IntN(2) == 0 {
		paths = append(paths, g.path())
	}
	return strings.Join(paths, ", ")
}

func (g generator) operand(values *placeholders) string {
	switch g.IntN(5) {
	case 0, 1:
		return g.path()
	case 2:
		return "size(" + g.path() + ")"
	default:
		return values.add(g.value(pick(g, "n", "t", "l", "m", "u", "v")))
	}
}

func (g generator) condition(values *placeholders, depth int) string {
	if depth > 0 && g.IntN(2) == 0 {
		left, right := g.condition(values, depth-1), g.condition(values, depth-1)
		return pick(
			g,
			left+" AND "+right,
			left+" OR "+right,
			"NOT "+left,
			"("+left+" OR "+right+") AND NOT ("+right+" AND "+left+")",
		)
	}
	scalar := func() string { return values.add(g.value(pick(g, "n", "t"))) }
	switch g.IntN(9) {
	case 0:
		return pick(g, "attribute_exists", "attribute_not_exists") + "(" + g.path() + ")"
	case 1:
		return "attribute_type(" + g.path() + ", " + values.add(s(pick(g, "N", "S", "L", "M", "SS", "NULL"))) + ")"
	case 2:
		return "begins_with(" + g.path() + ", " + values.add(g.value("t")) + ")"
	case 3:
		return "contains(" + g.path() + ", " + g.operand(values) + ")"
	case 4:
		return g.path() + " BETWEEN " + scalar() + " AND " + scalar()
	case 5:
		return g.operand(values) + " IN (" + g.operand(values) + ", " + g.operand(values) + ")"
	default:
		return g.operand(values) + " " + pick(g, "=", "<>", "<", "<=", ">", ">=") + " " + g.operand(values)
	}
}

// update returns a random update, mostly one that suits the generated items.
func (g generator) update(values *placeholders) string {
	number := func() string {
		return pick(
			g,
			values.add(g.value("n")),
			"if_not_exists("+pick(g, "n", "m.a", "absent")+", "+values.add(g.value("n"))+")",
		)
	}
	list := func() string {
		return pick(g, values.add(g.value("l")), "if_not_exists(l, "+values.add(g.value("l"))+")")
	}
	term := func() string {
		return pick(g, number(), number()+pick(g, " + ", " - ")+number(), "list_append("+list()+", "+list()+")",
			"if_not_exists("+g.path()+", "+values.add(g.value("t"))+")", values.add(g.value("m")))
	}
	if g.IntN(4) == 0 {
		term = func() string {
			return pick(g, g.path(), g.path()+" + "+number(), "list_append("+g.path()+", "+list()+")")
		}
	}
	target := func() string {
		return pick(g, "n", "t", "w", "m.a", "m.zz", "m.b[0]", "m.b[9]", "m.c.a", "l[0]", "l[1]", "l[7]", "l[8]", "g", "r")
	}
	if g.IntN(6) == 0 {
		target = g.path
	}
	var sections []string
	if g.IntN(4) > 0 {
		set := "SET z = " + term()
		for g.IntN(2) == 0 {
			set += ", " + target() + " = " + term()
		}
		sections = append(sections, set)
	}
	if g.IntN(2) == 0 {
		sections = append(sections, "REMOVE "+target()+pick(g, "", ", l[2]", ", m.b[1]"))
	}
	if g.IntN(3) == 0 {
		name := pick(g, "n", "u", "v")
		sections = append(sections, "ADD "+pick(g, name, "absent", target())+" "+values.add(g.value(name)))
	}
	if g.IntN(3) == 0 {
		name := pick(g, "u", "v")
		sections = append(sections, "DELETE "+pick(g, name, "absent", target())+" "+values.add(g.value(name)))
	}
	if sections == nil {
		sections = []string{"REMOVE " + target()}
	}
	g.Shuffle(len(sections), func(i, j int) { sections[i], sections[j] = sections[j], sections[i] })
	return strings.Join(sections, " ")
}

// placeholders contains the :values of a request. Unused ones are not sent.
type placeholders struct {
	generator
	values map[string]any
}

func (p *placeholders) add(value any) string {
	if p.values == nil {
		p.values = map[string]any{}
	}
	name := fmt.Sprintf(":v%d", len(p.values))
	p.values[name] = value
	return name
}

func (p *placeholders) into(request map[string]any) {
	all := encodeJSON(request)
	for name := range p.values {
		if !strings.Contains(all+" ", name+" ") && !strings.Contains(all, name+",") &&
			!strings.Contains(all, name+")") &&
			!strings.Contains(all, name+`"`) {
			delete(p.values, name)
		}
	}
	if len(p.values) > 0 {
		request["ExpressionAttributeValues"] = json.RawMessage(encodeJSON(p.values))
	}
}
