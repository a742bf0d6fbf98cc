package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

type person struct {
	Name    string   `json:"name" minLength:"2" maxLength:"5"`
	Email   string   `json:"email,omitempty" format:"email"`
	Age     *int8    `json:"age" minimum:"18"`
	Tags    []string `json:"tags,omitempty" minItems:"1" maxItems:"2" enum:"a,b"`
	Address struct {
		Code string `json:"code" pattern:"^[A-Z]+$"`
	} `json:"address,omitempty"`
	Friends []*person      `json:"friends,omitempty"`
	Best    *person        `json:"best,omitempty"`
	Scores  map[string]int `json:"scores,omitempty" maximum:"10"`
	embedded
	Since time.Time `json:"since,omitzero"`
}

type embedded struct {
	Flag bool    `json:"flag,omitempty"`
	Rate float64 `json:"rate,omitempty" maximum:"1.5"`
	Nick *string `json:"nick,omitempty" nullable:"false"`
}

func TestValidate(t *testing.T) {
	n, err := Compile(reflect.TypeFor[person]())
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"name":"Ada"}`:                              "",
		`{"name":"Ada","age":null,"best":null}`:       "",
		`{"name":"Ada","unknown":{"a":[1]}}`:          "",
		`{"name":"éèêëē"}`:                            "",
		`{"name":"A"}`:                                "/name must have at least 2 characters",
		`{"name":"Adaaaa"}`:                           "/name must have at most 5 characters",
		`{}`:                                          "/name is required",
		`{"name":null}`:                               "/name must be a string",
		`{"NAME":"Adaaaaaaa","name":"Ada"}`:           "/NAME must be written name",
		`{"name":"Ada","name":"A"}`:                   "/name must have at least 2 characters",
		`{"name":"Ada","email":"x"}`:                  "/email must be a valid email",
		`{"name":"Ada","age":17}`:                     "/age must be at least 18",
		`{"name":"Ada","age":128}`:                    "/age must be a whole number within range",
		`{"name":"Ada","age":18.5}`:                   "/age must be a whole number within range",
		`{"name":"Ada","age":"18"}`:                   "/age must be a number",
		`{"name":"Ada","tags":[]}`:                    "/tags must have at least 1 item",
		`{"name":"Ada","tags":["a","b","a"]}`:         "/tags must have at most 2 items",
		`{"name":"Ada","tags":["c"]}`:                 "/tags/0 must be one of a, b",
		`{"name":"Ada","tags":"a"}`:                   "/tags must be an array",
		`{"name":"Ada","tags":null}`:                  "/tags must be an array",
		`{"name":"Ada","address":{"code":"a"}}`:       "/address/code must match the pattern ^[A-Z]+$",
		`{"name":"Ada","address":[]}`:                 "/address must be an object",
		`{"name":"Ada","friends":[{"name":"A"}]}`:     "/friends/0/name must have at least 2 characters",
		`{"name":"Ada","best":{"best":{"name":1}}}`:   "/best/best/name must be a string; /best/name is required",
		`{"name":"Ada","scores":{"a/b~":11}}`:         "/scores/a~1b~0 must be at most 10",
		`{"name":"Ada","flag":1}`:                     "/flag must be true or false",
		`{"name":"Ada","nick":"A"}`:                   "",
		`{"name":"Ada","nick":null}`:                  "/nick must be a string",
		`{"name":"Ada","rate":1.6}`:                   "/rate must be at most 1.5",
		`{"name":"Ada","rate":1e999}`:                 "/rate must be a number within range",
		`{"name":"Ada","since":"yesterday"}`:          "/since must be a valid date-time",
		`{"name":"Ada","since":"2026-03-04T19:15Z"}`:  "/since must be a valid date-time",
		`{"name":"Ada","since":"2026-03-04T19:15:1"}`: "/since must be a valid date-time",
		`[]`:                " must be an object",
		`{"name":"Ada"} {}`: " must be JSON: invalid character '{' after top-level value at byte 16",
		`{"name":"Ada"`:     " must be JSON: unexpected end of JSON input at byte 13",
		``:                  " must be JSON: unexpected end of JSON input at byte 0",
		`{"name":00}`:       " must be JSON: invalid character '0' after object key:value pair at byte 10",
	} {
		var got []string
		for _, f := range n.Validate([]byte(body)) {
			got = append(got, f.Pointer+" "+f.Message)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: got %q, want %q", body, s, want)
		}
	}
}

func TestValidateIsBounded(t *testing.T) {
	n, err := Compile(reflect.TypeFor[[]person]())
	if err != nil {
		t.Fatal(err)
	}
	many := "[" + strings.Repeat("{},", 1000) + "{}]"
	if got := len(n.Validate([]byte(many))); got != maxFaults {
		t.Errorf("%d faults, want %d", got, maxFaults)
	}
	deep := "[" + strings.Repeat(`{"name":"Ada","best":`, 10_000)
	faults := n.Validate([]byte(deep))
	if len(faults) == 0 || len(faults) > maxFaults {
		t.Errorf("deep nesting: %d faults", len(faults))
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{struct{ F func() }{}, "F: func(): a func cannot be in a contract"},
		{struct{ M map[int]string }{}, "M: map[int]string: the keys of a map must be strings"},
		{struct{ B []byte }{}, "B: []uint8: bytes have no place in a JSON body; use a string"},
		{struct {
			S string `minLength:"x"`
		}{}, `S: tag minLength: "x" is not a whole number of 0 or more`},
		{struct {
			S string `format:"phone"`
		}{}, `S: tag format: "phone" is not one of bcp47, date, date-time, email, line, uri, uuid`},
		{struct {
			S string `pattern:"("`
		}{}, "S: tag pattern: error parsing regexp: missing closing ): `(`"},
		{struct {
			N int `maximum:"many"`
		}{}, `N: tag maximum: "many" is not a number`},
	} {
		_, err := Compile(reflect.TypeOf(test.value))
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%T: got %v, want ...%s", test.value, err, test.want)
		}
	}
}

func TestFormats(t *testing.T) {
	for format, cases := range map[string]map[string]bool{
		"uuid": {
			"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01": true, "7F0C9C5E-3D0E-4C52-9A55-0D6F6D1F0A01": true,
			"7f0c9c5e3d0e4c529a550d6f6d1f0a01": false, "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a0g": false, "": false,
		},
		"email": {
			"ada@example.com": true, "a.b+c@x-y.example.ca": true, "ada@localhost": false, "ada": false, "@example.com": false,
			"a..b@example.com": false, ".a@example.com": false, "a b@example.com": false, "a@-x.com": false, "a@x..com": false,
			"a@b@example.com": false, strings.Repeat("a", 65) + "@example.com": false, "é@example.com": false,
		},
		"date": {"2026-02-28": true, "2026-02-29": false, "2026-2-1": false},
		"uri": {
			"https://example.com/a?b=c#d": true, "urn:x:y": true, "example.com": false, "http:": false, "1a:b": false,
			"https://e.com/ space": false, "https://e.com/%zz": false, "https://e.com/%2": false, "https://e.com/%20": true,
		},
		"bcp47": { // most of them from RFC 5646, appendix A
			"de": true, "en-CA": true, "EN-ca": true, "es-419": true, "zh-Hant": true, "zh-cmn-Hans-CN": true, "sl-rozaj-biske": true,
			"de-CH-1901": true, "hy-Latn-IT-arevela": true, "x-whatever": true, "qaa-Qaaa-QM-x-southern": true, "de-Qaaa": true,
			"en-US-u-islamcal": true, "zh-CN-a-myext-x-private": true, "en-a-myext-b-another": true, "de-x-x": true,
			"": false, "e": false, "en-": false, "-en": false, "en_CA": false, "en--CA": false, "1n": false, "de-419-DE": false, "a-DE": false,
			"en-x": false, "x": false, "en-u": false, "en-a-b-cc": false, "en-toolongsubtag": false, "en-CA-CA": false, "i-klingon": false, "fr-é": false,
		},
		"line": {
			"Ada": true, "Łukasz 🙂 d'Arc": true, "👩‍💻": true, "عائشة": true,
			"": false, " Ada": false, "Ada ": false, "A\nda": false, "A\x00": false, "A\u0085": false, "A\u2028": false, "A\u202eda": false, "\u2066A": false,
			"\u00a0A": false, "\u200b": false, "\u2060\u00ad": false, "A\ufffd": false, "A\xff": false,
		},
	} {
		for s, want := range cases {
			if CheckFormat(format, s) != want {
				t.Errorf("%s %q: want %v", format, s, want)
			}
		}
	}
}

func TestFaultsOfFormatsAreToldInWords(t *testing.T) {
	for format, words := range map[string]string{"email": "a valid email", "bcp47": "such as fr-CA", "line": "no blank at either end"} {
		c := Constraints{Format: format}
		if wrong := c.CheckString(" "); !strings.Contains(wrong, words) {
			t.Errorf("%s: got %q, want %q in it", format, wrong, words)
		}
	}
}

func ExampleNode_Validate() {
	n, _ := Compile(reflect.TypeFor[struct {
		Name string `json:"name" minLength:"1"`
	}]())
	fmt.Println(n.Validate([]byte(`{"name":""}`)))
	// Output: [{/name must have at least 1 character}]
}

// FuzzValidate looks for bodies that pass and that encoding/json then refuses, or a panic.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`{"name":"Ada","age":18,"tags":["a"],"best":{"name":"Bob"},"scores":{"x":1},"since":"2026-03-04T19:15:17Z"}`))
	f.Add([]byte(`{"name":"\ud800A","rate":-0.0e-5}`))
	n, err := Compile(reflect.TypeFor[person]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(n.Validate(data)) > 0 {
			return
		}
		var p person
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatalf("%q passed, but: %v", data, err)
		}
		if len([]rune(p.Name)) < 2 || len([]rune(p.Name)) > 5 || p.Age != nil && *p.Age < 18 {
			t.Fatalf("%q passed as %+v", data, p)
		}
	})
}
