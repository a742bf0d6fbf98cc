package dynamodb

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

// TestAgainstDynamoDBLocal sends the same random requests to both engines and compares
// the responses. It avoids the cases in which AWS is known to differ from DynamoDB Local;
// the scripts cover those.
func TestAgainstDynamoDBLocal(t *testing.T) {
	url := dynamodbtest.LocalURL(t)
	tables := map[string]manifest.Table{"random": conformanceTables["two"]}
	reference := openSuite(t, Config{Regions: []string{"eu-west-1"}, Tables: tables, Remote: url})
	embedded := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: tables})
	const seeds, steps = 20, 150
	for seed := range uint64(seeds) {
		g := generator{Rand: rand.New(rand.NewPCG(seed, 7)), keyPaths: true}
		for step := range steps {
			operation, body := g.request(step)
			want := canonicalNumbers(
				t,
				operation,
				body,
				send(reference.Handler("eu-west-1"), operation, body).Body.Bytes(),
			)
			got := canonicalNumbers(
				t,
				operation,
				body,
				send(embedded.Handler("eu-west-1"), operation, body).Body.Bytes(),
			)
			if got != want {
				t.Errorf("seed %d, step %d: %s %s\n     got %s\nwant %s", seed, step, operation, body, got, want)
			}
		}
	}
}

func canonicalNumbers(t *testing.T, operation, body string, response []byte) string {
	t.Helper()
	var decoded any
	if err := json.Unmarshal(response, &decoded); err != nil {
		t.Fatalf("not JSON: %s", response)
	}
	return canonical(t, scriptStep{operation: operation, request: body}, []byte(encodeJSON(withoutZeros(decoded))), "")
}

// withoutZeros formats numbers as AWS does. DynamoDB Local keeps the zero of a computed
// 3.0.
func withoutZeros(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = withoutZeros(member)
			if number, ok := member.(string); ok && name == "N" {
				if canonical, err := attr.ParseNumber(number); err == nil {
					value[name] = canonical.Text
				}
			}
		}
	case []any:
		for n := range value {
			value[n] = withoutZeros(value[n])
		}
	}
	return value
}

// generator generates random requests.
type generator struct {
	*rand.Rand
	keyPaths bool // generate paths to and into key attributes
}

func pick[T any](g generator, choices ...T) T { return choices[g.IntN(len(choices))] }

func (g generator) request(step int) (operation, body string) {
	if step%2 == 0 {
		return "PutItem", fmt.Sprintf(`{"TableName":"random","Item":%s}`, g.item())
	}
	values := &placeholders{generator: g}
	request := map[string]any{"TableName": "random"}
	key := map[string]any{"p": s("a"), "s": s(pick(g, "1", "2"))}
	switch g.IntN(6) {
	case 0:
		operation, request["Key"] = "GetItem", key
		request["ProjectionExpression"] = g.paths()
	case 1:
		operation = "Query"
		request["KeyConditionExpression"] = "p = " + values.add(
			s("a"),
		) + pick(
			g,
			"",
			" AND s >= "+values.add(s("1")),
			" AND begins_with(s, "+values.add(s("2"))+")",
		)
		request["FilterExpression"] = g.condition(values, 2)
		request["ScanIndexForward"] = pick(g, true, false)
	case 2:
		operation = "Scan"
		request["FilterExpression"] = g.condition(values, 3)
	case 3:
		operation, request["Key"] = "DeleteItem", key
		request["ConditionExpression"] = g.condition(values, 2)
		request["ReturnValues"] = "ALL_OLD"
		request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
	case 4:
		operation = "TransactWriteItems"
		g.keyPaths = false // DynamoDB Local accepts paths into keys in a ConditionCheck
		delete(request, "TableName")
		check := map[string]any{
			"TableName":                           "random",
			"Key":                                 key,
			"ConditionExpression":                 g.condition(values, 2),
			"ReturnValuesOnConditionCheckFailure": "ALL_OLD",
		}
		values.into(check)
		request["TransactItems"] = []any{
			map[string]any{"ConditionCheck": check},
			map[string]any{
				"Put": map[string]any{"TableName": "random", "Item": map[string]any{"p": s("b"), "s": s("1")}},
			},
		}
		return operation, encodeJSON(request)
	default:
		// Every update has a SET: without one, AWS and DynamoDB Local differ on missing items.
		operation, request["Key"] = "UpdateItem", map[string]any{"p": s(pick(g, "a", "u")), "s": s(pick(g, "1", "2", "3"))}
		request["UpdateExpression"] = g.update(values)
		request["ReturnValues"] = pick(g, "ALL_NEW", "ALL_OLD", "NONE")
		if g.IntN(3) == 0 {
			request["ConditionExpression"] = g.condition(values, 1)
		}
	}
	values.into(request)
	return operation, encodeJSON(request)
}

func s(text string) any { return map[string]any{"S": text} }

func (g generator) item() string {
	item := map[string]any{"p": s("a"), "s": s(pick(g, "1", "2", "22"))}
	if g.IntN(2) == 0 {
		item["p"], item["s"] = s("always"), s("1")
	}
	for _, name := range []string{"n", "t", "l", "m", "u", "v"} {
		if g.IntN(4) > 0 {
			item[name] = g.value(name)
		}
	}
	return encodeJSON(item)
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
	if g.keyPaths && g.IntN(20) == 0 {
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
		return pick(g, "n", "t", "w", "m.a", "m.zz", "m.b[0]", "m.b[9]", "m.c.a", "l[0]", "l[1]", "l[7]", "l[8]")
	}
	if g.IntN(6) == 0 {
		target = g.path
	}
	sections := []string{"SET z = " + term()}
	for g.IntN(2) == 0 {
		sections[0] += ", " + target() + " = " + term()
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
