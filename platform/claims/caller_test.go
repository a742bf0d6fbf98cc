package claims

import (
	"errors"
	"reflect"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
)

func from(m map[string]string) func(string) string { return func(n string) string { return m[n] } }

func TestParse(t *testing.T) {
	for name, test := range map[string]struct {
		claims map[string]string
		want   Caller
	}{
		"access token": {
			map[string]string{"sub": "s", "token_use": "access", "username": "ada", "client_id": "app", "scope": "a/read  a/write", "cognito:groups": "x,y"},
			Caller{Subject: "s", Username: "ada", ClientID: "app", Use: Access, Scopes: []string{"a/read", "a/write"}, Groups: []string{"x", "y"}},
		},
		"ID token": {
			map[string]string{"sub": "s", "token_use": "id", "cognito:username": "ada", "aud": "app", "scope": "a/read"},
			Caller{Subject: "s", Username: "ada", ClientID: "app", Use: ID, Groups: []string{}},
		},
	} {
		got, err := Parse(from(test.claims))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, test.want)
		}
	}
}

func TestParseRefusesIncompleteClaims(t *testing.T) {
	complete := map[string]string{"sub": "s", "token_use": "access", "client_id": "app"}
	if _, err := Parse(from(complete)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]map[string]string{
		"no subject": {"sub": ""}, "no use": {"token_use": ""}, "unknown use": {"token_use": "refresh"},
		"no client": {"client_id": ""}, "an access token's client on an ID token": {"token_use": "id"},
	} {
		claims := map[string]string{}
		for n, v := range complete {
			claims[n] = v
		}
		for n, v := range change {
			claims[n] = v
		}
		if got, err := Parse(from(claims)); !errors.Is(err, ErrNoCaller) || !reflect.DeepEqual(got, Caller{}) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestOwnerOr(t *testing.T) {
	owner, admin, stranger := Caller{Subject: "a"}, Caller{Subject: "b", Scopes: []string{"x/admin"}}, Caller{Subject: "c", Scopes: []string{"x/read"}}
	if owner.OwnerOr("x/admin", "a") != nil || admin.OwnerOr("x/admin", "a") != nil {
		t.Error("owner or admin refused")
	}
	if err := stranger.OwnerOr("x/admin", "a"); !problem.Is(err, problem.NotFound) {
		t.Errorf("a stranger got %v", err)
	}
	if (Caller{}).OwnerOr("x/admin", "") == nil {
		t.Error("nobody owns the empty subject")
	}
}
