package workspace

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/system"
)

func TestReadSystem(t *testing.T) {
	shop := System{System: system.System{Name: "shop", Title: "Acme Shop"}, Repository: "acme/shop"}
	for _, test := range []struct {
		name, file string
		want       System
		refuse     string
	}{
		{name: "no file", want: System{System: system.System{Name: "meridian", Title: "Meridian"}}},
		{name: "names", file: `{"name": "shop", "title": "Acme Shop", "repository": "acme/shop"}`, want: shop},
		{name: "an unknown member", file: `{"name": "shop", "title": "Shop", "team": "a"}`, refuse: `unknown field "team"`},
		{name: "no names", file: `{}`, refuse: `name is "": it must have 2 to 20`},
		{name: "a name that no bucket can have", file: `{"name": "my_shop", "title": "Shop"}`, refuse: `name is "my_shop"`},
		{name: "a title that no namespace can have", file: `{"name": "shop", "title": "Caf\u00e9"}`,
			refuse: `title is "Café"`},
		{name: "a repository's URL", file: `{"name": "a1", "title": "A", "repository": "https://a/b/c"}`,
			refuse: "OWNER/NAME"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			if test.file != "" {
				writeFile(t, test.file, root, SystemFile)
			}
			got, err := ReadSystem(root)
			if test.refuse != "" {
				if err == nil || !strings.Contains(err.Error(), test.refuse) || !strings.Contains(err.Error(), SystemFile) {
					t.Errorf("got the error %v, want one with the file's name and %q", err, test.refuse)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
