package merge

import (
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// info returns the info object of the merged document. Contact and license describe
// the repository. The version lists the
// contexts with their versions, such as "accounts@1.2.0+profiles@0.3.1".
func info(sources []Source) *openapi3.Info {
	var versions, names []string
	for _, s := range sources {
		name := s.Context
		if name == "" {
			name = path.Base(path.Dir(strings.ReplaceAll(s.Name, `\`, "/")))
		}
		number := ""
		if s.Doc.Info != nil {
			number = s.Doc.Info.Version
		}
		names = append(names, name)
		versions = append(versions, name+"@"+number)
	}
	slices.Sort(names)
	slices.Sort(versions)
	return &openapi3.Info{
		Title:       Title,
		Version:     strings.Join(versions, "+"),
		Description: "All operations of the bounded contexts " + strings.Join(names, ", ") + ".",
		Contact:     &openapi3.Contact{Name: "Meridian", URL: "https://github.com/meridian-api/meridian"},
		License:     &openapi3.License{Name: "Apache-2.0", URL: "https://www.apache.org/licenses/LICENSE-2.0"},
	}
}
