package gateway_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestAnswer(t *testing.T) {
	tests := map[string]struct {
		answer string
		status int // 502 is malformed
		body   string
		header map[string]string
	}{
		"all":                         {`{"statusCode":201,"headers":{"X-A":"1"},"multiValueHeaders":{"X-B":["2"]},"body":"b","isBase64Encoded":false}`, 201, "b", map[string]string{"X-A": "1", "X-B": "2", "Content-Type": "application/json"}},
		"nothing":                     {`{}`, 200, "", map[string]string{"Content-Type": "application/json"}},
		"nulls":                       {`{"statusCode":null,"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null}`, 200, "", nil},
		"numeric string":              {`{"statusCode":"404"}`, 404, "", nil},
		"content type":                {`{"headers":{"content-type":"text/html"},"body":"<p>"}`, 200, "<p>", map[string]string{"Content-Type": "text/html"}},
		"a bool and a number":         {`{"headers":{"X-A":true,"X-B":1.50}}`, 200, "", map[string]string{"X-A": "true", "X-B": "1.50"}},
		"a null header":               {`{"headers":{"X-A":null}}`, 200, "", map[string]string{"X-A": ""}},
		"both maps":                   {`{"headers":{"x-a":"1"},"multiValueHeaders":{"X-A":["2","3"]}}`, 200, "", map[string]string{"X-A": "2, 3, 1"}},
		"the same pair in both maps":  {`{"headers":{"x-a":"2"},"multiValueHeaders":{"X-A":["2","3","3"]}}`, 200, "", map[string]string{"X-A": "2, 3, 3"}},
		"no content":                  {`{"statusCode":204,"body":"x"}`, 204, "", nil},
		"the length is the gateway's": {`{"headers":{"Content-Length":"99"},"body":"abc"}`, 200, "abc", map[string]string{"Content-Length": "", "X-Amzn-Remapped-Content-Length": "99"}},
		"IDs are the gateway's":       {`{"headers":{"x-amzn-requestid":"mine"}}`, 200, "", map[string]string{"X-Amzn-Remapped-X-Amzn-RequestId": "mine"}},
		"UTF-8":                       {`{"body":"\u00e9\ud83d\ude00"}`, 200, "é😀", nil},
		"not JSON":                    {`oops`, 502, "", nil},
		"empty":                       {``, 502, "", nil},
		"null":                        {`null`, 502, "", nil},
		"a list":                      {`[]`, 502, "", nil},
		"a string":                    {`"{}"`, 502, "", nil},
		"text after it":               {`{} x`, 502, "", nil},
		"a brace after it":            {`{}}`, 502, "", nil},
		"an unknown key":              {`{"statusCode":200,"cookies":[]}`, 502, "", nil},
		"a key in another case":       {`{"StatusCode":200}`, 502, "", nil},
		"an error object":             {`{"errorMessage":"x","errorType":"y"}`, 502, "", nil},
		"a word for a status":         {`{"statusCode":"OK"}`, 502, "", nil},
		"a bool for a status":         {`{"statusCode":true}`, 502, "", nil},
		"a fraction for a status":     {`{"statusCode":200.5}`, 502, "", nil},
		"a low status":                {`{"statusCode":101}`, 502, "", nil},
		"a high status":               {`{"statusCode":600}`, 502, "", nil},
		"a huge status":               {`{"statusCode":1e400}`, 502, "", nil},
		"headers are a list":          {`{"headers":[]}`, 502, "", nil},
		"a header is a list":          {`{"headers":{"X-A":["1"]}}`, 502, "", nil},
		"a header has a newline":      {`{"headers":{"X-A":"a\r\nX-B: b"}}`, 502, "", nil},
		"a header has no name":        {`{"headers":{"":"a"}}`, 502, "", nil},
		"a header name has a space":   {`{"headers":{"X A":"a"}}`, 502, "", nil},
		"multi headers are a list":    {`{"multiValueHeaders":[]}`, 502, "", nil},
		"multi header is no list":     {`{"multiValueHeaders":{"X-A":"1"}}`, 502, "", nil},
		"multi header is null":        {`{"multiValueHeaders":{"X-A":null}}`, 502, "", nil},
		"multi header holds a list":   {`{"multiValueHeaders":{"X-A":[[]]}}`, 502, "", nil},
		"a body is an object":         {`{"body":{}}`, 502, "", nil},
		"a word for base64":           {`{"isBase64Encoded":"yes"}`, 502, "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(newGateway(t, nil, says(test.answer)), request("GET", "/", ""))
			if test.status == 502 {
				test.body = `{"message": "Internal server error"}`
			}
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
			checkHeaders(t, w.Header(), test.header)
			if (w.Header().Get("X-Amzn-Trace-Id") == "") != (test.status == 502) {
				t.Errorf("X-Amzn-Trace-Id %q: answers of functions have it, those of the gateway have not", w.Header().Get("X-Amzn-Trace-Id"))
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
		remapped := []string{"Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Max-Forwards", "Server", "User-Agent", "WWW-Authenticate"}
		dropped := []string{"Expect", "Host", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"}
		add(remapped...)
		add(dropped...)
		w := do(newGateway(t, nil, says(`{"`+field+`":{`+strings.Join(fields, ",")+`}}`)), request("GET", "/", ""))
		for _, name := range remapped {
			if w.Header().Get(name) != "" || w.Header().Get("X-Amzn-Remapped-"+name) != "x" {
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

func TestCookiesStayApart(t *testing.T) {
	w := do(newGateway(t, nil, says(`{"headers":{"set-cookie":"a=1"},"multiValueHeaders":{"Set-Cookie":["b=2","c=3"]}}`)), request("GET", "/", ""))
	if got, want := w.Header().Values("Set-Cookie"), []string{"b=2", "c=3", "a=1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBinaryAnswer(t *testing.T) {
	const answer = `{"headers":{"Content-Type":"image/png"},"body":"/wA=","isBase64Encoded":true}`
	tests := map[string]struct {
		types  []any
		accept string
		answer string
		status int
		body   string
	}{
		"no binary types":     {nil, "image/png", answer, 200, "/wA="},
		"accepted":            {[]any{"image/png"}, "image/png", answer, 200, "\xff\x00"},
		"with parameters":     {[]any{"image/png"}, "image/png;q=0.9, text/html", answer, 200, "\xff\x00"},
		"accepted first":      {[]any{"image/png"}, "image/png, text/html", answer, 200, "\xff\x00"},
		"accepted second":     {[]any{"image/png"}, "text/html, image/png", answer, 200, "/wA="},
		"a range accepted":    {[]any{"image/png"}, "image/*", answer, 200, "/wA="},
		"no type accepted":    {[]any{"image/png"}, "image", answer, 200, "/wA="},
		"of no stated type":   {[]any{"image/png"}, "image/png", `{"body":"/wA=","isBase64Encoded":true}`, 200, "\xff\x00"},
		"of another type":     {[]any{"image/png"}, "image/png", `{"headers":{"Content-Type":"image/jpeg"},"body":"/wA=","isBase64Encoded":true}`, 200, "\xff\x00"},
		"not said to be so":   {[]any{"image/png"}, "image/png", `{"body":"/wA=","isBase64Encoded":false}`, 200, "/wA="},
		"anything accepted":   {[]any{"image/png"}, "*/*", answer, 200, "/wA="},
		"nothing accepted":    {[]any{"image/png"}, "", answer, 200, "/wA="},
		"everything binary":   {[]any{"*/*"}, "", answer, 200, "\xff\x00"},
		"not encoded":         {[]any{"*/*"}, "", `{"body":"/wA="}`, 200, "/wA="},
		"bad base64":          {[]any{"image/png"}, "image/png", `{"body":"?","isBase64Encoded":true}`, 500, `{"message": "Internal server error"}`},
		"bad base64, as text": {[]any{"image/png"}, "text/html", `{"body":"?","isBase64Encoded":true}`, 200, "?"},
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
			w := do(newGateway(t, edit, says(test.answer)), r)
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
		w := do(newGateway(t, nil, nobody(t)), request("OPTIONS", "/accounts", "", "Origin: https://app.example.com", "Access-Control-Request-Method: POST"))
		if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		checkHeaders(t, w.Header(), map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST,OPTIONS",
			"Content-Type": "application/json", "X-Amzn-Trace-Id": "", "X-Amzn-ErrorType": "",
		})
	})
	t.Run("other type", func(t *testing.T) {
		w := do(newGateway(t, nil, nobody(t)), request("OPTIONS", "/accounts", "", "Content-Type: text/plain"))
		if w.Code != 500 || w.Body.String() != `{"message": "Internal server error"}` {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("other type, never passed through", func(t *testing.T) {
		w := do(newGateway(t, never, nobody(t)), request("OPTIONS", "/accounts", "", "Content-Type: text/plain"))
		if w.Code != 415 || w.Body.String() != `{"message":"Unsupported Media Type"}` {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		checkHeaders(t, w.Header(), map[string]string{"X-Amzn-ErrorType": "BadRequestException"})
	})
	t.Run("no mock, no preflight", func(t *testing.T) {
		if w := do(newGateway(t, nil, nobody(t)), request("OPTIONS", "/accounts/1", "")); w.Code != 403 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
