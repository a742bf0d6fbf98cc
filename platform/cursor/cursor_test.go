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

// keys are the stages of a secret.
type keys map[secrets.Stage]string

func (k keys) Fetch(_ context.Context, _ string, stage secrets.Stage) (string, []byte, error) {
	value, ok := k[stage]
	if !ok {
		return "", nil, secrets.ErrNoStage
	}
	return value[:1], []byte(value), nil
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
	for name, test := range map[string]struct {
		keys keys
		ok   bool
	}{
		"same key":          {keys{secrets.Current: first}, true},
		"after a rotation":  {keys{secrets.Current: second, secrets.Previous: first}, true},
		"after two":         {keys{secrets.Current: third, secrets.Previous: second}, false},
		"another, no other": {keys{secrets.Current: second}, false},
	} {
		got, err := signer(test.keys).Open(ctx, "list", c)
		if test.ok && (err != nil || string(got) != "here") || !test.ok && !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestUnreadableKeyIsNotTheClientsFault(t *testing.T) {
	for _, k := range []keys{{}, {secrets.Current: "short"}} {
		_, err := signer(k).Open(t.Context(), "list", base64.RawURLEncoding.EncodeToString(make([]byte, 40)))
		if err == nil || problem.Is(err, problem.Invalid) {
			t.Errorf("got %v", err)
		}
		if _, err := signer(k).Sign(t.Context(), "list", nil); err == nil {
			t.Error("signed without a key")
		}
	}
}

func TestOnlyTheListsOwnCursorOpens(t *testing.T) {
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
		if _, err := s.Open(ctx, list, rapid.String().Draw(t, "junk")); !problem.Is(err, problem.Invalid) || errors.Is(err, secrets.ErrNoStage) {
			t.Fatalf("junk: %v", err)
		}
	})
}

// TestEveryBitIsSigned changes a cursor in each bit, and in its length.
func TestEveryBitIsSigned(t *testing.T) {
	s := signer(keys{secrets.Current: first, secrets.Previous: second})
	cursor, err := s.Sign(t.Context(), "list", []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	others := [][]byte{whole[:len(whole)-1], append(bytes.Clone(whole), 0), whole[1:], whole[:macSize], nil}
	for bit := range 8 * len(whole) {
		other := bytes.Clone(whole)
		other[bit/8] ^= 1 << (bit % 8)
		others = append(others, other)
	}
	for _, other := range others {
		if got, err := s.Open(t.Context(), "list", base64.RawURLEncoding.EncodeToString(other)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%x opened in place of %x: %q, %v", other, whole, got, err)
		}
	}
	// What a lenient decoder would take for the same bytes is another cursor.
	for _, other := range []string{cursor + "=", cursor + "\n", cursor[:5] + "\r\n" + cursor[5:]} {
		if _, err := s.Open(t.Context(), "list", other); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q opened in place of %q: %v", other, cursor, err)
		}
	}
}

// TestKeysOfTheLeastLength holds that 32 bytes are enough and 31 are not.
func TestKeysOfTheLeastLength(t *testing.T) {
	for length, ok := range map[int]bool{minKey: true, minKey - 1: false} {
		_, err := signer(keys{secrets.Current: string(bytes.Repeat([]byte("k"), length))}).Sign(t.Context(), "list", nil)
		if (err == nil) != ok {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
}
