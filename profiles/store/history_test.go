package store

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/profiles"
)

// TestETagNamesOneContent makes random requests in two Regions, delivers their items
// one by one in any order, with clocks apart, and checks that a version never has two
// contents, that the Regions agree in the end, and that no decision is lost.
func TestETagNamesOneContent(t *testing.T) {
	inTwoRegions(t, func(t *testing.T, open func(id string) *world) {
		runs := 0
		rapid.Check(t, func(t *rapid.T) {
			runs++
			h := &history{world: open(fmt.Sprint("account ", runs)), contents: map[int64]profiles.Profile{}}
			h.east.clock = time.Duration(rapid.IntRange(-5, 5).Draw(t, "clock")) * time.Second
			for range rapid.IntRange(5, 15).Draw(t, "steps") {
				h.step(t)
			}
			h.checkEnd(t)
		})
	})
}

// history is a world with the decisions that clients made.
type history struct {
	*world
	contents  map[int64]profiles.Profile
	decisions []decision
}

// decision is an acknowledged request.
type decision struct {
	kind string
	name string // of a preference
}

// step makes a request, or delivers an item.
func (h *history) step(t *rapid.T) {
	here := rapid.SampledFrom([]*replica{h.east, h.west}).Draw(t, "region")
	kinds := []string{"create", "grant", "withdraw", "set", "set", "remove", "delete", "arrive", "arrive"}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	if kind == "arrive" {
		if len(here.incoming) > 0 {
			part := rapid.SampledFrom(here.incoming).Draw(t, "item").part
			h.arrive(t, here, part)
			h.check(t, here)
		}
		return
	}
	before, _ := here.Get(t.Context(), h.id)
	d := decision{kind: kind}
	var err error
	switch kind {
	case "create":
		err = h.do(t, here, h.create(t, here, withConsent(true)))
	case "grant", "withdraw":
		err = h.do(t, here, h.replace(t, here, withConsent(kind == "grant")))
		if before.MarketingConsent == (kind == "grant") {
			d.kind = "content" // no decision on marketing
		}
	case "set", "remove":
		d.name = fmt.Sprint("p", len(h.decisions))
		m := profiles.Merge{d.name: number(float64(len(h.decisions)))}
		if kind == "remove" && len(before.Preferences) > 0 {
			d.name = slices.Sorted(maps.Keys(before.Preferences))[0]
			m = profiles.Merge{d.name: nil}
		} else {
			d.kind = "set"
		}
		err = h.do(t, here, h.merge(t, here, m))
	case "delete":
		err = h.do(t, here, h.delete(t, here))
	}
	if err == nil {
		h.decisions = append(h.decisions, d)
	} else if !slices.ContainsFunc([]error{profiles.ErrExists, profiles.ErrStale, profiles.ErrNotFound},
		func(expected error) bool { return errors.Is(err, expected) }) {
		t.Fatalf("%s: %v", kind, err)
	}
	h.check(t, here)
}

// check compares the Region's profile with the content that its version had before.
func (h *history) check(t *rapid.T, here *replica) {
	p, err := here.Get(t.Context(), h.id)
	if errors.Is(err, profiles.ErrNotFound) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if seen, ok := h.contents[p.Version]; ok && !reflect.DeepEqual(seen, p) {
		t.Fatalf("the version %d has the contents %+v and %+v", p.Version, seen, p)
	}
	h.contents[p.Version] = p
}

// checkEnd checks the profile after all items have arrived.
func (h *history) checkEnd(t *rapid.T) {
	p, err := h.heal(t)
	h.check(t, h.east)
	kinds := map[string]int{}
	for _, d := range h.decisions {
		kinds[d.kind]++
	}
	if kinds["delete"] > 0 {
		return // TestDeletedProfileStaysDeleted has the deletions
	}
	if kinds["create"] > 0 != (err == nil) {
		t.Fatalf("after %v: got %+v, %v", h.decisions, p, err)
	}
	removed := map[string]bool{}
	for _, d := range h.decisions {
		removed[d.name] = removed[d.name] || d.kind == "remove"
	}
	for _, d := range h.decisions {
		if _, ok := p.Preferences[d.name]; d.kind == "set" && ok == removed[d.name] {
			t.Fatalf("after %v: the preference %s is lost or was not removed: %+v", h.decisions, d.name, p)
		}
	}
	if kinds["withdraw"] > 0 && kinds["grant"] == 0 && p.MarketingConsent {
		t.Fatalf("after %v: the withdrawal is lost: %+v", h.decisions, p)
	}
}
