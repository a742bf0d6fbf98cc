package compat

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
)

// source is the origin of a specification.
type source struct {
	ref  string // a git ref, or empty for the working tree
	file string // relative to the root of the monorepo
}

func (s source) String() string {
	if s.ref == "" {
		return s.file
	}
	return s.ref + ":" + s.file
}

// document is a specification in the two forms that are compared.
type document struct {
	source
	// doc has resolved references and line numbers.
	doc *openapi3.T
	// tree is the decoded JSON without versions and generator hints.
	tree any
	// types are the types of the problems in doc's responses.
	types map[*openapi3.Response][]string
	// parts are doc's parts, before takeHeaders.
	parts []Part
}

func read(s source, data []byte) (document, error) { return readBoth(s, data, data) }

// readBoth reads a specification in JSON or YAML, which decides the lines of locations, and
// the same in JSON.
func readBoth(s source, data, asJSON []byte) (document, error) {
	d := document{source: s}
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	var err error
	if d.doc, err = loader.LoadFromDataWithPath(data, &url.URL{Path: s.file}); err != nil {
		return d, fmt.Errorf("%s: %w", s, err)
	}
	if err := manifest.CheckSpecFormat(s.String(), d.doc.Extensions); err != nil {
		return d, err
	}
	if d.doc.Info == nil || d.doc.Paths == nil {
		return d, fmt.Errorf("%s: not an OpenAPI document: info or paths are missing", s)
	}
	d.types = takeTypes(d.doc)
	d.parts = takeHeaders(d.doc)
	if err := json.Unmarshal(asJSON, &d.tree); err != nil {
		return d, fmt.Errorf("%s: %w", s, err)
	}
	strip(d.tree)
	return d, nil
}

// strip removes members that never count as a change: the versions, which every
// release raises, the file's format, and the generator's hints about Go types.
func strip(tree any) {
	root, _ := tree.(map[string]any)
	delete(root, manifest.SpecFormat)
	if info, ok := root["info"].(map[string]any); ok {
		delete(info, "version")
	}
	tags, _ := root["tags"].([]any)
	for _, tag := range tags {
		if t, ok := tag.(map[string]any); ok {
			delete(t, "x-version")
		}
	}
	stripHints(tree)
}

func stripHints(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if strings.HasPrefix(name, "x-source-") || strings.HasPrefix(name, "x-go-") {
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
