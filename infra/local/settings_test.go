package local

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// getenv returns a getenv that has vars only.
func getenv(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestReadSettings(t *testing.T) {
	for _, test := range []struct {
		name string
		vars map[string]string
		want Settings
	}{
		{
			name: "defaults",
			want: Settings{Port: 8080, Regions: []string{"us-east-1", "us-west-2"}, ReplicationLag: 200 * time.Millisecond},
		},
		{
			name: "all set",
			vars: map[string]string{
				"PORT": "0", "REGIONS": "ca-central-1, us-east-2,us-west-1", "REPLICATION_LAG": "0s",
				"DYNAMODB": "http://localhost:8000/", "LIMITS": "dev", "STALE_READS": "0s",
				"STRICT": "1", "CHECK": "0", "RECORD": "0", "FRESH": "0",
				"DEBUG": "accounts-get-account, profiles-get-profile",
			},
			want: Settings{
				Regions: []string{"ca-central-1", "us-east-2", "us-west-1"}, DynamoDB: "http://localhost:8000/",
				Limits: "dev", Strict: true, Unchecked: true, Unrecorded: true,
				Debug: []string{"accounts-get-account", "profiles-get-profile"},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadSettings(getenv(test.vars))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSettingsErrors(t *testing.T) {
	for _, test := range []struct{ variable, value, want string }{
		{"PORT", "http", `PORT: "http" is not a port`},
		{"PORT", "65536", `PORT: "65536" is not a port`},
		{"REGIONS", "us-east-1,us-north-1", `REGIONS: unknown Region "us-north-1": use one of `},
		{"REGIONS", "us-east-1,us-east-1", "REGIONS: us-east-1 is listed twice"},
		{"REGIONS", ",", `REGIONS: unknown Region ""`},
		{"REPLICATION_LAG", "200", `REPLICATION_LAG: "200" is not a duration`},
		{"REPLICATION_LAG", "-1s", `REPLICATION_LAG: "-1s" is not a duration`},
		{"REPLICATION_LAG", "2h", `REPLICATION_LAG: "2h" is not a duration`},
		{"STRICT", "yes", `STRICT: "yes" is not 0 or 1`},
		{"CHECK", "off", `CHECK: "off" is not 0 or 1`},
		{"RECORD", "no", `RECORD: "no" is not 0 or 1`},
		{"STALE_READS", "1", `STALE_READS: "1" is not a duration`},
		{"DYNAMODB", "localhost:8000", `DYNAMODB: "localhost:8000" is not the URL`},
		{"DYNAMODB", "http://localhost:8000/x", `DYNAMODB: "http://localhost:8000/x" is not the URL`},
	} {
		t.Run(test.variable+"="+test.value, func(t *testing.T) {
			_, err := ReadSettings(getenv(map[string]string{test.variable: test.value}))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s...", err, test.want)
			}
		})
	}
	t.Run("stale reads of DynamoDB Local", func(t *testing.T) {
		vars := map[string]string{"DYNAMODB": "http://localhost:8000", "STALE_READS": "50ms"}
		if _, err := ReadSettings(getenv(vars)); err == nil || !strings.HasPrefix(err.Error(),
			"STALE_READS: DynamoDB Local") {
			t.Errorf("error %v, want STALE_READS: DynamoDB Local...", err)
		}
	})
	t.Run("a line for each", func(t *testing.T) {
		_, err := ReadSettings(getenv(map[string]string{"PORT": "x", "REPLICATION_LAG": "y"}))
		if err == nil || strings.Count(err.Error(), "\n") != 1 {
			t.Errorf("error %v, want two lines", err)
		}
	})
}
