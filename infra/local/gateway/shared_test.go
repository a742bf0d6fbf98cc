package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

// TestRegionsShareADocument serves one parsed document in two Regions, whose functions and
// user pools differ only by the variables of AWS.
func TestRegionsShareADocument(t *testing.T) {
	for name, checked := range map[string]bool{"checked now": false, "checked before": true} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, nil, returning(`{"statusCode":200}`))
			parsed, err := gateway.Parse(cfg.Document, checked)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Parsed = parsed
			home := cfg.Region
			for _, region := range []string{home, "us-west-2"} {
				arn := strings.Replace(shared().ARN(), home, region, 1)
				cfg.Region, cfg.Pools = region, map[string]gateway.Pool{arn: shared().source()}
				g := mustNew(t, cfg)
				body, err := json.Marshal(object{"name": "A"})
				if err != nil {
					t.Fatal(err)
				}
				if w := do(g, create(string(body))(t)); w.Code != 200 {
					t.Errorf("%s responds to a valid body with %d %s", region, w.Code, w.Body)
				}
				if w := do(g, create(`{"name":1}`)(t)); w.Code != 400 {
					t.Errorf("%s responds to an invalid body with %d, want 400", region, w.Code)
				}
			}
		})
	}
}

func TestNewRefusesVariablesInSchemas(t *testing.T) {
	cfg := config(t, func(doc object) {
		at(doc, "components", "schemas", "NewAccount")["description"] = "in ${AWS::Region}"
	}, notInvoked(t))
	if _, err := gateway.New(cfg); err == nil {
		t.Error("New accepts a schema that differs between Regions")
	}
}
