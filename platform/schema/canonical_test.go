package schema_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/schema"
)

// TestValidateWritesCanonicalSpellings decodes what Validate has left in the text.
func TestValidateWritesCanonicalSpellings(t *testing.T) {
	type body struct {
		ID     string    `json:"id,omitempty" format:"uuid"`
		At     time.Time `json:"at,omitzero"`
		Text   string    `json:"text,omitempty" format:"date-time"`
		Locale []string  `json:"locale,omitempty" format:"bcp47"`
		Counts []int     `json:"counts,omitempty"`
		Sizes  []uint64  `json:"sizes,omitempty"`
		Free   string    `json:"free,omitempty"`
	}
	for _, test := range []struct{ name, body, want string }{
		{
			name: "upper case", body: `{"id":"7F0C9C5E-3D0E-4C52-9A55-0D6F6D1F0A01"}`,
			want: `{"id":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"}`,
		},
		{
			name: "escapes", body: `{"id":"\u0037F0C9C5E-3D0E-4C52-9A55-0D6F6D1F0A0\u0031","free":"A"}`,
			want: `{"id":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01","free":"A"}`,
		},
		{
			name: "time", body: `{"at": "2026-03-04t19:15:17.5z" ,"text":"2026-03-04t19:15:17z"}`,
			want: `{"at":"2026-03-04T19:15:17.5Z","text":"2026-03-04T19:15:17Z"}`,
		},
		{
			name: "languages",
			body: `{"locale":["EN-ca","zh-hant-tw","EN","sl-ROZAJ-biske","x-US-CA","en-a-US","zh-CMN"]}`,
			want: `{"locale":["en-CA","zh-Hant-TW","en","sl-rozaj-biske","x-us-ca","en-a-us","zh-cmn"]}`,
		},
		{
			name: "integers", body: `{"counts":[5.0,-0,-0.0E9,1e2,120e-1,0.5e1,-1.5E+3,9e18,7],"sizes":[-0,18e18]}`,
			want: `{"counts":[5,0,0,100,12,5,-1500,9000000000000000000,7],"sizes":[0,18000000000000000000]}`,
		},
		{
			name: "several", body: `{"at":"2026-03-04t19:15:17z","counts":[ 1e3 , 2.0 ],"locale":["EN"]}`,
			want: `{"at":"2026-03-04T19:15:17Z","locale":["en"],"counts":[1000,2]}`,
		},
		{name: "no format", body: `{"free":"7F0C9C5E"}`, want: `{"free":"7F0C9C5E"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			data, errs := compile[body](t).Validate([]byte(test.body))
			if errs != nil {
				t.Fatal(errs)
			}
			var decoded body
			if err := json.Unmarshal(data, &decoded); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			got, err := json.Marshal(decoded)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAcceptedTimesCanBeSentBack draws texts that look like times. encoding/json must
// be able to encode each one that the format accepts.
func TestAcceptedTimesCanBeSentBack(t *testing.T) {
	looksLikeTime := rapid.StringMatching(
		`(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ][0-2]?[0-9]:[0-5][0-9]:[0-6][0-9]([.,][0-9]{1,10})?` +
			`([Zz]|[+-][0-2][0-9]:[0-6][0-9])`)
	n := compile[time.Time](t)
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(`"` + looksLikeTime.Draw(t, "text") + `"`)
		data, errs := n.Validate(text)
		if errs != nil {
			return
		}
		accepted++
		var at time.Time
		if err := json.Unmarshal(data, &at); err != nil {
			t.Fatalf("%s was accepted: %v", text, err)
		}
		out, err := json.Marshal(at)
		if err != nil {
			t.Fatalf("%s was accepted and cannot be sent back: %v", text, err)
		}
		if _, errs := n.Validate(out); errs != nil {
			t.Fatalf("%s was accepted, but not what encoding/json makes of it: %s: %v", text, out, errs)
		}
	})
	if accepted == 0 {
		t.Error("no text was accepted")
	}
}

// TestValidateRefusesTextThatIsLost checks characters that encoding/json would replace
// or that clients cannot receive, in every kind of value.
func TestValidateRefusesTextThatIsLost(t *testing.T) {
	n := compile[map[string]any](t)
	for _, body := range []string{
		`{"a":"\ud800"}`, `{"a":"\udc00"}`, `{"a":"\ud800\ud800"}`, `{"a":"\ud800x"}`, `{"a":"\uD83D\u0041"}`,
		`{"\udfff":1}`,
		`{"a":["\u0000"]}`, `{"\u0000":1}`, "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", `{"a":"\\\u0000"}`,
	} {
		if got := violations(n, body); len(got) != 1 || !strings.Contains(got[0], "UTF-8 without the character U+0000") {
			t.Errorf("%q: got %q", body, got)
		}
	}
	for _, body := range []string{
		`{"a":"\ud83d\ude00"}`, `{"a":"\\u0000"}`, `{"a":"\\ud800"}`, `{"a":"\ufffd"}`, `{"a":"\"\n"}`,
	} {
		if got := violations(n, body); got != nil {
			t.Errorf("%q: got %q", body, got)
		}
	}
}

// FuzzAcceptedTextCanBeSentBack decodes and encodes texts that Validate accepts. The
// value must not change.
func FuzzAcceptedTextCanBeSentBack(f *testing.F) {
	type body struct {
		Text   string         `json:"text"`
		Number float64        `json:"number"`
		Single float32        `json:"single"`
		At     time.Time      `json:"at"`
		Any    any            `json:"any"`
		List   []string       `json:"list"`
		Map    map[string]int `json:"map"`
	}
	f.Add([]byte(`{"text":"\ud800","number":1e-400,"single":1e-60,"at":"2026-03-04t1:15:17,5+24:00",` +
		`"any":null,"list":[],"map":{}}`))
	f.Add([]byte(`{"text":"x","number":1,"single":1,"at":"2026-03-04T01:15:17z",` +
		`"any":["\u0000"],"list":["a"],"map":{"b":1}}`))
	n, err := schema.Compile(reflect.TypeFor[body]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data, errs := n.Validate(data)
		if errs != nil {
			return
		}
		var first, second body
		if err := json.Unmarshal(data, &first); err != nil {
			t.Fatalf("%s was accepted: %v", data, err)
		}
		out, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("%s was accepted: %v", data, err)
		}
		if _, errs := n.Validate(out); errs != nil {
			t.Fatalf("%s was accepted, and %s was not: %v", data, out, errs)
		}
		if err := json.Unmarshal(out, &second); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s (-first +second):\n%s", data, diff)
		}
	})
}

// TestLinePatternIsTheFormat compares the pattern of the specification with the check,
// on texts of the characters on both sides of each bound.
func TestLinePatternIsTheFormat(t *testing.T) {
	pattern := schema.LinePattern()
	inRE2 := regexp.MustCompile(regexp.MustCompile(`\\u([0-9A-F]{4})`).ReplaceAllString(pattern, `\x{$1}`))
	edges := []rune("aé👩\u0301")
	for _, bound := range regexp.MustCompile(`\\u([0-9A-F]{4})`).FindAllStringSubmatch(pattern, -1) {
		var r rune
		if err := json.Unmarshal([]byte(`"\u`+bound[1]+`"`), (*char)(&r)); err != nil {
			t.Fatal(err)
		}
		edges = append(edges, max(r-1, 0), r, r+1)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom(edges), 0, 4, -1).Draw(t, "text")
		if got, want := inRE2.MatchString(text), schema.CheckFormat("line", text); got != want {
			t.Errorf("%+q: the pattern matches is %t, the format accepts is %t", text, got, want)
		}
	})
}

// TestFormatPatternsAreTheFormats compares the patterns of formats with the checks, on
// texts of the parts that they distinguish. An address is also bounded by length.
func TestFormatPatternsAreTheFormats(t *testing.T) {
	parts := map[string][]string{
		"email": {"a", "Z", "9", ".", "-", "@b.c", "@example", ".com", "_+/!~^`'", `"`, ",", ":", "(", " ", "é", "\\",
			strings.Repeat("l", 63)},
		"bcp47": {"-", "-", "-", "a", "x", "X", "1", "en", "fr", "CA", "12", "deu", "419", "Latn", "1996", "a1b2", "rozaj",
			"abcdefgh", "abcdefghi", "_", "é"},
	}
	for format, parts := range parts {
		t.Run(format, func(t *testing.T) {
			pattern := regexp.MustCompile(schema.FormatPattern(format))
			check := func(t rapid.TB, text string) {
				got, want := pattern.MatchString(text), schema.CheckFormat(format, text)
				local, _, _ := strings.Cut(text, "@")
				tooLong := format == "email" && (len(local) > 64 || len(text) > 254)
				if got != want && !tooLong {
					t.Errorf("%q: the pattern matches is %t, the format accepts is %t", text, got, want)
				}
			}
			drawn := rapid.SliceOfN(rapid.SampledFrom(parts), 0, 6)
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(drawn.Draw(t, "parts"), "")
				for _, text := range []string{text, text + "a@b.c", "a@" + text + ".c", "en-" + text, "en-a-" + text + "bb"} {
					check(t, text)
				}
			})
		})
	}
}

// char decodes a JSON string of one character.
type char rune

func (c *char) UnmarshalJSON(data []byte) error {
	var s string
	err := json.Unmarshal(data, &s)
	*c = char([]rune(s)[0])
	return err
}

// TestLinesBeginVisibly checks the classes of the format against Unicode's tables.
func TestLinesBeginVisibly(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		hidden := unicode.In(r,
			unicode.White_Space, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Cc,
			unicode.Cf) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
		if hidden && schema.CheckFormat("line", string(r)) {
			t.Errorf("%U is a line, and nothing of it can be seen", r)
		}
		letter := unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.Sm, unicode.Sc)
		if letter && !hidden && !schema.CheckFormat("line", string(r)) {
			t.Errorf("%U is not a line, and it can be seen", r)
		}
	}
}
