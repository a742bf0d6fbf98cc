package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServers(t *testing.T) {
	local := []string{
		"http://127.0.0.1:{port} Embedded cloud, started with 'go tool mage up'. The environment variable PORT sets its port",
	}
	for name, test := range map[string]struct {
		environments map[string]string
		want         []string
	}{
		"no environments": {want: local},
		"production first": {
			environments: map[string]string{
				"dev.json":  `{"domain": "api.dev.example.com", "regions": ["us-east-1"]}`,
				"prod.json": `{"domain": "api.example.com"}`,
			},
			want: append([]string{
				"https://api.example.com Environment prod", "https://api.dev.example.com Environment dev",
			}, local...),
		},
		"only environments with a domain": {
			environments: map[string]string{
				"dev.json": `{"regions": []}`, "template.json": `{"domain": "api-{environment}.example.com"}`,
			},
			want: local,
		},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := servers(writeEnvironments(t, test.environments))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range list {
				got = append(got, s.URL+" "+s.Description)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("servers (-want +got):\n%s", diff)
			}
			if local := list[len(list)-1]; local.Variables["port"].Description != "" {
				t.Errorf("the port has a description, which swagger-parser refuses in OpenAPI 3.1")
			}
			if err := list.Validate(t.Context()); err != nil {
				t.Errorf("invalid servers: %v", err)
			}
		})
	}
}

func TestServersReturnsErrorsWithTheFile(t *testing.T) {
	root := writeEnvironments(t, map[string]string{"dev.json": "{"})
	want := filepath.Join(root, "infra", "environments", "dev.json") + ": unexpected end of JSON input"
	if _, err := servers(root); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestMergeAddsServersContactAndLicense merges the contexts of this repository.
func TestMergeAddsServersContactAndLicense(t *testing.T) {
	merged, err := Merge("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(merged.Doc.Servers) < 2 || merged.Doc.Servers[0].Description != "Environment prod" {
		t.Errorf("servers %+v, want production first", merged.Doc.Servers)
	}
	info := merged.Doc.Info
	if info.Contact == nil || info.Contact.URL == "" || info.License == nil || info.License.Name != "Apache-2.0" {
		t.Errorf("contact %+v, license %+v; want a URL and Apache-2.0", info.Contact, info.License)
	}
	if err := merged.Doc.Validate(t.Context()); err != nil {
		t.Errorf("the document is not valid: %v", err)
	}
}

func writeEnvironments(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "infra", "environments")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
