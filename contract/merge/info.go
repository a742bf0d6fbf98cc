package merge

import (
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// info returns the info object of the merged document. Its version lists the contexts
// with their versions, such as "accounts@1.2.0+profiles@0.3.1".
func info(about About, sources []Source) *openapi3.Info {
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
	i := &openapi3.Info{
		Title:       about.System.Title + " API",
		Version:     strings.Join(versions, "+"),
		Description: "All operations of the bounded contexts " + strings.Join(names, ", ") + ".",
	}
	if about.Repository != "" {
		i.Contact = &openapi3.Contact{Name: about.System.Title, URL: "https://github.com/" + about.Repository}
	}
	if about.License != "" {
		i.License = &openapi3.License{Name: about.License, URL: "https://spdx.org/licenses/" + about.License + ".html"}
	}
	return i
}
