package store

import (
	"testing"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

// TestEveryFailureIsReturned refuses each call of each operation in turn and
// checks that the operation fails.
func TestEveryFailureIsReturned(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		for name, operation := range map[string]func() error{
			"Create":      func() error { _, err := s.Create(ctx, "ada", content, noon); return err },
			"Replace":     func() error { _, err := s.Replace(ctx, "ada", anyVersion, content, noon); return err },
			"Get":         func() error { _, err := s.Get(ctx, "ada"); return err },
			"DisplayName": func() error { _, err := s.DisplayName(ctx, "ada"); return err },
			"Merge":       func() error { _, err := s.Merge(ctx, "ada", setMany(0, 1, boolean(true)), noon); return err },
			"Delete":      func() error { return s.Delete(ctx, "ada", anyVersion) },
			"Probe":       func() error { return s.Probe(ctx) },
		} {
			t.Run(name, func(t *testing.T) {
				dynamodbtest.EachCallRefused(t, m, func() func() error {
					if err := s.Delete(ctx, "ada", anyVersion); err != nil {
						t.Fatal(err)
					}
					if name == "Create" {
						return operation
					}
					if _, err := s.Create(ctx, "ada", content, noon); err != nil {
						t.Fatal(err)
					}
					return operation
				})
			})
		}
	})
}
