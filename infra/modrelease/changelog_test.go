package modrelease

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/compat"
)

const changelog = `# Changelog

Text.

## [Unreleased]

### Added

- One.

## [0.1.0] - 2026-01-02

- First release.
`

func TestChangelog(t *testing.T) {
	day := time.Date(2026, 2, 3, 4, 5, 6, 7, time.UTC)
	for _, test := range []struct{ name, text, want string }{
		{
			name: "after a release", text: changelog,
			want: strings.Replace(changelog, "## [Unreleased]\n", "## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n", 1),
		},
		{
			name: "first release", text: "# Changelog\n\n## Unreleased\n- First.",
			want: "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n- First.\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := ParseChangelog(test.text)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Release("v0.2.0", day, c.Unreleased())
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("changelog (-want +got):\n%s", diff)
			}
			if c, err = ParseChangelog(got); err != nil || c.Unreleased() != "" {
				t.Errorf("unreleased changes are %q after the release, error %v", c.Unreleased(), err)
			}
		})
	}
	if _, err := ParseChangelog("# Changelog\n\n## [0.1.0]\n"); err == nil {
		t.Error("no error without a heading of unreleased changes")
	}
}

func TestPropose(t *testing.T) {
	got := Propose("accounts", []string{
		"accounts: add a field", "Fix a race", "accounts: rename the store", "accounts: release v0.1.0",
		"accounts: require platform v0.2.0", "accounts: add a field", "Remove the cache", "éclair",
	})
	want := `### Added

- Add a field.

### Changed

- Rename the store.
- Éclair.

### Removed

- Remove the cache.

### Fixed

- Fix a race.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestNotes(t *testing.T) {
	written, err := ParseChangelog(changelog)
	if err != nil {
		t.Fatal(err)
	}
	compatible := Change{Of: API, Kind: compat.Compatible, Text: "New: added"}
	for _, test := range []struct {
		name    string
		log     Changelog
		changes []Change
		want    string
	}{
		{name: "as written", log: written, changes: []Change{compatible}, want: "### Added\n\n- One."},
		{name: "as proposed", want: "proposal"},
		{
			name: "breaking", log: written, changes: []Change{breakingAPI, compatible, breakingContract},
			want: "### Breaking\n\n- API: Open: removed\n- contract: GET /a: removed\n\n### Added\n\n- One.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Notes(test.log, "proposal", test.changes)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
