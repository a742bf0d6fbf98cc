package adapter

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestUnknownMembersAreSkipped compares the response to an event with the
// response to the same event with more members, of any type, and with all members
// in another order.
func TestUnknownMembersAreSkipped(t *testing.T) {
	plain := event(object{"multiValueQueryStringParameters": object{"limit": []string{"9"}, "tag": []string{"b", "a"}}})
	want, _ := invoke(t.Context(), t, operation, echo, plain)
	if want.StatusCode != 200 {
		t.Fatalf("got %+v", want)
	}
	rapid.Check(t, func(r *rapid.T) {
		var e any
		if err := json.Unmarshal(plain, &e); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		encodeShuffled(r, &b, addMembers(r, e))
		got, log := invoke(t.Context(), t, operation, echo, b.Bytes())
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("%s\n(-want +got):\n%s\n%s", b.Bytes(), diff, log)
		}
	})
}

// addMembers returns a value with random members added to all its objects.
func addMembers(r *rapid.T, v any) any {
	from, ok := v.(object)
	if !ok {
		return v
	}
	all := object{}
	for range rapid.IntRange(0, 2).Draw(r, "more") {
		all["x-"+rapid.String().Draw(r, "name")] = rapid.SampledFrom([]any{
			nil, true, -1.5e3, "", `a "quoted" \ text`, []any{}, []any{1, "]", nil},
			object{}, object{"sub": "}", "limit": []any{"1"}},
		}).Draw(r, "value")
	}
	for name, member := range from {
		all[name] = addMembers(r, member)
	}
	return all
}

// encodeShuffled encodes a value with the members of its objects in a random order.
func encodeShuffled(r *rapid.T, b *bytes.Buffer, v any) {
	from, ok := v.(object)
	if !ok {
		json.NewEncoder(b).Encode(v)
		return
	}
	b.WriteByte('{')
	names := slices.Sorted(maps.Keys(from))
	if len(names) > 0 {
		names = rapid.Permutation(names).Draw(r, "order")
	}
	for i, name := range names {
		if i > 0 {
			b.WriteString(" , ")
		}
		json.NewEncoder(b).Encode(name)
		b.WriteByte(':')
		encodeShuffled(r, b, from[name])
	}
	b.WriteByte('}')
}

func TestDecodeRefusesOtherEvents(t *testing.T) {
	b, err := bindInput(operation.Describe().Input)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []string{
		``, `null`, `[]`, `"x"`, `{}`, `{"httpMethod":"GET"}`, `{"resource":"/things"}`,
		`{"version":"2.0","routeKey":"GET /things"}`,
		`{"httpMethod":"GET","resource":"/things"`,
	} {
		t.Run(e, func(t *testing.T) {
			r, err := b.decode([]byte(e))
			if err == nil {
				t.Fatalf("got %+v", r)
			}
			if strings.HasSuffix(e, "}") && !strings.Contains(err.Error(), "httpMethod or resource is missing") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestDecodeSkipsValuesOfOtherTypes(t *testing.T) {
	b, err := bindInput(operation.Describe().Input)
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.decode(event(object{
		"pathParameters":                  object{"id": 7},
		"multiValueQueryStringParameters": object{"limit": "7", "tag": []string{"a"}},
		"multiValueHeaders":               object{"If-Match": "7"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	assertEqual(t, "path", r.path, [][]string{nil})
	assertEqual(t, "query", r.query, [][]string{nil, {"a"}, nil})
	assertEqual(t, "header", r.header, [][]string{nil})
}

func TestHashedCaller(t *testing.T) {
	if got := (&request{}).hashedCaller(); got != "" {
		t.Errorf("without a caller: got %q", got)
	}
	// The first 8 bytes of SHA-256("me") in hexadecimal.
	assertEqual(t, "hash", (&request{claims: authorizerClaims{"me"}}).hashedCaller(), "2744ccd10c7533bd")
}
