package dynamodb

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/precondition"
)

type versioned struct {
	Key     string `dynamo:"pk"`
	Version int64  `dynamo:"version"`
}

func TestVersionIn(t *testing.T) {
	eachWithItem(t, func(t *testing.T, _ *dynamo.DB, table dynamo.Table) {
		stored := versioned{Key: "versioned", Version: 7}
		if err := table.Put(stored).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		refused := errors.New("refused")
		for _, test := range []struct {
			name, key string
			match     precondition.Match
			want      error
			found     versioned
		}{
			{"the version", stored.Key, precondition.Match{Versions: []int64{7}}, nil, versioned{}},
			{"one of several versions", stored.Key, precondition.Match{Versions: []int64{3, 7}}, nil, versioned{}},
			{"any version", stored.Key, precondition.Match{Any: true}, nil, versioned{}},
			{"another version", stored.Key, precondition.Match{Versions: []int64{8}}, refused, stored},
			{"no version", stored.Key, precondition.Match{}, refused, stored},
			{"a version of an absent item", "absent", precondition.Match{Versions: []int64{7}}, refused, versioned{}},
			{"any version of an absent item", "absent", precondition.Match{Any: true}, refused, versioned{}},
		} {
			t.Run(test.name, func(t *testing.T) {
				put := table.Put(versioned{Key: test.key, Version: 7}).If("$", VersionIn("version", test.match))
				var found versioned
				err := OnFailedCondition(put.Run(t.Context()), func(seen versioned) error {
					found = seen
					return refused
				})
				if err != test.want {
					t.Errorf("got the error %v, want %v", err, test.want)
				}
				if diff := cmp.Diff(test.found, found); diff != "" {
					t.Errorf("found item (-want +got):\n%s", diff)
				}
			})
		}
	})
}

func TestOnFailedConditionReturnsOtherErrors(t *testing.T) {
	other := errors.New("another error")
	for _, err := range []error{nil, other} {
		got := OnFailedCondition(err, func(versioned) error { panic("no condition failed") })
		if got != err {
			t.Errorf("got %v, want %v", got, err)
		}
	}
}
