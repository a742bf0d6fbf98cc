package gateway

import (
	"errors"
	"fmt"
	"strings"
)

// pointer is a JSON pointer (RFC 6901) into the document.
type pointer string

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func (p pointer) child(names ...string) pointer {
	for _, name := range names {
		p += "/" + pointer(pointerEscaper.Replace(name))
	}
	return p
}

func (p pointer) index(i int) pointer { return p + pointer(fmt.Sprintf("/%d", i)) }

// findings collects why a document cannot be served. Loading goes on after a
// finding, so that one run reports them all.
type findings struct{ errs []error }

func (f *findings) add(at pointer, format string, args ...any) {
	if at == "" {
		at = "/"
	}
	f.errs = append(f.errs, fmt.Errorf("gateway: %s: %s", at, fmt.Sprintf(format, args...)))
}

func (f *findings) err() error { return errors.Join(f.errs...) }
