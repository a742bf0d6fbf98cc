package cursor

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/secrets"
)

// keys is a Source of one secret: the key of each stage.
type keys map[secrets.Stage]string

func (k keys) Fetch(_ context.Context, _ string, stage secrets.Stage) (secrets.Secret, error) {
	value, ok := k[stage]
	if !ok {
		return secrets.Secret{}, secrets.ErrNoStage
	}
	return secrets.Secret{Version: value[:1], Value: []byte(value)}, nil
}

var (
	first  = "1" + string(bytes.Repeat([]byte("a"), 40))
	second = "2" + string(bytes.Repeat([]byte("b"), 40))
	third  = "3" + string(bytes.Repeat([]byte("c"), 40))
)

func signer(k keys) *Signer { return NewSigner(k, "cursor", secrets.Options{}) }

func TestRotation(t *testing.T) {
	ctx := t.Context()
	c, err := signer(keys{secrets.Current: first}).Sign(ctx, "list", []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		keys  keys
		valid bool
	}{
		{name: "same key", keys: keys{secrets.Current: first}, valid: true},
		{name: "one rotation", keys: keys{secrets.Current: second, secrets.Previous: first}, valid: true},
		{name: "two rotations", keys: keys{secrets.Current: third, secrets.Previous: second}},
		{name: "other key, never rotated", keys: keys{secrets.Current: second}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := signer(test.keys).Open(ctx, "list", c)
			if !test.valid {
				if !problem.Is(err, problem.Invalid) {
					t.Errorf("got %q, %v, want an Invalid problem", got, err)
				}
				return
			}
			if err != nil || string(got) != "here" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestInvalidKeyIsNotAnInvalidRequest(t *testing.T) {
	for _, test := range []struct {
		name string
		keys keys
	}{{name: "no key", keys: keys{}}, {name: "short key", keys: keys{secrets.Current: "short"}}} {
		t.Run(test.name, func(t *testing.T) {
			s := signer(test.keys)
			_, err := s.Open(t.Context(), "list", base64.RawURLEncoding.EncodeToString(make([]byte, 40)))
			if err == nil || problem.Is(err, problem.Invalid) {
				t.Errorf("Open: got error %v, want one that is not an Invalid problem", err)
			}
			if _, err := s.Sign(t.Context(), "list", nil); err == nil {
				t.Error("Sign succeeded without a valid key")
			}
		})
	}
}

func TestCursorOpensForItsListOnly(t *testing.T) {
	s := signer(keys{secrets.Current: first, secrets.Previous: second})
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		list, position := rapid.String().Draw(t, "list"), rapid.SliceOf(rapid.Byte()).Draw(t, "position")
		c, err := s.Sign(ctx, list, position)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Open(ctx, list, c); err != nil || !bytes.Equal(got, position) {
			t.Fatalf("got %q, %v", got, err)
		}
		if other := rapid.String().Draw(t, "other list"); other != list {
			if _, err := s.Open(ctx, other, c); !problem.Is(err, problem.Invalid) {
				t.Fatalf("opened for another list: %v", err)
			}
		}
		_, err = s.Open(ctx, list, rapid.String().Draw(t, "junk"))
		if !problem.Is(err, problem.Invalid) || errors.Is(err, secrets.ErrNoStage) {
			t.Fatalf("junk: %v", err)
		}
	})
}

// TestEveryBitIsSigned changes each bit of a cursor, and its length.
func TestEveryBitIsSigned(t *testing.T) {
	s := signer(keys{secrets.Current: first, secrets.Previous: second})
	cursor, err := s.Sign(t.Context(), "list", []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	others := [][]byte{signed[:len(signed)-1], append(bytes.Clone(signed), 0), signed[1:], signed[:macSize], nil}
	for bit := range 8 * len(signed) {
		other := bytes.Clone(signed)
		other[bit/8] ^= 1 << (bit % 8)
		others = append(others, other)
	}
	for _, other := range others {
		got, err := s.Open(t.Context(), "list", base64.RawURLEncoding.EncodeToString(other))
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%x opened in place of %x: %q, %v", other, signed, got, err)
		}
	}
	// A lenient decoder would decode these to the same bytes.
	for _, other := range []string{cursor + "=", cursor + "\n", cursor[:5] + "\r\n" + cursor[5:]} {
		if _, err := s.Open(t.Context(), "list", other); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q opened in place of %q: %v", other, cursor, err)
		}
	}
}

func TestMinimumKeyLength(t *testing.T) {
	for length, valid := range map[int]bool{32: true, 31: false} {
		key := string(bytes.Repeat([]byte("k"), length))
		_, err := signer(keys{secrets.Current: key}).Sign(t.Context(), "list", nil)
		if (err == nil) != valid {
			t.Errorf("key of %d bytes: got error %v", length, err)
		}
	}
}
