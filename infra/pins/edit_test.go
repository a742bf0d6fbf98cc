package pins

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// prod has white space that no encoder writes.
const prod = `{
  "account":   "111122223333",
  "regions": ["us-east-1",   "us-west-2"],
  "modules": {},
  "tables": {"modules": {"orders": "x"}}
}
`

func environment(name string) func(string) string {
	return func(variable string) string { return map[string]string{"ENV": name}[variable] }
}

func TestPinEditsTheFile(t *testing.T) {
	m := newReleases(t)
	const file = "infra/environments/prod.json"
	for _, test := range []struct{ name, version, pins, want string }{
		{name: "the first", version: "v1.3.0", pins: "{\n    \"orders\": \"v1.3.0\"\n  }",
			want: "orders working tree -> v1.3.0"},
		{name: "another version", version: "v1.4.0", pins: "{\n    \"orders\": \"v1.4.0\"\n  }",
			want: "orders v1.3.0 -> v1.4.0"},
		{name: "none", pins: "{}", want: "orders v1.4.0 -> working tree"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			var err error
			if test.version != "" {
				err = Pin(t.Context(), m.dir, environment("prod"), "orders", test.version, &out)
			} else {
				err = Unpin(m.dir, environment("prod"), "orders", &out)
			}
			if err != nil {
				t.Fatal(err)
			}
			want := file + ": " + test.want + "\nto deploy it, run ENV=prod go tool mage deploy:module orders\n"
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.Replace(prod, `"modules": {},`, `"modules": `+test.pins+`,`, 1),
				m.read(file)); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPinKeepsOtherPinsAndSortsThem(t *testing.T) {
	got, err := set([]byte("{\n\t\"modules\": {\"parcels\": \"v2.0.0\", \"billing\": \"v1.0.0\"}\n}\n"), "orders",
		"v1.4.0")
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n\t\"modules\": {\n\t\t\"billing\": \"v1.0.0\",\n\t\t\"orders\": \"v1.4.0\",\n\t\t\"parcels\": " +
		"\"v2.0.0\"\n\t}\n}\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func TestPinRefuses(t *testing.T) {
	m := newReleases(t)
	pin := func(environmentName, name, version string) error {
		return Pin(t.Context(), m.dir, environment(environmentName), name, version, &bytes.Buffer{})
	}
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{name: "a version without a tag", err: pin("prod", "orders", "v9.0.0"), want: "this clone has no tag orders/v9.0.0"},
		{name: "an environment without a file", err: pin("ada", "orders", "v1.4.0"),
			want: "ada has no file in infra/environments, so it deploys the working tree"},
		{name: "no environment", err: pin("", "orders", "v1.4.0"), want: `"" is not an environment's name`},
		{name: "a pin that does not exist", err: Unpin(m.dir, environment("prod"), "orders", &bytes.Buffer{}),
			want: "prod does not pin orders: its pins are empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
				t.Errorf("error %v, want %q", test.err, test.want)
			}
		})
	}
	if got := m.read("infra/environments/prod.json"); got != prod {
		t.Errorf("the file was changed to %s", got)
	}
}

func TestSetRefuses(t *testing.T) {
	for name, test := range map[string]struct{ data, want string }{
		"no member":     {data: `{"regions": []}`, want: `the member modules is missing: add "modules": {}`},
		"another type":  {data: `{"modules": ["orders"]}`, want: "modules: json: cannot unmarshal array"},
		"not an object": {data: `[]`, want: "the settings are not an object"},
		"broken":        {data: `{"modules": `, want: "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := set([]byte(test.data), "orders", "v1.4.0"); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
