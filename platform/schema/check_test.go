package schema_test

import (
	"reflect"
	"testing"

	"github.com/meridian-api/meridian/platform/schema"
)

func TestCheckString(t *testing.T) {
	for _, test := range []struct {
		name string
		tag  reflect.StructTag
		text string
		want string
	}{
		{name: "no constraint", text: "anything"},
		{name: "length", tag: `minLength:"1"`, want: "must have at least 1 character"},
		{name: "email", tag: `format:"email"`, text: " ", want: "must be a valid email"},
		{name: "longest", tag: `maxLength:"2"`, text: "ab"},
		{name: "too long", tag: `maxLength:"2"`, text: "abc", want: "must have at most 2 characters"},
		{
			name: "language", tag: `format:"bcp47"`, text: " ",
			want: "must be a valid language tag (BCP 47), such as fr-CA",
		},
		{
			name: "line", tag: `format:"line"`, text: " ",
			want: "must be a valid line: a visible character at the start, no space at the end, " +
				"no control characters and no characters that change the direction of the text",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := schema.Of(test.tag)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.CheckString(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestBoundsAreInclusive checks the values at and next to each bound.
func TestBoundsAreInclusive(t *testing.T) {
	c, err := schema.Of(`minimum:"-1.5" maximum:"2" minItems:"1" maxItems:"2"`)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[float64]string{
		-1.6: "must be at least -1.5", -1.5: "", 0: "", 2: "", 2.1: "must be at most 2",
	} {
		if got := c.CheckFloat(n); got != want {
			t.Errorf("number %v: got %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{
		0: "must have at least 1 item", 1: "", 2: "", 3: "must have at most 2 items",
	} {
		if got := c.CheckItems(n); got != want {
			t.Errorf("%d items: got %q, want %q", n, got, want)
		}
	}
}

func TestNoBounds(t *testing.T) {
	var c schema.Constraints
	if got := c.CheckFloat(-1e300) + c.CheckFloat(1e300) + c.CheckItems(0) + c.CheckItems(1e9); got != "" {
		t.Errorf("got %q", got)
	}
}
