package modrelease

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/compat"
)

var (
	breakingAPI      = Change{Of: API, Kind: compat.Breaking, Text: "Open: removed"}
	compatibleAPI    = Change{Of: API, Kind: compat.Compatible, Text: "Close: added"}
	breakingContract = Change{Of: Contract, Kind: compat.Breaking, Text: "GET /a: removed"}
	destroysData     = Change{
		Of: Manifest, Kind: compat.Breaking, Text: "key changed", Advice: "add a table, copy, then remove the old one",
	}
)

func TestNext(t *testing.T) {
	for _, test := range []struct {
		name      string
		last      string
		changes   []Change
		declared  string
		requested string
		want      string
		wantErr   string
	}{
		{name: "first release", want: "v0.1.0"},
		{name: "first release as declared", declared: "0.3.0", want: "v0.3.0"},
		{name: "first release as requested", requested: "v1.0.0", want: "v1.0.0"},
		{
			name: "first release below", requested: "v0.0.1",
			wantErr: "a: version v0.0.1 is too low: v0.1.0 is the lowest, because it is the first release",
		},
		{name: "no change of others' interest", last: "v0.1.0", want: "v0.1.1"},
		{name: "compatible in v0", last: "v0.1.0", changes: []Change{compatibleAPI}, want: "v0.1.1"},
		{name: "breaking in v0", last: "v0.1.3", changes: []Change{compatibleAPI, breakingAPI}, want: "v0.2.0"},
		{name: "breaking contract in v0", last: "v0.1.3", changes: []Change{breakingContract}, want: "v0.2.0"},
		{name: "compatible in v1", last: "v1.2.3", changes: []Change{compatibleAPI}, want: "v1.3.0"},
		{name: "declared version is higher", last: "v0.1.0", declared: "0.2.0", want: "v0.2.0"},
		{name: "declared version is the last one", last: "v0.1.0", declared: "0.1.0", want: "v0.1.1"},
		{name: "requested version is higher", last: "v0.1.0", requested: "v0.5.0", want: "v0.5.0"},
		{name: "v1 on request", last: "v0.9.0", changes: []Change{breakingAPI}, requested: "v1.0.0", want: "v1.0.0"},
		{
			name: "requested version is too low", last: "v0.1.3", changes: []Change{breakingAPI}, requested: "v0.1.4",
			wantErr: "a: version v0.1.4 is too low: v0.2.0 is the lowest, " +
				"because of a breaking change of the API since v0.1.3: Open: removed",
		},
		{
			name: "requested version is released", last: "v0.1.3", requested: "v0.1.3",
			wantErr: "a: version v0.1.3 is too low: v0.1.4 is the lowest, because v0.1.3 is already released",
		},
		{
			name: "below the declared version", last: "v0.1.3", declared: "0.2.0", requested: "v0.1.4",
			wantErr: "v0.2.0 is the lowest, because it is the Version in a/api",
		},
		{
			name: "breaking in v1", last: "v1.2.3", changes: []Change{breakingAPI, compatibleAPI},
			wantErr: "a: breaking changes since v1.2.3 are refused (1), because a module has no major version after v1",
		},
		{
			name: "breaking contract in v1", last: "v1.2.3", changes: []Change{breakingContract}, requested: "v2.0.0",
			wantErr: "\n  contract: GET /a: removed",
		},
		{
			name: "data in v1", last: "v1.2.3", changes: []Change{destroysData},
			wantErr: "\n  manifest: key changed; the safe way: add a table, copy, then remove the old one",
		},
		{
			name: "v2 on request", last: "v1.2.3", requested: "v2.0.0",
			wantErr: "a: version v2.0.0 is refused: a major version needs the module path a/v2",
		},
		{name: "prerelease", requested: "v0.2.0-rc.1", wantErr: `version "v0.2.0-rc.1" is not a release`},
		{name: "not a version", requested: "0.2", wantErr: `version "0.2" is not a release such as v0.1.0`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Next("a", test.last, test.changes, test.declared, test.requested)
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Errorf("version %s, error %v\nwant error %s", got, err, test.wantErr)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("version %s, error %v, want %s", got, err, test.want)
			}
		})
	}
}
