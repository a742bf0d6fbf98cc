package gateway_test

import (
	"net/http"
	"testing"
)

func TestDefaultEndpoint(t *testing.T) {
	const host, elsewhere = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
		"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	disable := func(value bool) func(object) {
		return func(doc object) {
			doc["servers"] = []any{object{
				"url": "/", "x-amazon-apigateway-endpoint-configuration": object{"disableExecuteApiEndpoint": value},
			}}
		}
	}
	for name, test := range map[string]struct {
		edit func(object)
		host string
		want int
	}{
		"disabled":                  {edit: disable(true), host: host, want: http.StatusForbidden},
		"disabled, with a port":     {edit: disable(true), host: host + ":443", want: http.StatusForbidden},
		"disabled, custom domain":   {edit: disable(true), host: "api.example.com", want: http.StatusNoContent},
		"disabled, another Region":  {edit: disable(true), host: elsewhere, want: http.StatusNoContent},
		"enabled":                   {edit: disable(false), host: host, want: http.StatusNoContent},
		"enabled, without a server": {edit: nil, host: host, want: http.StatusNoContent},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, test.edit, notInvoked(t))
			w := do(g, request(http.MethodOptions, "/accounts", "", "Host: "+test.host))
			if w.Code != test.want {
				t.Fatalf("status %d, want %d: %s", w.Code, test.want, w.Body)
			}
			if test.want == http.StatusForbidden && w.Body.String() != `{"message":"Forbidden"}` {
				t.Errorf("body %s", w.Body)
			}
		})
	}
}
