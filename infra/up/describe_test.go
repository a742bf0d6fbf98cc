package up

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/up/running"
)

func TestAddressesSayHowLongDataLasts(t *testing.T) {
	for _, test := range []struct {
		name, want string
		data       kept
	}{
		{name: "embedded engine", data: kept{folder: "x"}, want: "data       in dist/data, kept when this process ends\n"},
		{
			name: "earlier run", data: kept{folder: "x", earlier: true},
			want: "data       in dist/data, kept when this process ends; from an earlier run (FRESH=1 starts over)\n",
		},
		{
			name: "DynamoDB Local", data: kept{remote: "http://localhost:8000"},
			want: "data       in the DynamoDB Local at http://localhost:8000, which keeps it when this process ends\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := addresses("Shop", "/orders", running.Cloud{Users: []running.User{{Name: "ada"}}}, test.data)
			if !strings.Contains(got, test.want) {
				t.Errorf("the addresses do not have the line %q:\n%s", test.want, got)
			}
			if n := strings.Count(got, "  data "); n != 1 {
				t.Errorf("%d lines about data, want 1:\n%s", n, got)
			}
		})
	}
}

func TestFirstPath(t *testing.T) {
	service := func(functions ...manifest.Function) *manifest.Service {
		s := &manifest.Service{Functions: map[string]manifest.Function{}}
		for _, f := range functions {
			s.Functions[f.OperationID] = f
		}
		return s
	}
	orders := service(
		manifest.Function{OperationID: "listOrders", Method: "GET", Path: "/orders"},
		manifest.Function{OperationID: "getOrder", Method: "GET", Path: "/orders/{orderId}"},
		manifest.Function{OperationID: "checkOrders", Method: "GET", Path: "/orders/health", Health: true},
		manifest.Function{OperationID: "createOrder", Method: "POST", Path: "/orders"})
	users := service(manifest.Function{OperationID: "getMe", Method: "GET", Path: "/users/me"})
	for _, test := range []struct {
		name     string
		services []*manifest.Service
		want     string
	}{
		{name: "the caller's own data", services: []*manifest.Service{orders, users}, want: "/users/me"},
		{name: "a list", services: []*manifest.Service{orders}, want: "/orders"},
		{name: "the documentation", services: nil, want: "/docs/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := firstPath(test.services); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
