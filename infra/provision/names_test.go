package provision

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/provision/policy"
	"github.com/meridian-api/meridian/platform/resource"
)

// checkNames checks that Terraform applied exactly the tables, secrets, functions and
// buckets of states that the Go code will look for, under the same names.
func (s *system) checkNames(all []policy.Resource) {
	want := map[string][]string{
		"aws_lambda_function": {
			resource.FunctionName(s.name, "platform", "add-claims"), resource.FunctionName(s.name, "platform", "rotate-secret"),
		},
		"aws_s3_bucket": {resource.StateBucketName(s.workspace.Environment.System, s.workspace.Environment.Account)},
	}
	add := func(kind, name string) { want[kind] = append(want[kind], name) }
	for _, service := range s.services {
		for table := range service.Tables {
			add("aws_dynamodb_table", resource.TableName(s.name, table))
		}
		for secret := range service.Secrets {
			add("aws_secretsmanager_secret", resource.SecretName(s.name, secret))
		}
		for function := range service.Functions {
			add("aws_lambda_function", resource.FunctionName(s.name, service.Name, function))
		}
	}
	for kind, attribute := range map[string]string{
		"aws_dynamodb_table": "name", "aws_secretsmanager_secret": "name", "aws_lambda_function": "function_name",
	} {
		s.T.Run(kind+" has the name of platform/resource", func(t *testing.T) {
			slices.Sort(want[kind])
			if diff := cmp.Diff(want[kind], names(all, kind, attribute)); diff != "" {
				t.Errorf("-Go +Terraform:\n%s", diff)
			}
		})
	}
	// Other buckets, such as the portal's, are known to Terraform only.
	s.T.Run("aws_s3_bucket has the name of platform/resource", func(t *testing.T) {
		for _, name := range want["aws_s3_bucket"] {
			if applied := names(all, "aws_s3_bucket", "bucket"); !slices.Contains(applied, name) {
				t.Errorf("there is no bucket %s: got %q", name, applied)
			}
		}
	})
}

// names returns the names of the managed resources of a kind, sorted and each once.
func names(all []policy.Resource, kind, attribute string) []string {
	var list []string
	for _, r := range all {
		if name, _ := r.Values[attribute].(string); r.Type == kind && !r.Data {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// checkSystem checks that what Terraform applied is named after the system in
// infra/system.json, here Acme, and never after this repository's. The document of the
// gateway is the contexts' and has the names that they were generated with, as have the
// problems that the firewall takes from it; the domains are the environments'.
func (s *system) checkSystem(all []policy.Resource) {
	other := regexp.MustCompile(`(?i)[\w.-]*meridian[\w.-]*`)
	s.T.Run("no name of another system", func(t *testing.T) {
		for _, r := range all {
			values := maps.Clone(r.Values)
			delete(values, "body")
			delete(values, "custom_response_body")
			data, err := json.Marshal(values)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range other.FindAllString(string(data), -1) {
				if !strings.Contains(found, "meridian.example.com") && !strings.Contains(found, "com.example.meridian") {
					t.Errorf("%s has %q", r, found)
				}
			}
		}
	})
}
