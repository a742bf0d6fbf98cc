package precondition

import "testing"

func TestNewVersion(t *testing.T) {
	seen := map[int64]bool{}
	for range 1000 {
		v := NewVersion()
		if v < 1 || seen[v] {
			t.Fatalf("drew %d, which is below 1 or repeated", v)
		}
		seen[v] = true
	}
}
