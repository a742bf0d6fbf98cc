package adapter

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

func TestInputReachesTheHandler(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes object
		want    string
	}{
		{"plain", nil, `me ` + id + ` 0 [] absent "6" Ada`},
		{
			"query",
			object{"multiValueQueryStringParameters": object{
				"limit": []string{"1", "100"}, "tag": []string{"a", "b"}, "exact": []string{"false"}, "other": []string{"x"},
			}},
			`me ` + id + ` 100 [a b] false "6" Ada`,
		},
		{
			"escaped path", object{"pathParameters": object{"id": strings.Replace(id, "7", "%37", 1)}},
			`me ` + id + ` 0 [] absent "6" Ada`,
		},
		{
			"base64 body",
			object{"body": base64.StdEncoding.EncodeToString([]byte(`{"name":"Bob"}`)), "isBase64Encoded": true},
			`me ` + id + ` 0 [] absent "6" Bob`,
		},
		{"no Content-Type", object{"headers": object{"If-Match": `"6"`}}, `me ` + id + ` 0 [] absent "6" Ada`},
		{
			"header that is not a text", object{"headers": object{"If-Match": `"6"`, "X": nil}},
			`me ` + id + ` 0 [] absent "6" Ada`,
		},
		{"escapes in the body", object{"body": "{\"name\":\"\\u00e9\\n\"}"}, `me ` + id + " 0 [] absent \"6\" é\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, operation, echo, event(test.changes))
			var body struct{ Text string }
			if err := json.Unmarshal([]byte(r.Body), &body); err != nil || r.StatusCode != 200 {
				t.Fatalf("got %d %s", r.StatusCode, r.Body)
			}
			assertEqual(t, "input", body.Text, test.want)
		})
	}
}

func TestWrongRequests(t *testing.T) {
	query := func(name string, values ...string) object {
		return object{"multiValueQueryStringParameters": object{name: values}}
	}
	path := func(v string) object { return object{"pathParameters": object{"id": v}} }
	mediaType := func(v string) object {
		return object{"headers": object{"Content-Type": v, "If-Match": "*"}}
	}
	for _, test := range []struct {
		name    string
		changes object
		status  int
		errors  string
	}{
		{"path", path("x"), 400, "path id must be a valid uuid"},
		{"path with a wrong escape", path("%zz"), 400, ""},
		{"path missing", object{"pathParameters": nil}, 400, "path id is required"},
		{"query of a wrong type", query("limit", "ten"), 400, "query limit must be a whole number within range"},
		{"query with a sign", query("limit", "+1"), 400, "query limit must be a whole number within range"},
		{"query empty", query("limit", ""), 400, "query limit must be a whole number within range"},
		{"query above the maximum", query("limit", "101"), 400, "query limit must be at most 100"},
		{"query with too many values", query("tag", "a", "b", "a"), 400, "query tag must have at most 2 items"},
		{"query not in the enum", query("tag", "c"), 400, "query tag must be one of a, b"},
		{"query not a boolean", query("exact", "yes"), 400, "query exact must be true or false"},
		{"header missing", object{"headers": nil}, 400, "header If-Match is required"},
		{"body missing", object{"body": nil}, 400, "body  is required"},
		{"body invalid", object{"body": `{"name":""}`}, 400, "body /name must have at least 1 character"},
		{"body not base64", object{"body": `!`, "isBase64Encoded": true}, 400, ""},
		{"another media type", mediaType("text/plain"), 415, ""},
		{"another character set", mediaType("application/json; charset=utf-16"), 415, ""},
		{
			"two media types", object{"multiValueHeaders": object{
				"If-Match": []string{"*"}, "Content-Type": []string{"application/json", "text/plain"},
			}}, 415, "",
		},
		{
			"half a surrogate pair", object{"body": `{"name":"\ud800"}`}, 400,
			"body  must be text in UTF-8 without the character U+0000: byte 9 begins a character that is not allowed",
		},
		{"path that is not UTF-8", path("%ff"), 400, "path id must be text in UTF-8 without the character U+0000"},
		{"malformed media type", mediaType(";"), 415, ""},
		{"no claims", object{"requestContext": object{"requestId": "r-1"}}, 401, ""},
		{"null authorizer", object{"requestContext": object{"requestId": "r-1", "authorizer": nil}}, 401, ""},
		{"another route", object{"resource": "/other"}, 500, ""},
		{
			"everything", object{"pathParameters": object{"id": "x"}, "headers": nil, "body": `{}`}, 400,
			"path id must be a valid uuid; header If-Match is required; body /name is required",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, log := invoke(t.Context(), t, operation, echo, event(test.changes))
			var doc problem.Problem
			if err := json.Unmarshal([]byte(r.Body), &doc); err != nil {
				t.Fatalf("%s: %v", r.Body, err)
			}
			var wrong []string
			for _, f := range doc.Errors {
				wrong = append(wrong, f.In+" "+f.Name+" "+f.Message)
			}
			assertEqual(t, "errors", strings.Join(wrong, "; "), test.errors)
			assertEqual(t, "status", r.StatusCode, test.status)
			assertEqual(t, "status in the document", doc.Status, test.status)
			assertEqual(t, "Content-Type", r.Headers["Content-Type"], problem.MediaType)
			if doc.RequestID != "r-1" || !strings.Contains(log, `"requestId":"r-1"`) {
				t.Errorf("the request's identifier is not in %s or in the log %s", r.Body, log)
			}
		})
	}
}

func TestOptionalBody(t *testing.T) {
	type optional struct {
		Body *struct {
			Name string `json:"name"`
		}
	}
	op := rest.Operation[optional, struct{ Body string }]{ID: "put", Method: http.MethodPut, Path: "/things", Public: true}
	h := func(_ context.Context, in optional) (out struct{ Body string }, err error) {
		if in.Body != nil {
			out.Body = in.Body.Name
		}
		return out, nil
	}
	for _, test := range []struct {
		name string
		body any
		want string
	}{
		{"absent", nil, `""`},
		{"present", `{"name":"Ada"}`, `"Ada"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, op, h, event(object{"resource": "/things", "body": test.body}))
			assertEqual(t, "status", r.StatusCode, 200)
			assertEqual(t, "body", r.Body, test.want)
		})
	}
}

// TestBodyThatJSONCannotDecode sends a body to a type that accepts fewer values
// than its schema.
func TestBodyThatJSONCannotDecode(t *testing.T) {
	type strict struct{ Body undecodable }
	op := rest.Operation[strict, struct{}]{ID: "put", Method: http.MethodPut, Path: "/things", Public: true}
	h := func(context.Context, strict) (struct{}, error) { return struct{}{}, nil }
	r, _ := invoke(t.Context(), t, op, h, event(object{"resource": "/things", "body": `"x"`}))
	if r.StatusCode != http.StatusBadRequest || !strings.Contains(r.Body, "cannot be decoded") {
		t.Errorf("got %d %s", r.StatusCode, r.Body)
	}
}

// undecodable is a string that cannot be decoded.
type undecodable string

func (*undecodable) UnmarshalText([]byte) error { return http.ErrNotSupported }

func TestCallerOfEachTokenUse(t *testing.T) {
	type who struct{ Caller claims.Caller }
	op := rest.Operation[who, struct{ Body claims.Caller }]{ID: "who", Method: http.MethodGet, Path: "/things"}
	h := func(_ context.Context, in who) (out struct{ Body claims.Caller }, err error) {
		out.Body = in.Caller
		return out, nil
	}
	for _, test := range []struct {
		name   string
		claims object
		want   claims.Caller
	}{
		{
			"access token",
			object{
				"sub": "me", "token_use": "access", "client_id": "app", "username": "ada", "scope": "a b",
				"cognito:groups": "staff", "exp": 7, "iss": "https://issuer.example",
			},
			claims.Caller{
				Subject: "me", Username: "ada", ClientID: "app", Use: claims.Access,
				Scopes: []string{"a", "b"}, Groups: []string{"staff"},
			},
		},
		{
			"ID token",
			object{"sub": "me", "token_use": "id", "aud": "app", "cognito:username": "ada"},
			claims.Caller{Subject: "me", Username: "ada", ClientID: "app", Use: claims.ID, Groups: []string{}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, op, h, event(object{
				"httpMethod": "GET", "resource": "/things",
				"requestContext": object{"requestId": "r-1", "authorizer": object{"principalId": "p", "claims": test.claims}},
			}))
			var got claims.Caller
			if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
				t.Fatalf("%d %s: %v", r.StatusCode, r.Body, err)
			}
			assertEqual(t, "caller", got, test.want, nilIsEmpty)
		})
	}
}
