package generate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
)

// sourceError is an error in a contract, at a position in the source.
type sourceError struct {
	at   comments.Position
	text string
}

func (e sourceError) Error() string {
	if at := e.at.String(); at != "" {
		return at + ": " + e.text
	}
	return e.text
}

// sourceErrors collects errors, so that an author sees all of them at once.
type sourceErrors []sourceError

func (e *sourceErrors) add(at comments.Position, format string, args ...any) {
	*e = append(*e, sourceError{at, fmt.Sprintf(format, args...)})
}

// err joins the errors in the order of the source, each once: a type that two
// operations use is checked twice.
func (e sourceErrors) err() error {
	slices.SortFunc(e, func(a, b sourceError) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.text, b.text))
	})
	list := make([]error, 0, len(e))
	for _, one := range slices.Compact(e) {
		list = append(list, one)
	}
	return errors.Join(list...)
}
