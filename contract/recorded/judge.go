package recorded

import (
	"maps"
	"slices"
)

// Reporter is the part of *testing.T that Judge needs.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// Judge fails the test unless the differences found by replaying a recording are
// exactly those that its file declares. A difference that is gone must leave the
// file too, or the next one would hide behind it. found maps parts to what was
// got and wanted.
func (c Case) Judge(t Reporter, found map[string]string) {
	t.Helper()
	for _, part := range slices.Sorted(maps.Keys(found)) {
		if _, ok := c.Differs[part]; !ok {
			t.Errorf("%s\n%s: %s", c.Shows, part, found[part])
		}
	}
	for _, part := range slices.Sorted(maps.Keys(c.Differs)) {
		if _, ok := found[part]; !ok {
			t.Errorf("%s is as recorded now: remove the line \"differs: %s\"", part, part)
		}
	}
}
