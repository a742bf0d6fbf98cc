package secrets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestValueIsRedacted(t *testing.T) {
	v := checkGet(t, newCache(&vault{version: 1}, Options{}), "hunter1")
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" ", v, &v)
	}
	fmt.Fprint(&out, v, v.String(), struct{ Secret any }{v})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", v, "pointer", &v)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", v)
	data, err := json.Marshal(map[string]any{"secret": v, "pointer": &v})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)
	text := out.String()
	for _, form := range []string{"hunter", "104 117", "68756e"} { // text, decimal and hexadecimal
		if strings.Contains(text, form) {
			t.Errorf("the output contains the secret as %s: %s", form, text)
		}
	}
	if !strings.Contains(text, redacted) {
		t.Errorf("the output lacks %s: %s", redacted, text)
	}
}

func TestVersion(t *testing.T) {
	v := checkGet(t, newCache(&vault{version: 1}, Options{}), "hunter1")
	if v.Version() != "1" {
		t.Errorf("version is %q, want 1", v.Version())
	}
}

func TestZeroValue(t *testing.T) {
	var v Value[[]byte]
	if v.Reveal() != nil || v.Version() != "" {
		t.Errorf("got %q, version %q", v.Reveal(), v.Version())
	}
}
