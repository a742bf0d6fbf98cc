package schema_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/schema"
)

// a returns a text of n letters.
func a(n int) string { return strings.Repeat("a", n) }

// longDomain is a domain of 189 characters whose labels have the maximum length.
var longDomain = a(63) + "." + a(63) + "." + a(61)

func TestFormats(t *testing.T) {
	for _, test := range []struct {
		format  string
		valid   []string
		invalid []string
	}{
		{
			format: "uuid",
			valid: []string{
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "7F0C9C5E-3D0E-4C52-9A55-0D6F6D1F0A01",
				"00000000-0000-0000-0000-000000000000", "99999999-9999-9999-9999-999999999999",
				"aaaaaaaa-AAAA-ffff-FFFF-aaaaaaaaaaaf",
			},
			invalid: []string{
				"", "7f0c9c5e3d0e4c529a550d6f6d1f0a01", "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0",
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a011",
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0g", "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0G",
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0/",
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0:", "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0@",
				"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0`",
				"7f0c9c5ea3d0e-4c52-9a55-0d6f6d1f0a01", "7f0c9c5e-3d0ea4c52-9a55-0d6f6d1f0a01",
				"7f0c9c5e-3d0e-4c52a9a55-0d6f6d1f0a01", "7f0c9c5e-3d0e-4c52-9a55a0d6f6d1f0a01",
				"-f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01",
			},
		},
		{
			format: "email",
			valid: []string{
				"ada@example.com", "a.b+c@x-y.example.ca", "!~@example.com", "a@b.c", "0@0.9", "A@A.Z", "z@a.z",
				a(64) + "@example.com", "a@" + a(63) + ".example", a(64) + "@" + longDomain,
			},
			invalid: []string{
				"", "ada", "@example.com", "ada@localhost", "ada@", "ada@.", "a@b@example.com", "é@example.com",
				"a b@example.com", "a\x7f@example.com", "a\x1f@example.com", "a(@example.com", `a"@example.com`,
				`a\@example.com`,
				".a@example.com", "a.@example.com", "a..b@example.com",
				"a@-x.com", "a@x-.com", "a@x..com", "a@.x.com", "a@x.com.", "a@x_y.com", "a@x.c/m", "a@x.c:m",
				"a@x.c[m", "a@x.c`m", "a@x.c{m",
				a(65) + "@example.com", "a@" + a(64) + ".example", a(64) + "@" + longDomain + "a",
			},
		},
		{
			format:  "date",
			valid:   []string{"2026-02-28", "2028-02-29"},
			invalid: []string{"", "2026-02-29", "2026-2-1", "2026-02-28T00:00:00Z"},
		},
		{
			format: "date-time",
			valid: []string{
				"2026-03-04T19:15:17Z", "2026-03-04T19:15:17.123456789+01:00", "2026-03-04t19:15:17z",
				"2026-03-04T00:00:00-23:59", "2026-03-04T19:15:17.0+00:00",
			},
			invalid: []string{
				"", "2026-03-04", "2026-03-04T19:15Z", "2026-03-04T19:15:1", "2026-03-04 19:15:17Z",
				"2026-03-04T1:15:17Z", "2026-03-04T19:15:17,5Z", "2026-03-04T19:15:17+24:00", "2026-03-04T19:15:17+01:60",
				"2026-03-04T19:15:17", "2026-03-04T19:15:17.Z", "2026-02-30T19:15:17Z", "2026-03-04T23:59:60Z",
				"2026-03-04T19:15:17\u017f",
			},
		},
		{
			format: "uri",
			valid: []string{
				"https://example.com/a?b=c#d", "urn:x:y", "a:b", "z:b", "A:b", "Z:b", "a09+-.z:b", "a:0", "a:9",
				"a:/:@!$&'()*+,;=-._~?/?:@!$&'()*+,;=-._~#/?:@!$&'()*+,;=-._~", "mailto:a@b.example", "file:///etc/hosts",
				"https://u:p@e.com:8443/", "https://e.com:/", "https://[2001:db8::1]:443/a", "https://[::ffff:1.2.3.4]",
				"https://a_b~c!d$e%20f/",
				"https://e.com/%20", "https://e.com/%20a", "a:%aF", "a:%00%99",
			},
			invalid: []string{
				"", ":", "example.com", "http:", ":b", "1a:b", "0a:b", "9a:b", "+a:b", "@a:b", "a_b:c", "a/b:c", "é:b",
				"a:?b", "a:#b", "a:b#c#d", "a:[b]", "a:b?[c]", "a:b#[c]", "https://e.com/[a]", "https://[", "https://[]",
				"https://[1.2.3.4]", "https://[fe80::1%25en0]/", "https://[::1]a", "https://[::1", "https://a[::1]",
				"https://e.com:port/", "https://e.com:1:2/", "https://a@b@c/", "https://[::1]:port",
				"https://e.com/ space", "a:é", "a:\"", "a:<", "a:^", "a:`", "a:{", "a:|", "a:\x7f",
				"https://e.com/%zz", "https://e.com/%2", "https://e.com/%", "a:%2g", "a:%g2", "a:%2", "a:b%", "a:%20%2",
			},
		},
		{
			format: "bcp47", // most of them from RFC 5646, appendix A
			valid: []string{
				"de", "deu", "en-CA", "EN-ca", "es-419", "zh-Hant", "zh-cmn-Hans-CN", "sl-rozaj-biske", "abcd",
				"abcdefgh",
				"zha-cmn", "zh-aaa-bbb-ccc", "zh-aaa-bbb-ccc-Hant", "de-CH-1901", "de-1901", "de-12345678", "de-abcde",
				"hy-Latn-IT-arevela", "x-whatever", "X-a", "qaa-Qaaa-QM-x-southern", "de-Qaaa", "zh-Hant-000",
				"zh-Hant-999", "de-AZ", "de-az",
				"en-US-u-islamcal", "zh-CN-a-myext-x-private", "en-a-myext-b-another", "de-x-x", "de-a-bb-x-y",
				"de-a-bb-cc", "de-1-bb", "de-a-12345678",
			},
			invalid: []string{
				"", "e", "en-", "-en", "-", "en_CA", "en--CA", "1n", "n1", "de-419-DE", "a-DE", "en-x", "x",
				"en-u", "en-a-b-cc", "en-a-bb-b",
				"abcdefghi", "en-toolongsubtag", "en-x-toolongsubtag", "en-123456789", "en-CA-CA",
				"en-Latn-Latn", "i-klingon", "fr-é",
				"abcd-efg", "zh-aaa-bbb-ccc-ddd", "de-1a", "de-a1", "de-12", "de-12a", "de-Lat1",
				"de-a1234567-CA", "de-aaa-1aa",
			},
		},
		{
			format: "line",
			valid: []string{
				"Ada", "Łukasz 🙂 d'Arc", "👩‍💻", "عائشة", "A\u2027b", "A\u202fb", "A\u2065b", "A\u206ab",
			},
			invalid: []string{
				"", " ", " Ada", "Ada ", "\u00a0A", "A\nda", "A\x00", "A\x1fa", "A\x7f", "A\u0085", "A\ufffd", "A\xff",
				"A\u2028b", "A\u2029b", "A\u202ab", "A\u202eda", "\u2066A", "A\u2069b", "\u200b", "\u2060\u00ad",
				"\u3164", "\u2800", "\u115f", "\u200dAda", "\u0301", "\ufe0f", "\U000e0041", "Ada\u3000", "\x00",
			},
		},
	} {
		t.Run(test.format, func(t *testing.T) {
			check := func(text string, want bool) {
				t.Run(strconv.Quote(text), func(t *testing.T) {
					if got := schema.CheckFormat(test.format, text); got != want {
						t.Errorf("got %v, want %v", got, want)
					}
				})
			}
			for _, text := range test.valid {
				check(text, true)
			}
			for _, text := range test.invalid {
				check(text, false)
			}
			if !slices.Contains(schema.Formats(), test.format) {
				t.Errorf("Formats does not return %q", test.format)
			}
		})
	}
}

func TestCheckFormatRejectsUnknownFormat(t *testing.T) {
	if schema.CheckFormat("phone", "1") {
		t.Error("got true")
	}
}
