package deploy

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReservedIn sums the reservations of the environments of one account.
func TestReservedIn(t *testing.T) {
	const (
		trial = `{"account": "111122223333", "home": "us-east-1", "regions": ["us-east-1", "us-west-2"],
			"functions": {"reservedConcurrency": 5, "reservedConcurrencyOf": {"two-b": 10}}}`
		same = `{"account": "111122223333", "home": "us-west-2", "regions": ["us-east-1", "us-west-2"],
			"functions": {"reservedConcurrency": 3}}`
		elsewhere = `{"account": "444455556666", "home": "us-east-1", "regions": ["us-east-1"],
			"functions": {"reservedConcurrency": 100}}`
	)
	for _, test := range []struct {
		name    string
		files   map[string]string // environments
		rotates bool
		region  string
		total   int
		shares  []string
	}{
		{name: "one environment", region: "us-west-2", total: 25, shares: []string{"trial (25)"}},
		{name: "the function for tokens in the home Region", region: "us-east-1", total: 30, shares: []string{"trial (30)"}},
		{name: "a secret rotates in the home Region", rotates: true, region: "us-east-1", total: 31,
			shares: []string{"trial (31)"}},
		{name: "a secret rotates elsewhere", rotates: true, region: "us-west-2", total: 25, shares: []string{"trial (25)"}},
		{name: "two of the account", files: map[string]string{"other": same, "prod": elsewhere}, region: "us-east-1",
			total: 42, shares: []string{"other (12)", "trial (30)"}},
		{name: "two of the account, and rotation in the other one's home", files: map[string]string{"other": same},
			rotates: true, region: "us-west-2", total: 41, shares: []string{"other (16)", "trial (25)"}},
		{name: "a Region of neither", region: "ca-central-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			session := s.openTo(t.Output())
			secrets := ""
			if test.rotates {
				secrets = `, "secrets": {"signing": {"rotationDays": 30}}`
			}
			for _, context := range []string{"one", "two"} {
				s.write(context+"/service.json", `{"name": "`+context+`", "functions": {"a": {}, "b": {}}`+secrets+`}`)
			}
			s.write("infra/environments/trial.json", trial)
			for name, settings := range test.files {
				s.write("infra/environments/"+name+".json", settings)
			}
			total, shares, err := session.reservedIn(t.Context(), test.region)
			if err != nil || total != test.total {
				t.Errorf("got %d, %v; want %d", total, err, test.total)
			}
			if diff := cmp.Diff(test.shares, shares); diff != "" {
				t.Errorf("shares (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRotationReservesAsInTerraform compares the reservation with the root's.
func TestRotationReservesAsInTerraform(t *testing.T) {
	source, err := os.ReadFile("../terraform/modules/settings/outputs.tf")
	if err != nil {
		t.Fatal(err)
	}
	setting := `rotation = local.settings.functions.reservedConcurrency == 0 \? -1 : (\d+)`
	m := regexp.MustCompile(setting).FindSubmatch(source)
	if m == nil || string(m[1]) != strconv.Itoa(rotationReserves) {
		t.Errorf("outputs.tf reserves %s, want %d", m, rotationReserves)
	}
}
