package generate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
)

// fault is one thing that is wrong with a contract, at its place in the source.
type fault struct {
	at   comments.Position
	text string
}

func (f fault) Error() string {
	if at := f.at.String(); at != "" {
		return at + ": " + f.text
	}
	return f.text
}

// faults collects all that is wrong: an author mends everything at once.
type faults []fault

func (f *faults) add(at comments.Position, format string, args ...any) {
	*f = append(*f, fault{at, fmt.Sprintf(format, args...)})
}

// err joins the faults in the order of the source, each once: a type that two
// operations use is looked at twice.
func (f faults) err() error {
	slices.SortFunc(f, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.text, b.text))
	})
	list := make([]error, 0, len(f))
	for _, one := range slices.Compact(f) {
		list = append(list, one)
	}
	return errors.Join(list...)
}
