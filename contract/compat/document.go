package compat

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// source is where a specification was read.
type source struct {
	ref  string // empty is the working tree
	file string // from the monorepo's root
}

func (s source) String() string {
	if s.ref == "" {
		return s.file
	}
	return s.ref + ":" + s.file
}

// document is one specification in the two forms that are compared.
type document struct {
	source
	// doc has its references resolved and knows the lines it came from.
	doc *openapi3.T
	// tree is the JSON as it is, less what versions and the generator put in.
	tree any
}

func read(s source, data []byte) (document, error) {
	d := document{source: s}
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	var err error
	if d.doc, err = loader.LoadFromDataWithPath(data, &url.URL{Path: s.file}); err != nil {
		return d, fmt.Errorf("%s: %w", s, err)
	}
	if d.doc.Info == nil || d.doc.Paths == nil {
		return d, fmt.Errorf("%s: it has no info or no paths, so it is no specification", s)
	}
	if err := json.Unmarshal(data, &d.tree); err != nil {
		return d, fmt.Errorf("%s: %w", s, err)
	}
	strip(d.tree)
	return d, nil
}

// strip leaves out what is no change of the API: the versions, which go up with
// every release, and the generator's hints on Go types, which no client sees.
func strip(v any) {
	root, _ := v.(map[string]any)
	if info, ok := root["info"].(map[string]any); ok {
		delete(info, "version")
	}
	tags, _ := root["tags"].([]any)
	for _, tag := range tags {
		if t, ok := tag.(map[string]any); ok {
			delete(t, "x-version")
		}
	}
	stripHints(v)
}

func stripHints(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if strings.HasPrefix(name, "x-go-") {
				delete(v, name)
				continue
			}
			stripHints(member)
		}
	case []any:
		for _, member := range v {
			stripHints(member)
		}
	}
}
