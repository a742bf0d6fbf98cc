package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOrderedAgainstMap compares the skip list with a map and sorted keys.
func TestOrderedAgainstMap(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	o, want := newOrdered[int](), map[string]int{}
	for step := range 20000 {
		key := fmt.Sprint(random.IntN(500))
		if random.IntN(3) == 0 {
			o.remove(key)
			delete(want, key)
		} else {
			o.set(key, step)
			want[key] = step
		}
	}
	keys := slices.Sorted(maps.Keys(want))
	var got []string
	for n := o.from(""); n != nil; n = n.next[0] {
		got = append(got, n.key)
		if n.value != want[n.key] {
			t.Errorf("%s is %d", n.key, n.value)
		}
	}
	if !slices.Equal(got, keys) {
		t.Fatalf("keys %v", got)
	}
	for range 1000 {
		key := fmt.Sprint(random.IntN(600))
		at, found := slices.BinarySearch(keys, key)
		if n := o.from(key); (n == nil) != (at == len(keys)) || n != nil && n.key != keys[at] {
			t.Errorf("from %s", key)
		}
		if n := o.before(key); (n == nil) != (at == 0) || n != nil && n.key != keys[at-1] {
			t.Errorf("before %s", key)
		}
		if _, ok := o.get(key); ok != found {
			t.Errorf("get %s: %v", key, ok)
		}
	}
}
