package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSharedQuotasOfAllEnvironments(t *testing.T) {
	tests := []struct {
		name         string
		environments int // next to trial and other, which have one Region in common
		want, refuse string
	}{
		{name: "two environments", want: "6 of 25 X-Ray groups in us-east-1, 4 of 25 X-Ray sampling rules in us-east-1, " +
			"2 of 20 CloudFront response headers policies, 2 of 1000 Cognito user pools with a domain, " +
			"1 of 10 CloudWatch Logs resource policies in us-east-1"},
		{name: "more groups than X-Ray has", environments: 7, refuse: "27 of 25 X-Ray groups in us-east-1"},
		{name: "more policies than CloudFront has", environments: 19,
			refuse: "21 of 20 CloudFront response headers policies"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			session, _ := doctorSession(t)
			session.contexts = []string{"one", "two"}
			for i := range test.environments {
				name := fmt.Sprintf("e%d", i)
				path := filepath.Join(session.root, "infra", "environments", name+".json")
				settings := `{"account": "111122223333", "regions": ["us-east-1"]}`
				if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := session.checkShared(t.Context())
			switch {
			case test.refuse == "" && (err != nil || got != test.want):
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			case test.refuse != "" && (err == nil || !strings.Contains(err.Error(), test.refuse)):
				t.Errorf("got %q, %v; want %q", got, err, test.refuse)
			}
		})
	}
}

// TestSharedQuotasCountWhatTerraformHas compares the numbers with the resources' blocks.
func TestSharedQuotasCountWhatTerraformHas(t *testing.T) {
	files, err := filepath.Glob("../terraform/*/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kind := regexp.MustCompile(`(?m)^resource "(aws_xray_\w+|aws_\w+_(?:headers|resource)_policy|` +
			`aws_cognito_user_pool\w*)"`)
		for _, m := range kind.FindAllStringSubmatch(string(source), -1) {
			found[filepath.Base(filepath.Dir(file))+" "+m[1]]++
		}
	}
	want := map[string]int{"api aws_xray_group": 1, "functions aws_xray_group": 1, "api aws_xray_sampling_rule": 2,
		"portal aws_cloudfront_response_headers_policy": 1, "global aws_cognito_user_pool": 1,
		"global aws_cognito_user_pool_domain": 1, "global aws_cognito_user_pool_client": 2,
		"bootstrap aws_cloudwatch_log_resource_policy": 1}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v: change sharedQuotas as well", found, want)
	}
}
