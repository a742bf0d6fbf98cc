package provision

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// recorder is a program in Terraform's place that succeeds and notes what it was asked.
// state is what it shows of every stack.
func recorder(t *testing.T, state string) (read func() []string) {
	t.Helper()
	dir := t.TempDir()
	log, program := filepath.Join(dir, "log"), filepath.Join(dir, "terraform")
	script := "#!/bin/sh\necho \"$(basename \"$PWD\") $*\" >> '" + log + "'\n" +
		`if [ "$1" = output ]; then echo '{"id":{"value":"x"},"key":{"sensitive":true,"value":"https://key"},"regions":{"value":[]},"url":{"value":"https://api.example.com"}}'; fi` + "\nif [ \"$1\" = plan ]; then printf '  # aws_x.y will be created\\n  + resource\\nPlan: 1 to add\\n'; fi" +
		"\nif [ \"$1\" = show ]; then echo '" + state + "'; fi\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TERRAFORM", program)
	return func() []string {
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(data)), "\n")
	}
}

// verbs reduces the calls to "root verb", without repetition of one after another.
func verbs(calls []string, verb string) []string {
	var list []string
	for _, c := range calls {
		if fields := strings.Fields(c); fields[1] == verb {
			list = append(list, fields[0])
		}
	}
	return slices.Compact(list)
}

func TestDeployAndDestroyGoThroughTheWaves(t *testing.T) {
	order := []string{"global", "data", "functions", "api", "portal"}
	read := recorder(t, `{}`)
	var out bytes.Buffer
	if err := Deploy(t.Context(), ".", "trial", &out); err != nil {
		t.Fatal(err)
	}
	if got := verbs(read(), "apply"); !slices.Equal(got, order) {
		t.Errorf("applied %v", got)
	}
	if !regexp.MustCompile(`apply functions/accounts/[a-z0-9-]+ of trial`).MatchString(out.String()) {
		t.Errorf("printed %s", &out)
	}
	if text := out.String(); !strings.Contains(text, "  # aws_x.y will be created\nPlan: 1 to add\nThe whole plan: ") {
		t.Errorf("of a plan printed %s", text)
	}
	_, end, _ := strings.Cut(out.String(), "trial is deployed:")
	if !regexp.MustCompile(`(?m)^  functions/accounts/us-east-1 +url +https://api.example.com$`).MatchString(end) || strings.Contains(end, "key") {
		t.Errorf("printed at the end %s", end)
	}
	read = recorder(t, `{"values":{"root_module":{"resources":[{"type":"aws_sns_topic"}]}}}`)
	out.Reset()
	if err := Destroy(t.Context(), ".", "trial", &out); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(order)
	if got := verbs(read(), "destroy"); !slices.Equal(got, order) {
		t.Errorf("destroyed %v", got)
	}
	const nothing = "Nothing of trial was deployed"
	if strings.Contains(out.String(), nothing) {
		t.Errorf("printed %s", &out)
	}
	recorder(t, `{}`)
	if err := Destroy(t.Context(), ".", "trial", &out); err != nil || !strings.Contains(out.String(), nothing) {
		t.Errorf("of nothing: %v, and printed %s", err, &out)
	}
}

func TestDeployNeedsAnEnvironment(t *testing.T) {
	for name, want := range map[string]string{"": "ENV: ", "ada-b": `"ada-b" is no name for an environment`} {
		for verb, err := range map[string]error{
			"named": Named(".", name), "deploy": Deploy(t.Context(), ".", name, &bytes.Buffer{}), "destroy": Destroy(t.Context(), ".", name, &bytes.Buffer{}),
		} {
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s %q: got %v", verb, name, err)
			}
		}
	}
	if err := Named(".", "ada"); err != nil {
		t.Error(err)
	}
}
