package portal

import (
	"slices"
	"time"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/platform/rest"
)

// deprecated is a row of the list of deprecations.
type deprecated struct {
	// Operation is nil for a part of a schema, which many operations can have.
	Operation *operation
	// Part is empty for the operation itself.
	Part string
	// Announced are the dates in the document, or zero.
	Announced rest.Deprecation
	// Release is the deprecation by the releases, or nil if they are not known.
	Release *Deprecation
}

// Ends returns the time from which a release may withdraw it, or the zero time if neither
// the document nor a release says so.
func (d deprecated) Ends() time.Time {
	end := d.Announced.Sunset
	if d.Release != nil && d.Release.Ends().After(end) {
		end = d.Release.Ends()
	}
	return end
}

// deprecationOf returns when a release deprecated an operation, or nil.
func deprecationOf(deprecations []Deprecation, o operation) *Deprecation {
	if !o.Deprecated {
		return nil
	}
	return deprecationBy(deprecations, o.Method+" "+o.Path, "")
}

// deprecationBy returns the deprecation of a part by the releases, or nil.
func deprecationBy(deprecations []Deprecation, operation, part string) *Deprecation {
	i := slices.IndexFunc(deprecations, func(d Deprecation) bool { return d.Operation == operation && d.Part == part })
	if i < 0 {
		return nil
	}
	return &deprecations[i]
}

// Deprecated returns what the document deprecates, sorted by its end. Parts without a date
// are last.
func (c *catalog) Deprecated() []deprecated {
	operations := map[string]*operation{}
	for _, b := range c.Contexts {
		for i, o := range b.Operations {
			operations[o.Method+" "+o.Path] = &b.Operations[i]
		}
	}
	var list []deprecated
	for _, p := range compat.Parts(c.document) {
		list = append(list, deprecated{
			Operation: operations[p.Operation], Part: p.Name, Announced: p.Announced,
			Release: deprecationBy(c.deprecations, p.Operation, p.Name),
		})
	}
	slices.SortStableFunc(list, func(a, b deprecated) int {
		switch x, y := a.Ends(), b.Ends(); {
		case x.IsZero() != y.IsZero():
			return map[bool]int{true: 1, false: -1}[x.IsZero()]
		default:
			return x.Compare(y)
		}
	})
	return list
}
