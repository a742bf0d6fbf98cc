package client

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

const orders = `{
  "openapi": "3.0.3",
  "x-meridian-format": 1,
  "info": {"title": "orders", "version": "0.0.0"},
  "paths": {"/orders": {"get": {
    "operationId": "listOrders", "x-source-type": "example.com/orders/api.List",
    "responses": {"200": {"description": "All orders."}}
  }}}
}`

// TestCheckPackages checks that a client is up to date only as it was written, with the
// specification that it was written from.
func TestCheckPackages(t *testing.T) {
	for _, test := range []struct {
		name    string
		old     string // a part of file that changed replaces
		changed string
		file    string
		want    bool
	}{
		{name: "as generated", want: true},
		{name: "another description", file: manifest.SpecFile, old: "All orders.", changed: "Open orders."},
		{name: "another Go type", file: manifest.SpecFile, old: "api.List", changed: "api.Orders", want: true},
		{name: "edited", file: "client/client.go", old: "type Client struct{}", changed: "type Client struct{ edited bool }"},
		{name: "another digest", file: "client/client.go", old: digestPrefix, changed: digestPrefix + "0"},
		{name: "no digest", file: "client/client.go", old: digestPrefix, changed: "// "},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := workspace.Context{Name: "orders", Dir: t.TempDir()}
			replace(t, filepath.Join(c.Dir, manifest.SpecFile), "", orders)
			spec, err := specification(c)
			if err != nil {
				t.Fatal(err)
			}
			generated := "// Package client does anything.\n//\n// Generated.\npackage client\n\ntype Client struct{}\n"
			replace(t, packageFile(c), "", string(seal(document(c, []byte(generated)), spec)))
			if test.file != "" {
				replace(t, filepath.Join(c.Dir, test.file), test.old, test.changed)
			}
			err = CheckPackages([]workspace.Context{c})
			const stale = "orders/client/client.go is out of date"
			if test.want && err != nil || !test.want && (err == nil || !strings.Contains(err.Error(), stale)) {
				t.Errorf("got %v, want up to date: %t", err, test.want)
			}
		})
	}
}

func TestCheckPackagesWithoutClient(t *testing.T) {
	if err := CheckPackages([]workspace.Context{{Name: "orders", Dir: t.TempDir()}}); err != nil {
		t.Errorf("got %v for a context without a client", err)
	}
}

// replace replaces old in the file, which must have it once. The empty text is a file
// that does not exist yet.
func replace(t *testing.T, file, old, changed string) {
	t.Helper()
	content := changed
	if old != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(data), old) != 1 {
			t.Fatalf("%s has not one %q", file, old)
		}
		content = strings.Replace(string(data), old, changed, 1)
	} else if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestForGo checks that only the members about deprecations are left out.
func TestForGo(t *testing.T) {
	got, err := forGo([]byte(`{
		"get": {"deprecated": true, "x-deprecated-reason": "use put", "description": "Deprecated: use put."},
		"properties": {"deprecated": {"type": "boolean"}, "list": [{"deprecated": true}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonical.JSON(json.RawMessage(`{"get": {"description": "Deprecated: use put."},
		"properties": {"deprecated": {"type": "boolean"}, "list": [{}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the specification (-want +got):\n%s", diff)
	}
}
