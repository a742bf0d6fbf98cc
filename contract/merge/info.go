package merge

import (
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sizes are the limits of API Gateway and Lambda for every request. API Gateway responds to
// a request beyond them itself, with a body that cannot be changed.
const sizes = "\n\nThe headers of a request have at most 10,240 bytes, and the request with its body at most 6 MB. " +
	"The response to a larger one is 431 or 413, which is not a problem document."

// enumerate joins names as a sentence does.
func enumerate(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

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
		Description: "All operations of the bounded contexts " + enumerate(names) + "." + sizes,
	}
	if about.Repository != "" {
		i.Contact = &openapi3.Contact{Name: about.System.Title, URL: "https://github.com/" + about.Repository}
	}
	if about.License != "" {
		i.License = &openapi3.License{Name: about.License, URL: "https://spdx.org/licenses/" + about.License + ".html"}
	}
	return i
}
