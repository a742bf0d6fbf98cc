package adapter

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestOnlyWhatIsNeededIsRead holds the answer to an event against that to the
// same event with members that nobody reads, of any type and in any place, and
// with all members in another order.
func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	plain := event(map[string]any{"multiValueQueryStringParameters": map[string]any{"limit": []string{"9"}, "tag": []string{"b", "a"}}})
	want, _ := call(t, operation, echo, t.Context(), plain)
	if want.StatusCode != 200 {
		t.Fatalf("got %+v", want)
	}
	rapid.Check(t, func(r *rapid.T) {
		var e any
		if err := json.Unmarshal(plain, &e); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		write(r, &b, noisy(r, e))
		got, log := call(t, operation, echo, t.Context(), b.Bytes())
		if got.StatusCode != want.StatusCode || got.Body != want.Body || !maps.Equal(got.Headers, want.Headers) {
			r.Fatalf("%s\ngot %+v, want %+v\n%s", b.Bytes(), got, want, log)
		}
	})
}

// noisy is a value with members added to all its objects.
func noisy(r *rapid.T, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	all := map[string]any{}
	for range rapid.IntRange(0, 2).Draw(r, "more") {
		all["x-"+rapid.String().Draw(r, "name")] = rapid.SampledFrom([]any{
			nil, true, -1.5e3, "", `a "quoted" \ text`, []any{}, []any{1, "]", nil}, map[string]any{}, map[string]any{"sub": "}", "limit": []any{"1"}},
		}).Draw(r, "value")
	}
	for name, member := range object {
		all[name] = noisy(r, member)
	}
	return all
}

// write encodes a value with the members of its objects in any order.
func write(r *rapid.T, b *bytes.Buffer, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		json.NewEncoder(b).Encode(v)
		return
	}
	b.WriteByte('{')
	names := slices.Sorted(maps.Keys(object))
	if len(names) > 0 {
		names = rapid.Permutation(names).Draw(r, "order")
	}
	for i, name := range names {
		if i > 0 {
			b.WriteString(" , ")
		}
		json.NewEncoder(b).Encode(name)
		b.WriteByte(':')
		write(r, b, object[name])
	}
	b.WriteByte('}')
}

// TestNoProxyEvent holds that what is not a proxy event is an error of the
// function, which names what it lacks, and not a request.
func TestNoProxyEvent(t *testing.T) {
	for _, e := range []string{``, `null`, `[]`, `"x"`, `{}`, `{"httpMethod":"GET"}`, `{"resource":"/things"}`, `{"version":"2.0","routeKey":"GET /things"}`} {
		b, err := bindInput(operation.Describe().Input)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := b.decode([]byte(e)); err == nil || strings.HasPrefix(e, "{") && !strings.Contains(err.Error(), "httpMethod or resource is missing") {
			t.Errorf("%s: got %+v, %v", e, r, err)
		}
	}
}
