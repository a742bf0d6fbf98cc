package running

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLock(t *testing.T) {
	root := t.TempDir()
	first, err := NewLock(root)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(want OtherError) func(*testing.T) {
		return func(t *testing.T) {
			_, err := NewLock(root)
			var other *OtherError
			if !errors.As(err, &other) {
				t.Fatalf("error %v, want an *OtherError", err)
			}
			if diff := cmp.Diff(want, *other); diff != "" {
				t.Errorf("the first one (-want +got):\n%s", diff)
			}
		}
	}
	t.Run("a second one is refused while the first starts", refused(OtherError{PID: os.Getpid()}))
	if err := first.SetEdge("http://127.0.0.1:8080"); err != nil {
		t.Fatal(err)
	}
	t.Run("a second one is refused with the address of the first",
		refused(OtherError{os.Getpid(), "http://127.0.0.1:8080"}))
	t.Run("another clone is not refused", func(t *testing.T) { expectFree(t, t.TempDir()) })
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	t.Run("the next one is not refused", func(t *testing.T) { expectFree(t, root) })
}

// expectFree checks that a clone can be locked.
func expectFree(t *testing.T, root string) {
	t.Helper()
	lock, err := NewLock(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}
