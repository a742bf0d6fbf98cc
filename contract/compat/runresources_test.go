package compat

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// service writes the manifest of the context orders with one table, whose key is given.
func (m monorepo) service(key string) {
	m.write("orders/"+manifest.File, `{"name": "orders", "version": "1.2.3",
		"tables": {"orders": {"hashKey": {"name": "`+key+`", "type": "S"}}}}`)
}

func TestRunComparesManifests(t *testing.T) {
	for _, test := range []struct{ released, next string }{
		{released: "0.3.1", next: "0.4.0"},
		{released: "1.2.3", next: "2.0.0"},
	} {
		t.Run(test.released, func(t *testing.T) {
			repo := newMonorepo(t)
			repo.service("id")
			repo.commit("orders/v" + test.released)
			repo.service("orderId")
			got := repo.report("", "orders")
			if len(got.Changes) != 0 || len(got.Resources) != 1 || got.Level != Breaking || got.Next != test.next {
				t.Fatalf("report %+v, want one change of the manifest that needs %s", got, test.next)
			}
			if c := got.Resources[0]; c.ID != tableKey.id || c.Location != "orders/service.json#/tables/orders" {
				t.Errorf("change %+v, want %s", c, tableKey.id)
			}
		})
	}
}

func TestRunComparesTheManifestOfARemovedContext(t *testing.T) {
	repo := newMonorepo(t)
	repo.service("id")
	repo.commit("orders/v1.2.3")
	repo.write("go.work", "go 1.26.0\n\nuse ./parcels\n")
	if err := os.RemoveAll(filepath.Join(repo.dir, "orders")); err != nil {
		t.Fatal(err)
	}
	got := repo.report("main", "orders")
	if len(got.Resources) != 1 || got.Resources[0].ID != tableRemoved.id {
		t.Fatalf("changes %+v, want %s", got.Resources, tableRemoved.id)
	}
	if at := got.Resources[0].Location; at != "main:orders/service.json#/tables/orders" {
		t.Errorf("location %s, want the manifest that has the table", at)
	}
}

func TestRunRefusesAReleaseInANewerFormat(t *testing.T) {
	repo := newMonorepo(t)
	repo.write("orders/"+manifest.File, string(manifesttest.Newer().Manifest))
	repo.commit("orders/v1.2.3")
	repo.service("id")
	var format *manifest.FormatError
	if err := repo.runError(""); !errors.As(err, &format) || format.File != "orders/v1.2.3:orders/service.json" {
		t.Errorf("error %v, want a FormatError that names the release", err)
	}
}

func TestRunWorkspaceLeavesOutPinnedContexts(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v1.2.3")
	repo.write("orders/"+manifest.SpecFile, "unfinished")
	ws, err := workspace.Find(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	ws.Pins = map[string]workspace.Pin{"orders": {Version: "v1.2.3", Dir: filepath.Join(repo.dir, "orders")}}
	reports, err := RunWorkspace(t.Context(), ws, "")
	if err != nil || len(reports) != 1 || reports[0].Context != "parcels" {
		t.Errorf("reports %+v, %v; want one on parcels", reports, err)
	}
}
