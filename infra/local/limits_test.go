package local

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/platform/resource"
)

func TestParseLimits(t *testing.T) {
	limits, err := ParseLimits("prod.json", []byte(`{"api": {"requestsPerSecond": 50, "burst": 100}, "functions": {
		"reservedConcurrency": 5, "reservedConcurrencyOf": {"accounts-create": 20}, "accountConcurrency": 900}}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&gateway.Throttle{
		Rate: 50, Burst: 100, Setting: "api.requestsPerSecond and api.burst in prod.json",
	}, limits.Throttle); diff != "" {
		t.Errorf("throttle (-want +got):\n%s", diff)
	}
	if limits.account != 900 || limits.of("accounts", "create") != 20 || limits.of("accounts", "get") != 5 {
		t.Errorf("account %d, exception %d, others %d", limits.account, limits.of("accounts", "create"),
			limits.of("accounts", "get"))
	}
	for _, settings := range []string{"", "[]", `{"api": {"burst": 1}}`} {
		if _, err := ParseLimits("x.json", []byte(settings)); err == nil || !strings.HasPrefix(err.Error(), "x.json: ") {
			t.Errorf("settings %q: error %v", settings, err)
		}
	}
}

// stageSettings are the arguments of the API and its stage that Terraform sets next to the
// document, and what the embedded gateway does about them. A test of this table fails when
// Terraform sets another one, or one of these to a value that the gateway does not emulate.
var stageSettings = map[string]map[string]struct {
	value  string // a regular expression; empty is any value
	reason string
}{
	"aws_api_gateway_rest_api": {
		"region": {reason: "Config.Region"}, "name": {reason: "clients do not see it"},
		"endpoint_configuration": {value: `\{`, reason: "the document has it, too"},
		"types":                  {value: `\["REGIONAL"\]`, reason: "events have the form of a Regional API"},
	},
	"aws_api_gateway_rest_api_put": {
		"region": {reason: "Config.Region"}, "rest_api_id": {reason: "the API"}, "body": {reason: "Config.Document"},
		"fail_on_warnings": {value: "true", reason: "the gateway refuses what the lint finds"},
		"parameters":       {value: `\{`, reason: "those below"},
		"ignore":           {value: `"documentation"`, reason: "the gateway does not serve documentation"},
	},
	"aws_api_gateway_stage": {
		"region": {reason: "Config.Region"}, "rest_api_id": {reason: "the API"}, "deployment_id": {reason: "the document"},
		"stage_name":            {value: `local\.stage`, reason: "Config.Stage, resource.StageName"},
		"description":           {reason: "clients do not see it"},
		"xray_tracing_enabled":  {value: "true", reason: "the gateway traces every request"},
		"cache_cluster_enabled": {value: "false", reason: "the gateway has no cache"},
		"variables":             {value: `\{`, reason: "those below"},
		"environment":           {value: `var\.environment`, reason: "Config.Variables"},
		"access_log_settings":   {value: `\{`, reason: "those below"},
		"destination_arn":       {reason: "Config.Log"}, "format": {reason: "Config.Log has the same fields"},
	},
	"aws_api_gateway_method_settings": {
		"region": {reason: "Config.Region"}, "rest_api_id": {reason: "the API"}, "stage_name": {reason: "the stage"},
		"settings":               {value: `\{`, reason: "those below"},
		"method_path":            {value: `"\*/\*"`, reason: "Config.Throttle is for all methods together"},
		"metrics_enabled":        {reason: "clients do not see it"},
		"logging_level":          {reason: "clients do not see it"},
		"data_trace_enabled":     {reason: "clients do not see it"},
		"caching_enabled":        {value: "false", reason: "the gateway has no cache"},
		"throttling_rate_limit":  {value: `local\.settings\.api\.requestsPerSecond`, reason: "Limits.Throttle"},
		"throttling_burst_limit": {value: `local\.settings\.api\.burst`, reason: "Limits.Throttle"},
	},
}

var (
	resourceBlock = regexp.MustCompile(`(?ms)^resource "(\w+)" "\w+" \{\n(.*?)^\}`)
	argument      = regexp.MustCompile(`(?m)^ {2,4}(\w+) +(?:= +)?(.*?)(?: +#.*)?$`)
	lifecycle     = regexp.MustCompile(`(?ms)^  lifecycle \{.*?^  \}`)
)

// TestStageSettings checks that the gateway emulates, or has a reason not to, every setting
// that Terraform makes next to the document.
func TestStageSettings(t *testing.T) {
	source, err := os.ReadFile("../terraform/api/api.tf")
	if err != nil {
		t.Fatal(err)
	}
	unseen := map[string]bool{}
	for kind, settings := range stageSettings {
		for name := range settings {
			unseen[kind+" "+name] = true
		}
	}
	for _, block := range resourceBlock.FindAllStringSubmatch(string(source), -1) {
		known, ok := stageSettings[block[1]]
		if !ok {
			continue
		}
		for _, found := range argument.FindAllStringSubmatch(lifecycle.ReplaceAllString(block[2], ""), -1) {
			name, value := found[1], found[2]
			setting, ok := known[name]
			delete(unseen, block[1]+" "+name)
			switch {
			case name == "depends_on" || name == "for_each":
			case !ok:
				t.Errorf("%s sets %s: emulate it, or say in stageSettings why not", block[1], name)
			case setting.value != "" && !regexp.MustCompile("^"+setting.value+"$").MatchString(value):
				t.Errorf("%s sets %s to %s: the gateway emulates only %s (%s)", block[1], name, value, setting.value,
					setting.reason)
			}
		}
	}
	for setting := range unseen {
		t.Errorf("api.tf does not set %s any longer", setting)
	}
	names, err := os.ReadFile("../terraform/modules/settings/names.tf")
	if err != nil {
		t.Fatal(err)
	}
	if want := regexp.MustCompile(`(?m)^ +stage +=  *"` + resource.StageName + `"$`); !want.Match(names) {
		t.Errorf("names.tf does not have the stage %s of package resource", resource.StageName)
	}
}

// TestLimitsOfEnvironments checks that the settings of every environment have limits.
func TestLimitsOfEnvironments(t *testing.T) {
	entries, err := os.ReadDir("../environments")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		data, err := os.ReadFile("../environments/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseLimits(entry.Name(), data); err != nil {
			t.Error(err)
		}
	}
}
