package store

import (
	"testing"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

// TestNoFailureIsOverlooked refuses each call of each operation in turn.
func TestNoFailureIsOverlooked(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		for name, operation := range map[string]func() error{
			"Create":      func() error { _, err := s.Create(ctx, "ada", content, noon); return err },
			"Replace":     func() error { _, err := s.Replace(ctx, "ada", whatever, content, noon); return err },
			"Get":         func() error { _, err := s.Get(ctx, "ada"); return err },
			"DisplayName": func() error { _, err := s.DisplayName(ctx, "ada"); return err },
			"Merge":       func() error { _, err := s.Merge(ctx, "ada", set(0, 1, boolean(true)), noon); return err },
			"Delete":      func() error { return s.Delete(ctx, "ada", whatever) },
			"Probe":       func() error { return s.Probe(ctx) },
		} {
			t.Run(name, func(t *testing.T) {
				dynamodbtest.EachCallRefused(t, m, func() func() error {
					if err := s.Delete(ctx, "ada", whatever); err != nil {
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
