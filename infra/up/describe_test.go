package up

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/up/running"
)

func TestAddressesSayHowLongDataLasts(t *testing.T) {
	for _, test := range []struct {
		name, remote, want string
	}{
		{name: "embedded engine", want: "data       in memory, lost when this process ends\n"},
		{
			name: "DynamoDB Local", remote: "http://localhost:8000",
			want: "data       in the DynamoDB Local at http://localhost:8000, which keeps it when this process ends\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := addresses(running.Cloud{Users: []running.User{{Name: "ada"}}}, test.remote)
			if !strings.Contains(got, test.want) {
				t.Errorf("the addresses do not have the line %q:\n%s", test.want, got)
			}
			if n := strings.Count(got, "  data "); n != 1 {
				t.Errorf("%d lines about data, want 1:\n%s", n, got)
			}
		})
	}
}
