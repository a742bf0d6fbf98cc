package rest

import (
	"strings"
	"testing"
	"time"
)

func TestParseDeprecation(t *testing.T) {
	const text = "2026-12-01/2027-06-30: use limit"
	d, err := ParseDeprecation(text)
	if err != nil {
		t.Fatal(err)
	}
	assertEqual(t, "deprecation", d, Deprecation{
		Since: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Sunset: time.Date(2027, 6, 30, 0, 0, 0, 0,
			time.UTC), Use: "use limit",
	})
	assertEqual(t, "text", d.String(), text)
	deprecation, sunset := d.Headers()
	assertEqual(t, "Deprecation", deprecation, "@1796083200") // RFC 9745, section 2.1
	assertEqual(t, "Sunset", sunset, "Wed, 30 Jun 2027 00:00:00 GMT")
}

func TestParseDeprecationRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"use limit":                             "does not begin with two days",
		"2026-12-01: use limit":                 "does not begin with two days",
		"2026-13-01/2027-06-30: use limit":      "does not begin with two days",
		"2026-12-01/2027-06-31: use limit":      "does not begin with two days",
		"2026-12-01/2027-06-30":                 "what to use instead",
		"2026-12-01/2027-06-30: ":               "what to use instead",
		"2026-12-01/2027-05-29: use limit":      "lasts 179 days, fewer than 180",
		"2027-06-30/2026-12-01: the wrong way":  "lasts -211 days",
		"2026-12-01/2027-06-30 without a colon": "does not begin with two days",
	} {
		if _, err := ParseDeprecation(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
