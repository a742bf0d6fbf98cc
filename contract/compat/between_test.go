package compat

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
)

func TestBetween(t *testing.T) {
	tests := []struct {
		name          string
		before, after string // operations
		level         Level
		next          string
	}{
		{name: "the same", before: "get put", after: "get put", level: None, next: "1.4.0"},
		{name: "an operation more", before: "get", after: "get put", level: Compatible, next: "1.5.0"},
		{name: "an operation less", before: "get put", after: "get", level: Breaking, next: "2.0.0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := Between("accounts", "release 4f2c", filesOf(test.before), filesOf(test.after))
			if err != nil {
				t.Fatal(err)
			}
			if r.Level != test.level || r.Current != "1.4.0" || r.Next != test.next {
				t.Errorf("level %s, version %s, next %s; want %s, 1.4.0, %s", r.Level, r.Current, r.Next, test.level, test.next)
			}
		})
	}
	r, err := Between("accounts", "release 4f2c", filesOf("get put"), filesOf("get"))
	if err != nil {
		t.Fatal(err)
	}
	err = Gate([]Report{r}, []*manifest.Service{{Name: "accounts", Version: "1.5.0"}})
	if err == nil ||
		!strings.Contains(err.Error(), "it must be 2.0.0 or higher (breaking change since release 4f2c: PUT /accounts") {
		t.Errorf("the gate returns %v", err)
	}
}

func TestBetweenComparesManifests(t *testing.T) {
	before, after := filesOf("get"), filesOf("get")
	before.Manifest = []byte(`{"name": "accounts", "version": "1.4.0",
		"tables": {"accounts": {"hashKey": {"name": "id", "type": "S"}}}}`)
	r, err := Between("accounts", "release 4f2c", before, after)
	if err != nil {
		t.Fatal(err)
	}
	if r.Level != Breaking || r.Next != "2.0.0" || len(r.Changes) != 0 || r.All()[0].Verdict != DestroysData {
		t.Errorf("level %s, next %s, changes %+v; want destroyed data, which needs 2.0.0", r.Level, r.Next, r.All())
	}
	err = Gate([]Report{r}, []*manifest.Service{{Name: "accounts", Version: "1.5.0"}})
	want := "it must be 2.0.0 or higher (destroys data since release 4f2c: table `accounts`: removed with its items; " +
		"the safe way: keep declaring the table"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the gate returns %v, want %q", err, want)
	}
}

func TestForClientsLeavesOutTheManifest(t *testing.T) {
	r := Report{
		Level: Breaking, Next: "2.0.0", Changes: []Change{{Level: Compatible, Text: "added"}},
		Resources: []Change{{Level: Breaking, Verdict: DestroysData, Text: "table `secret-plans`: removed with its items"}},
	}
	want := Report{Level: Compatible, Next: "2.0.0", Changes: []Change{{Level: Compatible, Text: "added"}}}
	if diff := cmp.Diff(want, r.ForClients()); diff != "" {
		t.Errorf("report for clients (-want +got):\n%s", diff)
	}
}

func TestBetweenReadsEveryFormat(t *testing.T) {
	for _, f := range manifesttest.Fixtures() {
		files := Files{Specification: f.Specification, Manifest: f.Manifest}
		r, err := Between(f.Name, "itself", files, files)
		if err != nil || len(r.All()) != 0 {
			t.Errorf("format %d compared with itself: %+v, %v", f.Format, r.All(), err)
		}
	}
	oldest, newer := manifesttest.Fixtures()[0], manifesttest.Newer()
	readable := Files{Specification: oldest.Specification, Manifest: oldest.Manifest}
	for name, files := range map[string]Files{
		"specification": {Specification: newer.Specification, Manifest: oldest.Manifest},
		"manifest":      {Specification: oldest.Specification, Manifest: newer.Manifest},
	} {
		if _, err := Between("orders", "release 4f2c", files, readable); !errors.As(err, new(*manifest.FormatError)) {
			t.Errorf("a newer %s: error %v, want a FormatError", name, err)
		}
	}
}

// filesOf returns the files of a context with operations, and with nothing else.
func filesOf(methods string) Files {
	return Files{Specification: specificationOf(methods), Manifest: []byte(`{"name": "accounts", "version": "1.4.0"}`)}
}

// specificationOf returns a specification of version 1.4.0 with operations.
func specificationOf(methods string) []byte {
	var operations []string
	for method := range strings.FieldsSeq(methods) {
		operations = append(operations,
			`"`+method+`": {"operationId": "`+method+`", "responses": {"204": {"description": "Done."}}}`)
	}
	return []byte(`{"openapi": "3.0.3", "info": {"title": "Accounts", "version": "1.4.0"},
		"paths": {"/accounts": {` + strings.Join(operations, ",") + `}}}`)
}
