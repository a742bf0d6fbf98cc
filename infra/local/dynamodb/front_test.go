package dynamodb

import (
	"encoding/json"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// ask sends one request past the network.
func ask(h http.Handler, operation, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// errorOf is an answer's error type without its prefix; empty for none.
func errorOf(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Type string `json:"__type"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("not JSON: %q", w.Body)
	}
	return answer.Type[strings.LastIndexByte(answer.Type, '#')+1:]
}

func TestFront(t *testing.T) {
	w := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")})
	h := w.Handler("eu-west-1")
	for _, c := range []struct {
		name, operation, body string
		status                int
		kind                  string
	}{
		{"answer", "ListTables", `{}`, 200, ""},
		{"no JSON", "GetItem", `{`, 400, "SerializationException"},
		{"nothing", "GetItem", ``, 400, "SerializationException"},
		{"null", "GetItem", `null`, 400, "SerializationException"},
		{"a list", "GetItem", `[]`, 400, "SerializationException"},
		{"two objects", "ListTables", `{}{}`, 400, "SerializationException"},
		{"not UTF-8", "ListTables", "{\"a\":\"\xff\"}", 400, "SerializationException"},
		{"wrong shape", "GetItem", `{"TableName":1}`, 400, "SerializationException"},
		{"wrong shape below", "PutItem", `{"TableName":"test-counters","Item":[]}`, 400, "SerializationException"},
		{"wrong shape of a value", "PutItem", `{"TableName":"test-counters","Item":{"id":{"S":1}}}`, 400, "SerializationException"},
		{"no base64", "PutItem", `{"TableName":"test-counters","Item":{"id":{"S":"a"},"b":{"B":"*"}}}`, 400, "SerializationException"},
		{"no table", "GetItem", `{"TableName":"nowhere","Key":{"id":{"S":"a"}}}`, 400, "ResourceNotFoundException"},
		{"another case", "GetItem", `{"tablename":"test-counters"}`, 400, "ValidationException"},
		{"no such operation", "MakeCoffee", `{}`, 400, "UnknownOperationException"},
		{"no operation", "", `{}`, 400, "UnknownOperationException"},
		{"too large", "PutItem", `{"a":"` + strings.Repeat("x", maxRequest) + `"}`, 400, "ValidationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := ask(h, c.operation, c.body)
			if answer.Code != c.status || errorOf(t, answer) != c.kind {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
			if got := answer.Header().Get("X-Amz-Crc32"); got != strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer.Body.Bytes())), 10) {
				t.Errorf("checksum %s of %s", got, answer.Body)
			}
			if answer.Header().Get("Content-Type") != "application/x-amz-json-1.0" || len(answer.Header().Get("X-Amzn-RequestId")) < 20 {
				t.Errorf("headers %v", answer.Header())
			}
		})
	}
	t.Run("GET", func(t *testing.T) {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		if answer.Code != 400 || errorOf(t, answer) != "UnknownOperationException" {
			t.Errorf("got %d %s", answer.Code, answer.Body)
		}
	})
	t.Run("no such Region", func(t *testing.T) {
		if answer := ask(w.Handler("mars-1"), "ListTables", `{}`); answer.Code != 400 || !strings.Contains(answer.Body.String(), "mars-1") {
			t.Errorf("got %d %s", answer.Code, answer.Body)
		}
	})
}

// TestRefusals holds that what the engine would have to ignore is refused by name.
func TestRefusals(t *testing.T) {
	w := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")})
	h := w.Handler("eu-west-1")
	const table, key, item = `"TableName":"test-counters"`, `"Key":{"id":{"S":"a"}}`, `"Item":{"id":{"S":"a"}}`
	const create = `"TableName":"other","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]`
	for _, c := range []struct{ operation, body, names string }{
		{"GetItem", table + `,` + key + `,"AttributesToGet":["a"]`, "AttributesToGet"},
		{"PutItem", table + `,` + item + `,"Expected":{"id":{"Exists":false}}`, "Expected"},
		{"PutItem", table + `,` + item + `,"Bogus":1`, "Bogus"},
		{"UpdateItem", table + `,` + key + `,"AttributeUpdates":{"n":{"Value":{"N":"1"}}}`, "AttributeUpdates"},
		{"DeleteItem", table + `,` + key + `,"Expected":{"n":{"Value":{"N":"1"}}},"ConditionalOperator":"OR"`, "ConditionalOperator"},
		{"Query", table + `,"KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},"QueryFilter":{}`, "QueryFilter"},
		{"Query", table + `,"KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}],"X":1}}`, "KeyConditions.id.X"},
		{"Scan", table + `,"ScanFilter":{}`, "ScanFilter"},
		{"Scan", table + `,"AttributesToGet":["a"]`, "AttributesToGet"},
		{"BatchGetItem", `"RequestItems":{"test-counters":{"Keys":[{"id":{"S":"a"}}],"AttributesToGet":["a"]}}`, "RequestItems.test-counters.AttributesToGet"},
		{"BatchWriteItem", `"RequestItems":{"test-counters":[{"PutRequest":{` + item + `,"ConditionExpression":"a"}}]}`, "ConditionExpression"},
		{"TransactWriteItems", `"TransactItems":[{"Put":{` + table + `,` + item + `,"ReturnValues":"ALL_OLD"}}]`, "TransactItems.Put.ReturnValues"},
		{"TransactGetItems", `"TransactItems":[{"Get":{` + table + `,` + key + `,"ConsistentRead":true}}]`, "TransactItems.Get.ConsistentRead"},
		{"CreateTable", create + `,"LocalSecondaryIndexes":[]`, "LocalSecondaryIndexes"},
		{"CreateTable", create + `,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}`, "StreamSpecification"},
		{"CreateTable", create + `,"DeletionProtectionEnabled":true`, "DeletionProtectionEnabled"},
		{"CreateTable", create + `,"Tags":[]`, "Tags"},
		{"UpdateTable", table, "UpdateTable"},
		{"ExecuteStatement", `"Statement":"SELECT * FROM x"`, "ExecuteStatement"},
	} {
		answer := ask(h, c.operation, `{`+c.body+`}`)
		var refused struct{ Message string }
		if err := json.Unmarshal(answer.Body.Bytes(), &refused); err != nil {
			t.Fatal(err)
		}
		if answer.Code != 400 || !strings.Contains(refused.Message, "does not support") || !strings.Contains(refused.Message, c.names) || !strings.Contains(refused.Message, "DynamoDB Local") {
			t.Errorf("%s {%s}: %d %s, want it to name %s", c.operation, c.body, answer.Code, answer.Body, c.names)
		}
	}
	if answer := ask(h, "CreateTable", `{`+create+`,"StreamSpecification":{"StreamEnabled":false},"DeletionProtectionEnabled":false}`); answer.Code != 200 {
		t.Errorf("switches that are off: %s", answer.Body)
	}
}

// FuzzFront sends hostile requests: whatever comes, the answer is JSON, an error
// has its type, and nothing panics (which would be answered with 500).
func FuzzFront(f *testing.F) {
	w := openTest(f, Config{Regions: []string{"eu-west-1", "us-east-1"}, Tables: conformanceTables})
	h := w.Handler("eu-west-1")
	operations := []string{
		"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "TransactGetItems",
		"TransactWriteItems", "CreateTable", "DescribeTable", "DeleteTable", "ListTables", "DescribeTimeToLive", "UpdateTimeToLive",
	}
	for _, body := range hostile {
		for operation := range operations {
			f.Add(operation, body)
		}
	}
	f.Fuzz(func(t *testing.T, n int, body string) {
		operation := operations[uint(n)%uint(len(operations))]
		answer := ask(h, operation, body)
		switch kind := errorOf(t, answer); {
		case answer.Code == 200 && kind == "":
		case answer.Code == 400 && kind != "":
		default:
			t.Errorf("%s %q: %d %s", operation, body, answer.Code, answer.Body)
		}
	})
}

var hostile = []string{
	``, `null`, `[]`, `0`, `""`, `{`, `{}`, `{"TableName":null}`, `{"TableName":{}}`, `{"TableName":"two"}`,
	`{"TableName":"two","Key":null}`, `{"TableName":"two","Key":{"p":null,"s":{}}}`, `{"TableName":"two","Key":{"p":{"S":null},"s":{"S":"b"}}}`,
	`{"TableName":"two","Key":{"p":{"S":"a"},"s":{"S":"b"}},"Item":{"p":{"S":"a"},"s":{"S":"b"}}}`,
	`{"TableName":"two","Key":{"p":{"S":"a"},"s":{"S":"b"}},"UpdateExpression":"SET a[0] = :x, b.c = if_not_exists(d, :x) REMOVE e[9999999999]","ExpressionAttributeValues":{":x":{"N":"1"}}}`,
	`{"TableName":"two","Key":{"p":{"S":"a"},"s":{"S":"b"}},"UpdateExpression":"SET","ConditionExpression":"((((((a"}`,
	`{"TableName":"two","Key":{"p":{"S":"a"},"s":{"S":"b"}},"ConditionExpression":"` + strings.Repeat("(", 4000) + `"}`,
	`{"TableName":"two","Key":{"p":{"S":"a"},"s":{"S":"b"}},"ConditionExpression":"` + strings.Repeat("NOT ", 1000) + `a = b"}`,
	`{"TableName":"two","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"L":[]}}}`,
	`{"TableName":"two","KeyConditionExpression":"p = :p AND begins_with(s, :p)","ExpressionAttributeValues":{":p":{"S":"a"}},"ExclusiveStartKey":{"p":{"S":"a"},"s":{"S":"b"}},"Limit":1,"ScanIndexForward":false}`,
	`{"TableName":"two","KeyConditions":{"p":{"ComparisonOperator":"BETWEEN"}}}`, `{"TableName":"two","KeyConditions":{"p":null}}`,
	`{"TableName":"two","KeyConditions":{"p":{"ComparisonOperator":"EQ","AttributeValueList":{}}}}`,
	`{"TableName":"two","IndexName":"all","Segment":0,"TotalSegments":1000000,"Limit":2147483647}`,
	`{"TableName":"two","Segment":-9223372036854775808,"TotalSegments":9223372036854775807}`, `{"TableName":"two","Limit":1e400}`, `{"TableName":"two","Limit":1.5}`,
	`{"TableName":"num","Item":{"p":{"S":"a"},"s":{"N":"1e-130"},"n":{"NS":["1e125","-0"]}}}`, `{"TableName":"num","Item":{"p":{"S":"a"},"s":{"N":"1e999999999999999999999"}}}`,
	`{"TableName":"bin","Item":{"p":{"S":"a"},"s":{"B":"////"}}}`,
	`{"TableName":"one","Item":{"p":{"S":"a"},"l":` + strings.Repeat(`{"L":[`, 500) + `{"S":"x"}` + strings.Repeat(`]}`, 500) + `}}`,
	`{"TableName":"one","Item":{"p":{"S":"\ud800\u0000"},"\u0000":{"BOOL":true}}}`,
	`{"RequestItems":null}`, `{"RequestItems":[]}`, `{"RequestItems":{"one":null}}`, `{"RequestItems":{"one":{}}}`, `{"RequestItems":{"one":[null]}}`,
	`{"RequestItems":{"one":[{"PutRequest":{"Item":{"p":{"S":"a"}}}},{"DeleteRequest":{"Key":{"p":{"S":"b"}}}}]}}`, `{"RequestItems":{"one":{"Keys":[{"p":{"S":"a"}}],"ProjectionExpression":"a[0].b"}}}`,
	`{"TransactItems":null}`, `{"TransactItems":[{}]}`, `{"TransactItems":[{"Put":null,"Get":{"TableName":"one","Key":{"p":{"S":"a"}}}}]}`,
	`{"TransactItems":[{"Put":{"TableName":"one","Item":{"p":{"S":"a"}}}},{"Update":{"TableName":"one","Key":{"p":{"S":"b"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}],"ClientRequestToken":"t"}`,
	`{"TransactItems":[{"ConditionCheck":{"TableName":"one","Key":{"p":{"S":"a"}},"ConditionExpression":"size(p) BETWEEN p AND p"}}]}`,
	`{"TableName":"new-table","KeySchema":[{}],"AttributeDefinitions":[{}],"GlobalSecondaryIndexes":[{}]}`,
	`{"TableName":"new-table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`,
	`{"TableName":"new-table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"id"}}`, `{"TimeToLiveSpecification":[]}`,
	`{"Limit":0,"ExclusiveStartTableName":""}`,
}
