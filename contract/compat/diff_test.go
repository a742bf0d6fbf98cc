package compat

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v1.2.3")
	repo.spec("orders", compatible)
	repo.commit()
	head, asJSON := "HEAD", true
	for _, test := range []struct {
		name    string
		base    *string
		json    *bool
		want    string // in the output
		wantErr string // empty if the gate must pass
	}{
		{name: "text", want: "orders   orders/v1.2.3", wantErr: "orders: version 1.2.3 is too low"},
		{name: "JSON", json: &asJSON, want: `"base": "orders/v1.2.3"`, wantErr: "orders: version 1.2.3 is too low"},
		{name: "base", base: &head, want: "orders   HEAD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			err := Diff(t.Context(), repo.dir, test.base, test.json, &out)
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("output %q, want %q in it", &out, test.want)
			}
			if test.json != nil && !json.Valid(out.Bytes()) {
				t.Errorf("output %q is not JSON", &out)
			}
			if test.wantErr == "" {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.wantErr) {
				t.Errorf("error %v, want %q", err, test.wantErr)
			}
		})
	}
}

func TestDiffReturnsErrors(t *testing.T) {
	if err := Diff(t.Context(), t.TempDir(), nil, nil, &bytes.Buffer{}); err == nil {
		t.Error("no error outside a monorepo")
	}
	repo := newMonorepo(t)
	if err := Diff(t.Context(), repo.dir, nil, nil, &bytes.Buffer{}); !errors.Is(err, ErrNoRepository) {
		t.Errorf("error %v without a commit, want ErrNoRepository", err)
	}
}
