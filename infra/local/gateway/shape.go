package gateway

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// shape says which fields the emulator knows at one place of the document.
// A nil shape accepts anything. The check runs on the raw JSON, before any
// decoding, because decoders drop what they do not know, and an ignored field
// is a promise that nobody keeps.
type shape struct {
	fields map[string]*shape
	// each is the shape of fields with free names; nil refuses them.
	each *shape
	// items is the shape of an array's elements.
	items *shape
	// refused gives the reason for fields that are known not to be emulated.
	refused map[string]string
	// vendor accepts x- fields of other vendors, which API Gateway drops.
	vendor bool
	// check looks at the whole value, for rules between fields.
	check func(f *findings, at pointer, value any)
}

const extension = "x-amazon-apigateway-"

func (s *shape) walk(f *findings, at pointer, value any) {
	if s == nil {
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			s.field(f, at, name, value[name])
		}
	case []any:
		for i, element := range value {
			s.items.walk(f, at+pointer("/"+strconv.Itoa(i)), element)
		}
	}
	if s.check != nil {
		s.check(f, at, value)
	}
}

func (s *shape) field(f *findings, at pointer, name string, value any) {
	at = at.child(name)
	if reason, ok := s.refused[name]; ok {
		f.add(at, "%s", reason)
		return
	}
	if next, ok := s.fields[name]; ok {
		next.walk(f, at, value)
		return
	}
	switch {
	case strings.HasPrefix(name, extension):
		f.add(at, "the emulator does not know this extension here")
	case s.vendor && strings.HasPrefix(name, "x-"):
	case s.each != nil:
		s.each.walk(f, at, value)
	default:
		f.add(at, "the emulator does not know this field here")
	}
}

// known builds the fields of a shape that need no look inside.
func known(names ...string) map[string]*shape {
	fields := make(map[string]*shape, len(names))
	for _, name := range names {
		fields[name] = nil
	}
	return fields
}

func (s *shape) with(name string, next *shape) *shape {
	s.fields[name] = next
	return s
}
