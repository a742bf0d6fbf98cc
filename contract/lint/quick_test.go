package lint

import (
	"os"
	"testing"
)

func TestQuick(t *testing.T) {
	for f, m := range map[string]Mode{"../../accounts/openapi.json": Contract, "../../profiles/openapi.json": Contract, "../../dist/openapi.json": Contract, "../../dist/deployable.json": Import} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Skip(err)
		}
		d, err := Read(f, data, Options{m})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range Run(d, Options{m}) {
			t.Errorf("%s:%d:%d %s %s %s (%s %s) %s", x.File, x.Line, x.Column, x.Rule, x.Place, x.Message, x.GoType, x.GoField, x.Fix)
		}
	}
}
