package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctionResponse(t *testing.T) {
	tests := map[string]struct {
		output string // the output of the function
		status int    // 502 is malformed
		body   string
		header map[string]string
	}{
		"all": {
			output: `{"statusCode":201,"headers":{"X-A":"1"},"multiValueHeaders":{"X-B":["2"]},"body":"b",` +
				`"isBase64Encoded":false}`,
			status: 201, body: "b",
			header: map[string]string{"X-A": "1", "X-B": "2", "Content-Type": "application/json"},
		},
		"nothing": {output: `{}`, status: 200, header: map[string]string{"Content-Type": "application/json"}},
		"nulls": {
			output: `{"statusCode":null,"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null}`,
			status: 200,
		},
		"numeric string": {output: `{"statusCode":"404"}`, status: 404},
		"content type": {
			output: `{"headers":{"content-type":"text/html"},"body":"<p>"}`, status: 200, body: "<p>",
			header: map[string]string{"Content-Type": "text/html"},
		},
		"a bool and a number": {
			output: `{"headers":{"X-A":true,"X-B":1.50}}`, status: 200,
			header: map[string]string{"X-A": "true", "X-B": "1.50"},
		},
		"a null header": {
			output: `{"headers":{"X-A":null}}`, status: 200, header: map[string]string{"X-A": ""},
		},
		"a body after a null status": {output: `{"statusCode":null,"body":"x"}`, status: 200, body: "x"},
		"a header after a null one": {
			output: `{"headers":{"X-A":null,"X-B":"1"}}`, status: 200, header: map[string]string{"X-A": "", "X-B": "1"},
		},
		"both maps": {
			output: `{"headers":{"x-a":"1"},"multiValueHeaders":{"X-A":["2","3"]}}`, status: 200,
			header: map[string]string{"X-A": "2, 3, 1"},
		},
		"the same pair in both maps": {
			output: `{"headers":{"x-a":"2"},"multiValueHeaders":{"X-A":["2","3","3"]}}`, status: 200,
			header: map[string]string{"X-A": "2, 3, 3"},
		},
		"no content": {output: `{"statusCode":204,"body":"x"}`, status: 204},
		"the length is the gateway's": {
			output: `{"headers":{"Content-Length":"99"},"body":"abc"}`, status: 200, body: "abc",
			header: map[string]string{"Content-Length": "3", "X-Amzn-Remapped-Content-Length": "99"},
		},
		"IDs are the gateway's": {
			output: `{"headers":{"x-amzn-requestid":"mine"}}`, status: 200,
			header: map[string]string{"X-Amzn-Remapped-X-Amzn-RequestId": "mine"},
		},
		"IDs in another spelling": {
			output: `{"headers":{"X-AMZ-apigw-ID":"mine","x-AMZN-trace-ID":"mine"}}`, status: 200,
		},
		"nulls in a list": {
			output: `{"multiValueHeaders":{"X-A":[null,"1"],"content-type":[null]}}`, status: 200,
			header: map[string]string{"X-A": "1", "Content-Type": ""},
		},
		"no content type": {
			output: `{"headers":{"CONTENT-type":null},"body":"<p>"}`, status: 200, body: "<p>",
			header: map[string]string{"Content-Type": ""},
		},
		"UTF-8":                     {output: `{"body":"\u00e9\ud83d\ude00"}`, status: 200, body: "é😀"},
		"not JSON":                  {output: `oops`, status: 502},
		"empty":                     {status: 502},
		"null":                      {output: `null`, status: 502},
		"a list":                    {output: `[]`, status: 502},
		"a string":                  {output: `"{}"`, status: 502},
		"text after it":             {output: `{} x`, status: 502},
		"a brace after it":          {output: `{}}`, status: 502},
		"an unknown key":            {output: `{"statusCode":200,"cookies":[]}`, status: 502},
		"a key in another case":     {output: `{"StatusCode":200}`, status: 502},
		"an error object":           {output: `{"errorMessage":"x","errorType":"y"}`, status: 502},
		"a word for a status":       {output: `{"statusCode":"OK"}`, status: 502},
		"a bool for a status":       {output: `{"statusCode":true}`, status: 502},
		"a fraction for a status":   {output: `{"statusCode":200.5}`, status: 502},
		"a low status":              {output: `{"statusCode":101}`, status: 502},
		"a high status":             {output: `{"statusCode":600}`, status: 502},
		"a huge status":             {output: `{"statusCode":1e400}`, status: 502},
		"headers are a list":        {output: `{"headers":[]}`, status: 502},
		"a header is a list":        {output: `{"headers":{"X-A":["1"]}}`, status: 502},
		"a header has a newline":    {output: `{"headers":{"X-A":"a\r\nX-B: b"}}`, status: 502},
		"a header has no name":      {output: `{"headers":{"":"a"}}`, status: 502},
		"a header name has a space": {output: `{"headers":{"X A":"a"}}`, status: 502},
		"multi headers are a list":  {output: `{"multiValueHeaders":[]}`, status: 502},
		"multi header is no list":   {output: `{"multiValueHeaders":{"X-A":"1"}}`, status: 502},
		"multi header is null":      {output: `{"multiValueHeaders":{"X-A":null}}`, status: 502},
		"multi header holds a list": {output: `{"multiValueHeaders":{"X-A":[[]]}}`, status: 502},
		"a body is an object":       {output: `{"body":{}}`, status: 502},
		"a word for base64":         {output: `{"isBase64Encoded":"yes"}`, status: 502},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(newGateway(t, nil, returning(test.output)), request("GET", "/", ""))
			if test.status == 502 {
				test.body = `{"message": "Internal server error"}`
			}
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
			checkHeaders(t, w.Header(), test.header)
			if (w.Header().Get("X-Amzn-Trace-Id") == "") != (test.status == 502) {
				t.Errorf("X-Amzn-Trace-Id %q: responses of functions have one, responses of the gateway do not",
					w.Header().Get("X-Amzn-Trace-Id"))
			}
		})
	}
}

func TestHeadersFromFunction(t *testing.T) {
	for _, field := range []string{"headers", "multiValueHeaders"} {
		var fields []string
		add := func(names ...string) {
			for _, name := range names {
				if field == "headers" {
					fields = append(fields, `"`+name+`":"x"`)
				} else {
					fields = append(fields, `"`+strings.ToLower(name)+`":["x"]`)
				}
			}
		}
		remapped := []string{
			"Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Max-Forwards", "Server", "User-Agent",
			"WWW-Authenticate",
		}
		dropped := []string{"Expect", "Host", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"}
		add(remapped...)
		add(dropped...)
		w := do(newGateway(t, nil, returning(`{"`+field+`":{`+strings.Join(fields, ",")+`}}`)), request("GET", "/", ""))
		for _, name := range remapped {
			own := w.Header().Get(name)
			if own != "" && name != "Content-Length" || w.Header().Get("X-Amzn-Remapped-"+name) != "x" {
				t.Errorf("%s: %s was not remapped: %v", field, name, w.Header())
			}
		}
		for _, name := range dropped {
			if w.Header().Get(name) != "" || w.Header().Get("X-Amzn-Remapped-"+name) != "" {
				t.Errorf("%s: %s was not dropped: %v", field, name, w.Header())
			}
		}
	}
}

func TestCookiesAreNotJoined(t *testing.T) {
	const output = `{"headers":{"set-cookie":"a=1"},"multiValueHeaders":{"Set-Cookie":["b=2","c=3"]}}`
	w := do(newGateway(t, nil, returning(output)), request("GET", "/", ""))
	if diff := cmp.Diff([]string{"b=2", "c=3", "a=1"}, w.Header().Values("Set-Cookie")); diff != "" {
		t.Errorf("Set-Cookie (-want +got):\n%s", diff)
	}
}

func TestBinaryResponse(t *testing.T) {
	const png = `{"headers":{"Content-Type":"image/png"},"body":"/wA=","isBase64Encoded":true}`
	tests := map[string]struct {
		types  []any
		accept string
		output string
		status int
		body   string
	}{
		"no binary types": {accept: "image/png", output: png, status: 200, body: "/wA="},
		"accepted": {
			types: []any{"image/png"}, accept: "image/png", output: png, status: 200, body: "\xff\x00",
		},
		"with parameters": {
			types: []any{"image/png"}, accept: "image/png;q=0.9, text/html", output: png, status: 200,
			body: "\xff\x00",
		},
		"accepted first": {
			types: []any{"image/png"}, accept: "image/png, text/html", output: png, status: 200,
			body: "\xff\x00",
		},
		"accepted second": {
			types: []any{"image/png"}, accept: "text/html, image/png", output: png, status: 200, body: "/wA=",
		},
		"a range accepted": {
			types: []any{"image/png"}, accept: "image/*", output: png, status: 200, body: "/wA=",
		},
		"no type accepted": {
			types: []any{"image/png"}, accept: "image", output: png, status: 200, body: "/wA=",
		},
		"of no stated type": {
			types: []any{"image/png"}, accept: "image/png", output: `{"body":"/wA=","isBase64Encoded":true}`,
			status: 200, body: "\xff\x00",
		},
		"of another type": {
			types: []any{"image/png"}, accept: "image/png",
			output: `{"headers":{"Content-Type":"image/jpeg"},"body":"/wA=","isBase64Encoded":true}`,
			status: 200, body: "\xff\x00",
		},
		"not said to be so": {
			types: []any{"image/png"}, accept: "image/png", output: `{"body":"/wA=","isBase64Encoded":false}`,
			status: 200, body: "/wA=",
		},
		"anything accepted": {
			types: []any{"image/png"}, accept: "*/*", output: png, status: 200, body: "/wA=",
		},
		"nothing accepted":  {types: []any{"image/png"}, output: png, status: 200, body: "/wA="},
		"everything binary": {types: []any{"*/*"}, output: png, status: 200, body: "\xff\x00"},
		"not encoded":       {types: []any{"*/*"}, output: `{"body":"/wA="}`, status: 200, body: "/wA="},
		"bad base64": {
			types: []any{"image/png"}, accept: "image/png", output: `{"body":"?","isBase64Encoded":true}`,
			status: 500, body: `{"message": "Internal server error"}`,
		},
		"bad base64, as text": {
			types: []any{"image/png"}, accept: "text/html", output: `{"body":"?","isBase64Encoded":true}`,
			status: 200, body: "?",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			edit := func(doc object) {
				delete(doc, "x-amazon-apigateway-request-validator")
				if test.types != nil {
					doc["x-amazon-apigateway-binary-media-types"] = test.types
				}
			}
			r := request("GET", "/", "")
			if test.accept != "" {
				r.Header.Set("Accept", test.accept)
			}
			w := do(newGateway(t, edit, returning(test.output)), r)
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	never := func(doc object) {
		at(doc, "paths", "/accounts", "options", "x-amazon-apigateway-integration")["passthroughBehavior"] = "never"
	}
	t.Run("preflight", func(t *testing.T) {
		r := request("OPTIONS", "/accounts", "",
			"Origin: https://app.example.com", "Access-Control-Request-Method: POST")
		w := do(newGateway(t, nil, notInvoked(t)), r)
		if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		checkHeaders(t, w.Header(), map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST,OPTIONS",
			"Content-Type": "application/json", "X-Amzn-Trace-Id": "", "X-Amzn-ErrorType": "",
		})
	})
	t.Run("other type", func(t *testing.T) {
		w := do(newGateway(t, nil, notInvoked(t)), request("OPTIONS", "/accounts", "", "Content-Type: text/plain"))
		if w.Code != 500 || w.Body.String() != `{"message": "Internal server error"}` {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("other type, never passed through", func(t *testing.T) {
		w := do(newGateway(t, never, notInvoked(t)), request("OPTIONS", "/accounts", "", "Content-Type: text/plain"))
		if w.Code != 415 || w.Body.String() != `{"message":"Unsupported Media Type"}` {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		checkHeaders(t, w.Header(), map[string]string{"X-Amzn-ErrorType": "BadRequestException"})
	})
	t.Run("no mock, no preflight", func(t *testing.T) {
		if w := do(newGateway(t, nil, notInvoked(t)), request("OPTIONS", "/accounts/1", "")); w.Code != 403 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
