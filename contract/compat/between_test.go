package compat

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
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
			r, err := Between("accounts", "release 4f2c", specificationOf(test.before), specificationOf(test.after))
			if err != nil {
				t.Fatal(err)
			}
			if r.Level != test.level || r.Current != "1.4.0" || r.Next != test.next {
				t.Errorf("level %s, version %s, next %s; want %s, 1.4.0, %s", r.Level, r.Current, r.Next, test.level, test.next)
			}
		})
	}
	r, err := Between("accounts", "release 4f2c", specificationOf("get put"), specificationOf("get"))
	if err != nil {
		t.Fatal(err)
	}
	err = Gate([]Report{r}, []*manifest.Service{{Name: "accounts", Version: "1.5.0"}})
	if err == nil ||
		!strings.Contains(err.Error(), "it must be 2.0.0 or higher (breaking change since release 4f2c: PUT /accounts") {
		t.Errorf("the gate returns %v", err)
	}
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
