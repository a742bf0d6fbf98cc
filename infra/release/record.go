package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/meridian-api/meridian/infra/objects"
)

// ReadRecord reads the record name into v, and reports whether there is one.
func (s *Store) ReadRecord(ctx context.Context, name string, v any) (bool, error) {
	data, err := s.bucket.Read(ctx, recordName(name))
	if errors.Is(err, objects.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return false, fmt.Errorf("%s: %w", recordName(name), err)
	}
	return true, nil
}

// WriteRecord stores v as the record name, in place of an earlier one.
func (s *Store) WriteRecord(ctx context.Context, name string, v any) error {
	return s.writeRecord(ctx, name, v, false)
}

// ErrRecorded is the error of CreateRecord for a record that exists.
var ErrRecorded = errors.New("the record exists")

// CreateRecord stores v as the record name, unless there is one: of several
// processes at once, one succeeds and the others get ErrRecorded.
func (s *Store) CreateRecord(ctx context.Context, name string, v any) error {
	err := s.writeRecord(ctx, name, v, true)
	if errors.Is(err, objects.ErrExists) {
		return fmt.Errorf("%s: %w", name, ErrRecorded)
	}
	return err
}

func (s *Store) writeRecord(ctx context.Context, name string, v any, onlyNew bool) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return s.bucket.Write(ctx, recordName(name), append(data, '\n'), onlyNew)
}

// DeleteRecord removes the record name; a missing record is not an error.
func (s *Store) DeleteRecord(ctx context.Context, name string) error {
	return s.bucket.Remove(ctx, recordName(name))
}

func recordName(name string) string { return "records/" + name + ".json" }
