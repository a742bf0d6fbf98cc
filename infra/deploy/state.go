package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/meridian-api/meridian/infra/objects"
	"github.com/meridian-api/meridian/infra/provision"
)

// readState decodes a stack's state as far as T has members, in Terraform's format of
// version 4. A stack without a state has the zero T.
func readState[T any](ctx context.Context, s *session, stack provision.Stack) (state T, err error) {
	data, err := s.states.Read(ctx, stack.Key()+provision.StateSuffix)
	if errors.Is(err, objects.ErrNotFound) || err == nil && len(data) == 0 {
		return state, nil
	}
	if err != nil {
		return state, err
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return state, fmt.Errorf("the state of %s: %w", stack.Key(), err)
	}
	return state, nil
}
