package dynamodb

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// send sends one request to the handler directly, without a network.
func send(h http.Handler, operation, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// mustSend sends a request and fails the test unless it succeeds.
func mustSend(t testing.TB, h http.Handler, operation, body string) *httptest.ResponseRecorder {
	t.Helper()
	response := send(h, operation, body)
	if response.Code != http.StatusOK {
		t.Fatalf("%s %s: %d %s", operation, body, response.Code, response.Body)
	}
	return response
}

// errorType returns the error type of a response without its prefix, or an empty
// string if the response is not an error.
func errorType(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var response struct {
		Type string `json:"__type"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &response); err != nil {
		t.Fatalf("not JSON: %q", w.Body)
	}
	return response.Type[strings.LastIndexByte(response.Type, '#')+1:]
}

func TestHandler(t *testing.T) {
	w := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")})
	h := w.Handler("eu-west-1")
	const malformed, invalid = "SerializationException", "ValidationException"
	const put = `{"TableName":"test-counters","Item":`
	for _, test := range []struct {
		name, operation, body string
		want                  string // error type, or empty for a success
	}{
		{name: "success", operation: "ListTables", body: `{}`},
		{name: "truncated JSON", operation: "GetItem", body: `{`, want: malformed},
		{name: "empty body", operation: "GetItem", body: ``, want: malformed},
		{name: "null", operation: "GetItem", body: `null`, want: malformed},
		{name: "list", operation: "GetItem", body: `[]`, want: malformed},
		{name: "two objects", operation: "ListTables", body: `{}{}`, want: malformed},
		{name: "invalid UTF-8", operation: "ListTables", body: "{\"a\":\"\xff\"}", want: malformed},
		{name: "member of the wrong type", operation: "GetItem", body: `{"TableName":1}`, want: malformed},
		{name: "item of the wrong type", operation: "PutItem", body: put + `[]}`, want: malformed},
		{name: "value of the wrong type", operation: "PutItem", body: put + `{"id":{"S":1}}}`, want: malformed},
		{name: "invalid base64", operation: "PutItem", body: put + `{"id":{"S":"a"},"b":{"B":"*"}}}`, want: malformed},
		{
			name: "unknown table", operation: "GetItem", body: `{"TableName":"nowhere","Key":{"id":{"S":"a"}}}`,
			want: "ResourceNotFoundException",
		},
		{name: "member in the wrong case", operation: "GetItem", body: `{"tablename":"test-counters"}`, want: invalid},
		{name: "unknown operation", operation: "MakeCoffee", body: `{}`, want: "UnknownOperationException"},
		{name: "no operation", operation: "", body: `{}`, want: "UnknownOperationException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := send(h, test.operation, test.body)
			status := http.StatusBadRequest
			if test.want == "" {
				status = http.StatusOK
			}
			if response.Code != status || errorType(t, response) != test.want {
				t.Errorf("got %d %s, want %d %s", response.Code, response.Body, status, test.want)
			}
			checksum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(response.Body.Bytes())), 10)
			if got := response.Header().Get("X-Amz-Crc32"); got != checksum {
				t.Errorf("X-Amz-Crc32 is %s, want %s", got, checksum)
			}
			if got := response.Header().Get("Content-Type"); got != "application/x-amz-json-1.0" {
				t.Errorf("Content-Type is %q", got)
			}
			if got := response.Header().Get("X-Amzn-RequestId"); len(got) < 20 {
				t.Errorf("X-Amzn-RequestId is %q", got)
			}
		})
	}
	t.Run("GET", func(t *testing.T) {
		response := httptest.NewRecorder()
		h.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/", nil))
		if response.Code != 400 || errorType(t, response) != "UnknownOperationException" {
			t.Errorf("got %d %s", response.Code, response.Body)
		}
	})
	t.Run("body over the limit", func(t *testing.T) {
		response := send(h, "PutItem", strings.Repeat("1", maxRequest+1))
		if response.Code != http.StatusRequestEntityTooLarge || response.Body.String() != `{"Message":""}` {
			t.Errorf("got %d %s, want 413", response.Code, response.Body)
		}
	})
	t.Run("body at the limit", func(t *testing.T) {
		body := `{"TableName":"test-counters","Key":{"id":{"S":"a"}}`
		mustSend(t, h, "GetItem", body+strings.Repeat(" ", maxRequest-len(body)-1)+"}")
	})
	t.Run("unknown Region", func(t *testing.T) {
		response := send(w.Handler("mars-1"), "ListTables", `{}`)
		if response.Code != 400 || !strings.Contains(response.Body.String(), "mars-1") {
			t.Errorf("got %d %s", response.Code, response.Body)
		}
	})
}

// TestUnsupportedFeatures checks that features that the engine does not implement are
// refused by name.
func TestUnsupportedFeatures(t *testing.T) {
	w := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")})
	h := w.Handler("eu-west-1")
	const get = `{"TableName":"test-counters","Key":{"id":{"S":"a"}}`
	const put = `{"TableName":"test-counters","Item":{"id":{"S":"a"}}`
	const equal = `{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]`
	const create = `{"TableName":"other","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]`
	for _, test := range []struct {
		operation, body string
		feature         string // named in the error
	}{
		{operation: "GetItem", body: get + `,"AttributesToGet":["a"]}`, feature: "AttributesToGet"},
		{operation: "PutItem", body: put + `,"Expected":{"id":{"Exists":false}}}`, feature: "Expected"},
		{operation: "PutItem", body: put + `,"Bogus":1}`, feature: "Bogus"},
		{
			operation: "UpdateItem", body: get + `,"AttributeUpdates":{"n":{"Value":{"N":"1"}}}}`,
			feature: "AttributeUpdates",
		},
		{
			operation: "DeleteItem", body: get + `,"Expected":{"n":{"Value":{"N":"1"}}},"ConditionalOperator":"OR"}`,
			feature: "ConditionalOperator",
		},
		{
			operation: "Query", body: `{"TableName":"test-counters","KeyConditions":{"id":` + equal + `}},"QueryFilter":{}}`,
			feature: "QueryFilter",
		},
		{
			operation: "Query", body: `{"TableName":"test-counters","KeyConditions":{"id":` + equal + `,"X":1}}}`,
			feature: "KeyConditions.id.X",
		},
		{operation: "Scan", body: `{"TableName":"test-counters","ScanFilter":{}}`, feature: "ScanFilter"},
		{operation: "Scan", body: `{"TableName":"test-counters","AttributesToGet":["a"]}`, feature: "AttributesToGet"},
		{
			operation: "BatchGetItem",
			body:      `{"RequestItems":{"test-counters":{"Keys":[{"id":{"S":"a"}}],"AttributesToGet":["a"]}}}`,
			feature:   "RequestItems.test-counters.AttributesToGet",
		},
		{
			operation: "BatchWriteItem",
			body:      `{"RequestItems":{"test-counters":[{"PutRequest":{"Item":{"id":{"S":"a"}},"ConditionExpression":"a"}}]}}`,
			feature:   "ConditionExpression",
		},
		{
			operation: "TransactWriteItems", body: `{"TransactItems":[{"Put":` + put + `,"ReturnValues":"ALL_OLD"}}]}`,
			feature: "TransactItems.Put.ReturnValues",
		},
		{
			operation: "TransactGetItems", body: `{"TransactItems":[{"Get":` + get + `,"ConsistentRead":true}}]}`,
			feature: "TransactItems.Get.ConsistentRead",
		},
		{
			operation: "Scan", body: `{"TableName":"test-counters","Select":"SPECIFIC_ATTRIBUTES","AttributesToGet":["a"]}`,
			feature: "AttributesToGet",
		},
		{
			operation: "CreateTable",
			body:      create + `,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`,
			feature:   "StreamSpecification",
		},
		{operation: "CreateTable", body: create + `,"DeletionProtectionEnabled":true}`, feature: "DeletionProtectionEnabled"},
		{operation: "CreateTable", body: create + `,"Tags":[]}`, feature: "Tags"},
		{operation: "UpdateTable", body: `{"TableName":"test-counters"}`, feature: "UpdateTable"},
		{operation: "ExecuteStatement", body: `{"Statement":"SELECT * FROM x"}`, feature: "ExecuteStatement"},
	} {
		t.Run(test.operation+" "+test.feature, func(t *testing.T) {
			response := send(h, test.operation, test.body)
			var refused struct{ Message string }
			if err := json.Unmarshal(response.Body.Bytes(), &refused); err != nil {
				t.Fatal(err)
			}
			if response.Code != 400 {
				t.Errorf("status %d, want 400", response.Code)
			}
			for _, want := range []string{"does not support", test.feature, "DynamoDB Local"} {
				if !strings.Contains(refused.Message, want) {
					t.Errorf("message %q lacks %q", refused.Message, want)
				}
			}
		})
	}
	t.Run("CreateTable with features that are off", func(t *testing.T) {
		const off = `,"StreamSpecification":{"StreamEnabled":false},"DeletionProtectionEnabled":false}`
		mustSend(t, h, "CreateTable", create+off)
	})
}

func TestContentEncoding(t *testing.T) {
	w := openTest(t, Config{Regions: []string{"eu-west-1"}, Tables: counters("")})
	compress := func(text string) string {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		io.WriteString(z, text)
		z.Close()
		return out.String()
	}
	const put = `{"TableName":"test-counters","Item":{"id":{"S":"a"}}}`
	for _, test := range []struct {
		name, encoding, body string
		status               int
		want                 string // error type, or empty for a success
	}{
		{name: "gzip", encoding: "gzip", body: compress(put), status: 200},
		{name: "two gzip members", encoding: "gzip", body: compress(put[:10]) + compress(put[10:]), status: 200},
		{name: "identity", encoding: "identity", body: put, status: 200},
		{name: "not gzip", encoding: "gzip", body: put, status: 500, want: "InternalServerError"},
		{name: "empty gzip", encoding: "gzip", body: "", status: 500, want: "InternalServerError"},
		{
			name: "truncated gzip", encoding: "gzip", body: compress(put)[:len(compress(put))-1],
			status: 500, want: "InternalServerError",
		},
		{name: "unknown encoding", encoding: "br", body: put, status: 500, want: "InternalServerError"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
			r.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
			r.Header.Set("Content-Encoding", test.encoding)
			response := httptest.NewRecorder()
			w.Handler("eu-west-1").ServeHTTP(response, r)
			if response.Code != test.status || errorType(t, response) != test.want {
				t.Errorf("got %d %s, want %d %s", response.Code, response.Body, test.status, test.want)
			}
		})
	}
}

// FuzzHandler sends malformed requests. Every response must be JSON, an error must
// have a type, and nothing may panic, which the handler would turn into status 500.
func FuzzHandler(f *testing.F) {
	w := openTest(f, Config{Regions: []string{"eu-west-1", "us-east-1"}, Tables: conformanceTables})
	h := w.Handler("eu-west-1")
	operations := []string{
		"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan",
		"BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems",
		"CreateTable", "DescribeTable", "DeleteTable", "ListTables", "DescribeTimeToLive", "UpdateTimeToLive",
	}
	for _, body := range malformedBodies {
		for operation := range operations {
			f.Add(operation, expandRepeats(body))
		}
	}
	f.Fuzz(func(t *testing.T, n int, body string) {
		operation := operations[uint(n)%uint(len(operations))]
		response := send(h, operation, body)
		switch kind := errorType(t, response); {
		case response.Code == 200 && kind == "":
		case response.Code == 400 && kind != "":
		default:
			t.Errorf("%s %q: %d %s", operation, body, response.Code, response.Body)
		}
	})
}

// malformedBodies are requests that are invalid for most operations. They may contain
// repetitions, see expandRepeats.
var malformedBodies = []string{
	``, `null`, `[]`, `0`, `""`, `{`, `{}`,
	`{"TableName":null}`,
	`{"TableName":{}}`,
	`{"TableName":"two"}`,
	`{"TableName":"two","Key":null}`,
	`{"TableName":"two","Key":{"p":null,"s":{}}}`,
	`{"TableName":"two","Key":{"p":{"S":null},"s":{"S":"b"}}}`,
	`{"TableName":"two","Key":` + bodyKey + `,"Item":` + bodyKey + `}`,
	`{"TableName":"two","Key":` + bodyKey + `,"ExpressionAttributeValues":{":x":{"N":"1"}},` +
		`"UpdateExpression":"SET a[0] = :x, b.c = if_not_exists(d, :x) REMOVE e[9999999999]"}`,
	`{"TableName":"two","Key":` + bodyKey + `,"UpdateExpression":"SET","ConditionExpression":"((((((a"}`,
	`{"TableName":"two","Key":` + bodyKey + `,"ConditionExpression":"${(*4000}"}`,
	`{"TableName":"two","Key":` + bodyKey + `,"ConditionExpression":"` + strings.Repeat("NOT ", 1000) + `a = b"}`,
	`{"TableName":"two","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"L":[]}}}`,
	`{"TableName":"two","KeyConditionExpression":"p = :p AND begins_with(s, :p)",` +
		`"ExpressionAttributeValues":{":p":{"S":"a"}},"ExclusiveStartKey":` + bodyKey + `,` +
		`"Limit":1,"ScanIndexForward":false}`,
	`{"TableName":"two","KeyConditions":{"p":{"ComparisonOperator":"BETWEEN"}}}`,
	`{"TableName":"two","KeyConditions":{"p":null}}`,
	`{"TableName":"two","KeyConditions":{"p":{"ComparisonOperator":"EQ","AttributeValueList":{}}}}`,
	`{"TableName":"two","IndexName":"all","Segment":0,"TotalSegments":1000000,"Limit":2147483647}`,
	`{"TableName":"two","Segment":-9223372036854775808,"TotalSegments":9223372036854775807}`,
	`{"TableName":"two","Limit":1e400}`,
	`{"TableName":"two","Limit":1.5}`,
	`{"TableName":"num","Item":{"p":{"S":"a"},"s":{"N":"1e-130"},"n":{"NS":["1e125","-0"]}}}`,
	`{"TableName":"num","Item":{"p":{"S":"a"},"s":{"N":"1e999999999999999999999"}}}`,
	`{"TableName":"bin","Item":{"p":{"S":"a"},"s":{"B":"////"}}}`,
	`{"TableName":"one","Item":{"p":{"S":"a"},"l":` +
		strings.Repeat(`{"L":[`, 500) + `{"S":"x"}` + strings.Repeat(`]}`, 500) + `}}`,
	`{"TableName":"one","Item":{"p":{"S":"\ud800\u0000"},"\u0000":{"BOOL":true}}}`,
	`{"RequestItems":null}`,
	`{"RequestItems":[]}`,
	`{"RequestItems":{"one":null}}`,
	`{"RequestItems":{"one":{}}}`,
	`{"RequestItems":{"one":[null]}}`,
	`{"RequestItems":{"one":[{"PutRequest":{"Item":{"p":{"S":"a"}}}},{"DeleteRequest":{"Key":{"p":{"S":"b"}}}}]}}`,
	`{"RequestItems":{"one":{"Keys":[{"p":{"S":"a"}}],"ProjectionExpression":"a[0].b"}}}`,
	`{"TransactItems":null}`,
	`{"TransactItems":[{}]}`,
	`{"TransactItems":[{"Put":null,"Get":{"TableName":"one","Key":{"p":{"S":"a"}}}}]}`,
	`{"TransactItems":[{"Put":{"TableName":"one","Item":{"p":{"S":"a"}}}},` +
		`{"Update":{"TableName":"one","Key":{"p":{"S":"b"}},"UpdateExpression":"ADD n :n",` +
		`"ExpressionAttributeValues":{":n":{"N":"1"}}}}],"ClientRequestToken":"t"}`,
	`{"TransactItems":[{"ConditionCheck":{"TableName":"one","Key":{"p":{"S":"a"}},` +
		`"ConditionExpression":"size(p) BETWEEN p AND p"}}]}`,
	`{"TableName":"new-table","KeySchema":[{}],"AttributeDefinitions":[{}],"GlobalSecondaryIndexes":[{}]}`,
	`{"TableName":"new-table","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`,
	`{"TableName":"new-table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"id"}}`,
	`{"TimeToLiveSpecification":[]}`,
	`{"Limit":0,"ExclusiveStartTableName":""}`,
}

const bodyKey = `{"p":{"S":"a"},"s":{"S":"b"}}`
