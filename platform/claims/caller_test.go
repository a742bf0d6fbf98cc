package claims_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
)

// getter returns a function that looks up claims in m.
func getter(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name   string
		claims map[string]string
		want   claims.Caller
	}{
		{
			name: "access token",
			claims: map[string]string{
				"sub": "s", "token_use": "access", "username": "ada", "client_id": "app",
				"scope": "a/read  a/write", "cognito:groups": "x,y z",
				"cognito:username": "other", "aud": "other",
			},
			want: claims.Caller{
				Subject: "s", Username: "ada", ClientID: "app", Use: claims.Access,
				Scopes: []string{"a/read", "a/write"}, Groups: []string{"x", "y", "z"},
			},
		},
		{
			name: "ID token",
			claims: map[string]string{
				"sub": "s", "token_use": "id", "cognito:username": "ada", "aud": "app",
				"scope": "a/read", "username": "other", "client_id": "other",
			},
			want: claims.Caller{
				Subject: "s", Username: "ada", ClientID: "app", Use: claims.ID, Groups: []string{},
			},
		},
		{
			name: "verified address",
			claims: map[string]string{
				"sub": "s", "token_use": "access", "client_id": "app", "email": "ada@example.com", "email_verified": "true",
			},
			want: claims.Caller{
				Subject: "s", ClientID: "app", Use: claims.Access, Scopes: []string{}, Groups: []string{}, Email: "ada@example.com",
			},
		},
		{
			name: "address that is not verified",
			claims: map[string]string{
				"sub": "s", "token_use": "access", "client_id": "app", "email": "ada@example.com", "email_verified": "false",
			},
			want: claims.Caller{Subject: "s", ClientID: "app", Use: claims.Access, Scopes: []string{}, Groups: []string{}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := claims.Parse(getter(test.claims))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("caller (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseFails(t *testing.T) {
	complete := map[string]string{"sub": "s", "token_use": "access", "client_id": "app"}
	if _, err := claims.Parse(getter(complete)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change map[string]string
	}{
		{name: "no subject", change: map[string]string{"sub": ""}},
		{name: "no use", change: map[string]string{"token_use": ""}},
		{name: "unknown use", change: map[string]string{"token_use": "refresh"}},
		{name: "no client", change: map[string]string{"client_id": ""}},
		{name: "client of an access token in an ID token", change: map[string]string{"token_use": "id"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			incomplete := maps.Clone(complete)
			maps.Copy(incomplete, test.change)
			got, err := claims.Parse(getter(incomplete))
			if !errors.Is(err, claims.ErrNoCaller) {
				t.Errorf("got error %v, want ErrNoCaller", err)
			}
			if diff := cmp.Diff(claims.Caller{}, got); diff != "" {
				t.Errorf("caller (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnerOr(t *testing.T) {
	for _, test := range []struct {
		name    string
		caller  claims.Caller
		subject string
		allowed bool
	}{
		{name: "owner", caller: claims.Caller{Subject: "a"}, subject: "a", allowed: true},
		{
			name: "admin", caller: claims.Caller{Subject: "b", Scopes: []string{"x/admin"}},
			subject: "a", allowed: true,
		},
		{name: "other scope", caller: claims.Caller{Subject: "c", Scopes: []string{"x/read"}}, subject: "a"},
		{name: "other subject", caller: claims.Caller{Subject: "c"}, subject: "a"},
		{name: "no subject", caller: claims.Caller{}, subject: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.caller.OwnerOr("x/admin", test.subject)
			if test.allowed && err != nil || !test.allowed && !problem.Is(err, problem.NotFound) {
				t.Errorf("got error %v, allowed should be %v", err, test.allowed)
			}
		})
	}
}

func TestInGroup(t *testing.T) {
	caller := claims.Caller{Groups: []string{"staff"}}
	if !caller.InGroup("staff") {
		t.Error("the caller is not in its group")
	}
	if caller.InGroup("admins") {
		t.Error("the caller is in another group")
	}
}
