package rest

import "testing"

func TestIsAdminScope(t *testing.T) {
	for scope, want := range map[string]bool{
		"orders/admin": true, "orders/read": false, "admin": false, "orders/admins": false, "": false,
	} {
		if got := IsAdminScope(scope); got != want {
			t.Errorf("%q: %t, want %t", scope, got, want)
		}
	}
}
