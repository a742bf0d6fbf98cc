// A contract with every mistake that the generator refuses. The errors are in
// errors.txt. (This comment is not the package's.)

package api

import (
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// Tables and secrets.
var (
	Good = resource.Table{Name: "good", HashKey: resource.Key{Name: "id", Type: resource.String}, TTL: "id", Consistency: resource.Strong}
	Bad  = resource.Table{
		Name: "bad", Consistency: "causal",
		HashKey:  resource.Key{Type: resource.String},
		RangeKey: resource.Key{Name: "at", Type: "T"},
		Indexes: []resource.Index{
			{HashKey: resource.Key{Name: "at", Type: resource.Number}},
			{Name: "twice", HashKey: resource.Key{Name: "a", Type: resource.String}, Include: []string{""}},
			{Name: "twice", HashKey: resource.Key{Name: "a", Type: resource.Number}},
			{Name: "keyless"},
		},
	}
	Foreign  = resource.Table{Name: "foreign"}
	Numbered = resource.Table{Name: "numbered", HashKey: resource.Key{Name: "n", Type: resource.Number}}
)

// Service returns a context in which everything is wrong.
func Service() rest.Service {
	return rest.Service{
		Name:    "Broken",
		Title:   " ",
		Version: "1.0",
		Operations: []rest.Described{
			&Undocumented, &Shape, &Twin, &SameID, &SameIDAgain, &Access, &Callers, &Embedded,
			&Problems, &Paths, &Parameters, &Headers, &Bodies, &Nested, &Fields, &Keyed, &NoStruct, &Named, &URL, &URLToo, &Sibling, &Pointer, &Output, &Unions, &Tagged,
		},
		Tables: []resource.Table{Good, Good, Bad, {}, Numbered},
		Secrets: []resource.Secret{
			{Name: "ok", Description: "Fine."}, {Name: "ok", Description: "Twice."}, {},
			{Name: "mute"}, {Name: "past", Description: "Rotates.", RotationDays: -1},
		},
		Scopes: map[string]string{
			"Broken/used":   "Used.",
			"Broken/unused": "Unused.",
			"Broken/":       "",
			"other/scope":   "Another context's.",
		},
	}
}
