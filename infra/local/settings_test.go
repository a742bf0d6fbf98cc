package local

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func getenv(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestSettings(t *testing.T) {
	s, err := ReadSettings(getenv(nil))
	if err != nil || s.Port != 8080 || !slices.Equal(s.Regions, []string{"us-east-1", "us-west-2"}) || s.ReplicationLag != 200*time.Millisecond || s.DynamoDB != "" {
		t.Errorf("defaults: %+v, %v", s, err)
	}
	s, err = ReadSettings(getenv(map[string]string{
		"PORT": "0", "REGIONS": "ca-central-1, us-east-2,us-west-1", "REPLICATION_LAG": "0s", "DYNAMODB": "http://localhost:8000/",
	}))
	if err != nil || s.Port != 0 || !slices.Equal(s.Regions, []string{"ca-central-1", "us-east-2", "us-west-1"}) || s.ReplicationLag != 0 || s.DynamoDB != "http://localhost:8000/" {
		t.Errorf("all set: %+v, %v", s, err)
	}
}

func TestWrongSettingsAreOneLineEach(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"PORT", "http", `PORT: "http" is not a port`},
		{"PORT", "65536", `PORT: "65536" is not a port`},
		{"REGIONS", "us-east-1,us-north-1", `REGIONS: unknown Region "us-north-1": use one of `},
		{"REGIONS", "us-east-1,us-east-1", "REGIONS: us-east-1 is listed twice"},
		{"REGIONS", ",", `REGIONS: unknown Region ""`},
		{"REPLICATION_LAG", "200", `REPLICATION_LAG: "200" is not a duration`},
		{"REPLICATION_LAG", "-1s", `REPLICATION_LAG: "-1s" is not a duration`},
		{"REPLICATION_LAG", "2h", `REPLICATION_LAG: "2h" is not a duration`},
		{"DYNAMODB", "localhost:8000", `DYNAMODB: "localhost:8000" is not the URL`},
		{"DYNAMODB", "http://localhost:8000/x", `DYNAMODB: "http://localhost:8000/x" is not the URL`},
	} {
		_, err := ReadSettings(getenv(map[string]string{test.name: test.value}))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s=%s: got %v, want %s...", test.name, test.value, err, test.want)
		}
	}
	_, err := ReadSettings(getenv(map[string]string{"PORT": "x", "REPLICATION_LAG": "y"}))
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("both wrong: %v", err)
	}
}
