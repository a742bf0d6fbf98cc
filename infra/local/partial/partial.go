// Package partial loads single parts of an OpenAPI document. Package openapi3 parses only
// whole documents, which takes most of the start of a cloud with hundreds of operations.
package partial

import (
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Components are the components of a document, by kind and name.
type Components map[string]map[string]json.RawMessage

// Schema returns the schema in raw, which can refer to the components.
func (c Components) Schema(raw json.RawMessage) (*openapi3.Schema, error) {
	parts := Components{}
	c.collect(raw, parts)
	unused := "part"
	for parts["schemas"][unused] != nil {
		unused += "_"
	}
	parts.add("schemas", unused, raw)
	doc, err := load(nil, parts)
	if err != nil {
		return nil, err
	}
	return doc.Components.Schemas[unused].Value, nil
}

// Document is a document whose paths are parsed when they are first needed. It is safe for
// concurrent use.
type Document struct {
	paths      map[string]json.RawMessage
	components Components
	items      sync.Map // of func() (*openapi3.PathItem, error), by path
	all        func() (*openapi3.T, error)
}

// Parse returns the document in data, in JSON.
func Parse(data []byte) (*Document, error) {
	var members struct {
		Paths      map[string]json.RawMessage
		Components Components
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	return &Document{paths: members.Paths, components: members.Components, all: sync.OnceValues(func() (*openapi3.T, error) {
		return openapi3.NewLoader().LoadFromData(data)
	})}, nil
}

// Path returns a path item; nil if the document does not have it.
func (d *Document) Path(path string) (*openapi3.PathItem, error) {
	raw, ok := d.paths[path]
	if !ok {
		return nil, nil
	}
	item, _ := d.items.LoadOrStore(path, sync.OnceValues(func() (*openapi3.PathItem, error) { return d.load(path, raw) }))
	return item.(func() (*openapi3.PathItem, error))()
}

func (d *Document) load(path string, raw json.RawMessage) (*openapi3.PathItem, error) {
	parts := Components{}
	d.components.collect(raw, parts)
	doc, err := load(map[string]json.RawMessage{path: raw}, parts)
	if err != nil { // such as a reference from one path to another
		if doc, err = d.all(); err != nil {
			return nil, err
		}
	}
	return doc.Paths.Value(path), nil
}

// load parses a document that has only these paths and components.
func load(paths map[string]json.RawMessage, components Components) (*openapi3.T, error) {
	if paths == nil {
		paths = map[string]json.RawMessage{}
	}
	data, err := json.Marshal(map[string]any{
		"openapi": "3.0.3", "info": map[string]string{"title": "part", "version": "1"}, "paths": paths, "components": components,
	})
	if err != nil {
		return nil, err
	}
	return openapi3.NewLoader().LoadFromData(data)
}

const prefix = "#/components/"

// collect adds the components that raw refers to, directly or through others, to found.
func (c Components) collect(raw json.RawMessage, found Components) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return // load returns the error
	}
	c.collectFrom(value, found)
}

// collectFrom follows every text that looks like a reference: a discriminator's mapping has
// references that are not named $ref.
func (c Components) collectFrom(value any, found Components) {
	switch v := value.(type) {
	case map[string]any:
		for one := range maps.Values(v) {
			c.collectFrom(one, found)
		}
	case []any:
		for _, one := range v {
			c.collectFrom(one, found)
		}
	case string:
		kind, name, ok := reference(v)
		if raw := c[kind][name]; ok && raw != nil && found[kind][name] == nil {
			found.add(kind, name, raw)
			c.collect(raw, found)
		}
	}
}

func (c Components) add(kind, name string, raw json.RawMessage) {
	if c[kind] == nil {
		c[kind] = map[string]json.RawMessage{}
	}
	c[kind][name] = raw
}

var unescaper = strings.NewReplacer("~1", "/", "~0", "~")

// reference returns the component that a reference is to, or is below.
func reference(text string) (kind, name string, ok bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "", "", false
	}
	parts := strings.SplitN(rest, "/", 3)
	if len(parts) < 2 {
		return "", "", false
	}
	if name, err := url.PathUnescape(parts[1]); err == nil {
		parts[1] = name
	}
	return parts[0], unescaper.Replace(parts[1]), true
}
