package modrelease

import "testing"

func TestHasAPI(t *testing.T) {
	const orders = "example.com/mono/orders"
	for path, want := range map[string]bool{
		orders:                       true,
		orders + "/api":              true,
		orders + "/internal":         false,
		orders + "/internal/tax":     false,
		orders + "/store/internal/x": false,
		orders + "/client":           false, // generated from the contract
		orders + "/store/client":     true,
	} {
		if got := hasAPI(orders, path); got != want {
			t.Errorf("hasAPI(%q) is %t, want %t", path, got, want)
		}
	}
}
