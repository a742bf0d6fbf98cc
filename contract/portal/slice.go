package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/meridian-api/meridian/contract/canonical"
)

// object is a decoded JSON object.
type object = map[string]any

// slices returns a document for each context: its operations, and the components that
// they use. The reference displays one at a time, because the time that Swagger UI takes
// grows with the operations of its document.
func (c *catalog) slices(document []byte) (map[string][]byte, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var doc object
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	byTag := map[string]object{}
	paths, _ := doc["paths"].(object)
	for path, v := range paths {
		item, _ := v.(object)
		for method, v := range item {
			o, isOperation := v.(object)
			if !isOperation || method == "parameters" {
				continue
			}
			tag := firstTag(o)
			if byTag[tag] == nil {
				byTag[tag] = object{}
			}
			part, ok := byTag[tag][path].(object)
			if !ok {
				part = withoutOperations(item)
				byTag[tag][path] = part
			}
			part[method] = o
		}
	}
	files := map[string][]byte{}
	for _, b := range c.Contexts {
		data, err := canonical.JSON(b.slice(doc, byTag[b.Title]))
		if err != nil {
			return nil, fmt.Errorf("portal: %w", err)
		}
		files[b.File()] = data
	}
	return files, nil
}

// File returns the path of the context's document in the portal.
func (b *boundedContext) File() string { return path.Join("contexts", b.Slug, jsonFile) }

// slice returns the document of the context with its paths.
func (b *boundedContext) slice(doc, paths object) object {
	part := object{
		"openapi": doc["openapi"], "paths": paths,
		"info": object{"title": b.Title, "version": b.Version, "description": b.Text},
	}
	if paths == nil {
		part["paths"] = object{}
	}
	for _, name := range []string{"servers", "security"} {
		if doc[name] != nil {
			part[name] = doc[name]
		}
	}
	all, _ := doc["components"].(object)
	used := object{}
	collect(all, paths, used)
	if schemes := all["securitySchemes"]; schemes != nil { // used by name, without a reference
		used["securitySchemes"] = schemes
	}
	part["components"] = used
	return part
}

// collect adds the components to which a value refers, directly or through others, to used.
func collect(components object, v any, used object) {
	switch v := v.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok {
			collectRef(components, ref, used)
		}
		for _, member := range v {
			collect(components, member, used)
		}
	case []any:
		for _, item := range v {
			collect(components, item, used)
		}
	}
}

func collectRef(components object, ref string, used object) {
	parts := strings.Split(ref, "/")
	if len(parts) < 4 || parts[0] != "#" || parts[1] != "components" {
		return
	}
	kind, name := parts[2], strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[3])
	all, _ := components[kind].(object)
	component := all[name]
	if component == nil {
		return
	}
	if used[kind] == nil {
		used[kind] = object{}
	}
	if into := used[kind].(object); into[name] == nil {
		into[name] = component
		collect(components, component, used)
	}
}

// firstTag returns the tag under which the catalog lists an operation.
func firstTag(operation object) string {
	if tags, _ := operation["tags"].([]any); len(tags) > 0 {
		if tag, ok := tags[0].(string); ok {
			return tag
		}
	}
	return untagged
}

// withoutOperations returns the members of a path item that its operations share.
func withoutOperations(item object) object {
	shared := object{}
	for name, v := range item {
		if _, isOperation := v.(object); !isOperation {
			shared[name] = v
		}
	}
	return shared
}
