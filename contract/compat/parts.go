package compat

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
)

// Part is a part of a specification that can be deprecated by itself.
type Part struct {
	// Operation is its method and path, such as "GET /accounts". It is empty for a part of a
	// schema, which many operations can have.
	Operation string
	// Name is empty for the operation itself, and otherwise for example "query parameter
	// limit", "header ETag of status 200", "schema Address", "property mail of Address",
	// "variant Card of Payment" or "value stock of property reason of Order".
	Name string
	// Deprecated is whether the specification deprecates it. Announced has the dates, and is
	// zero for a specification without dates.
	Deprecated bool
	Announced  rest.Deprecation

	// in is the key of the part that contains this one.
	in     string
	remove func()
	// header is set for a header of a response.
	header *openapi3.Header
}

// key identifies the part in a specification.
func (p Part) key() string { return strings.TrimSpace(p.Operation + " " + p.Name) }

// Parts returns the deprecated parts of a specification: operations in order of path and
// method, each before its parameters and headers, then properties and values.
func Parts(doc *openapi3.T) []Part {
	var list []Part
	eachPart(doc, func(p Part) {
		if p.Deprecated {
			list = append(list, p)
		}
	})
	return list
}

// eachPart calls visit for every part. Parts of the same name are one part: the same
// property in several schemas is not.
func eachPart(doc *openapi3.T, visit func(Part)) {
	eachOperation(doc, func(path, method string, o *openapi3.Operation) {
		of := operation(method, path)
		visit(Part{Operation: of, Deprecated: o.Deprecated, Announced: manifest.Deprecation(o.Extensions)})
		eachParameter(of, o, visit)
		for _, status := range sortedKeys(o.Responses.Map()) {
			eachHeader(of, status, o.Responses.Value(status), visit)
		}
	})
	if doc.Components == nil {
		return
	}
	for _, name := range sortedKeys(doc.Components.Schemas) {
		s := doc.Components.Schemas[name].Value
		component := Part{Name: "schema " + name, Deprecated: s.Deprecated, Announced: manifest.Deprecation(s.Extensions)}
		visit(component)
		eachVariant(component, name, s, visit)
		for _, property := range sortedKeys(s.Properties) {
			p := Part{Name: fmt.Sprintf("property %s of %s", property, name), in: component.key()}
			if of := s.Properties[property]; of.Ref == "" && of.Value != nil {
				p.Deprecated, p.Announced = of.Value.Deprecated, manifest.Deprecation(of.Value.Extensions)
			}
			if of := componentOf(s.Properties[property]); !p.Deprecated && of != nil && of.Deprecated {
				p.Deprecated, p.Announced = true, manifest.Deprecation(of.Extensions) // it ends with its type
			}
			p.remove = func() {
				delete(s.Properties, property)
				s.Required = slices.DeleteFunc(s.Required, func(r string) bool { return r == property })
			}
			visit(p)
			if of := s.Properties[property]; of != nil && of.Ref == "" && of.Value != nil {
				eachValue(p, of, of.Value.Extensions, visit)
			}
		}
	}
}

// eachVariant calls visit for the variants of a union, which end with their types.
func eachVariant(union Part, name string, s *openapi3.Schema, visit func(Part)) {
	for _, ref := range s.OneOf {
		if ref.Ref == "" || ref.Value == nil {
			continue
		}
		visit(Part{
			Name: fmt.Sprintf("variant %s of %s", strings.TrimPrefix(ref.Ref, "#/components/schemas/"), name), in: union.key(),
			Deprecated: ref.Value.Deprecated, Announced: manifest.Deprecation(ref.Value.Extensions),
			remove: func() {
				s.OneOf = slices.DeleteFunc(slices.Clone(s.OneOf), func(r *openapi3.SchemaRef) bool { return r == ref })
				removeMapping(s.Discriminator, ref.Ref)
			},
		})
	}
}

// componentOf returns the component that a property, its elements or its values refer to, or
// nil.
func componentOf(ref *openapi3.SchemaRef) *openapi3.Schema {
	for ref != nil && ref.Value != nil {
		switch {
		case ref.Ref != "":
			return ref.Value
		case ref.Value.Items != nil:
			ref = ref.Value.Items
		case ref.Value.AdditionalProperties.Schema != nil:
			ref = ref.Value.AdditionalProperties.Schema
		case len(ref.Value.AllOf) == 1:
			ref = ref.Value.AllOf[0]
		default:
			return nil
		}
	}
	return nil
}

func eachParameter(of string, o *openapi3.Operation, visit func(Part)) {
	for _, ref := range o.Parameters {
		v := ref.Value
		if v == nil {
			continue
		}
		p := Part{
			Operation: of, Name: v.In + " parameter " + v.Name, in: of,
			Deprecated: v.Deprecated, Announced: manifest.Deprecation(v.Extensions),
			remove: func() {
				o.Parameters = slices.DeleteFunc(slices.Clone(o.Parameters), func(r *openapi3.ParameterRef) bool { return r == ref })
			},
		}
		visit(p)
		eachValue(p, v.Schema, v.Extensions, visit)
	}
}

func eachHeader(of, status string, r *openapi3.ResponseRef, visit func(Part)) {
	if r.Ref != "" || r.Value == nil {
		return // a response that operations share
	}
	response := Part{Operation: of, Name: "status " + status, in: of}
	visit(response)
	for _, name := range sortedKeys(r.Value.Headers) {
		h := r.Value.Headers[name]
		if h.Ref != "" || h.Value == nil {
			continue
		}
		visit(Part{
			Operation: of, Name: fmt.Sprintf("header %s of status %s", name, status), in: response.key(),
			Deprecated: h.Value.Deprecated, Announced: manifest.Deprecation(h.Value.Extensions),
			remove: func() { delete(r.Value.Headers, name) }, header: h.Value,
		})
	}
}

// eachValue calls visit for the texts of an enum, which can be of the elements of a list or
// map.
func eachValue(of Part, ref *openapi3.SchemaRef, extensions map[string]any, visit func(Part)) {
	s := element(ref)
	if s == nil {
		return
	}
	announced := manifest.DeprecatedValues(extensions)
	for _, v := range s.Enum {
		text, ok := v.(string)
		if !ok {
			continue
		}
		d, deprecated := announced[text]
		visit(Part{
			Operation: of.Operation, Name: fmt.Sprintf("value %s of %s", text, of.Name), in: of.key(),
			Deprecated: deprecated, Announced: d,
			remove: func() { s.Enum = slices.DeleteFunc(s.Enum, func(e any) bool { return e == v }) },
		})
	}
}

// element returns the inline schema with the enum of a property or parameter.
func element(ref *openapi3.SchemaRef) *openapi3.Schema {
	for ref != nil && ref.Ref == "" && ref.Value != nil {
		switch {
		case ref.Value.Items != nil:
			ref = ref.Value.Items
		case ref.Value.AdditionalProperties.Schema != nil:
			ref = ref.Value.AdditionalProperties.Schema
		default:
			return ref.Value
		}
	}
	return nil
}

// removedParts returns the keys of the deprecated parts that before has and after has not,
// although it has what contained them. Operations are not among them.
func removedParts(before, after document) []string {
	kept := map[string]bool{}
	for _, p := range after.parts {
		kept[p.key()] = true
	}
	removed := map[string]bool{}
	for _, p := range before.parts {
		if p.Deprecated && p.Name != "" && !kept[p.key()] && kept[p.in] {
			removed[p.key()] = true
		}
	}
	return slices.Sorted(maps.Keys(removed))
}

// headerDeprecated is the rule for a header of a response that is deprecated. oasdiff has
// rules for everything else that is.
const headerDeprecated = "response-header-deprecated"

// takeHeaders returns the parts of a specification, and removes the deprecations of headers
// from it, which oasdiff would take for changes that it does not know. It also removes the
// headers that announce an operation's deprecation, which come and go with it.
func takeHeaders(doc *openapi3.T) []Part {
	eachOperation(doc, func(_, _ string, o *openapi3.Operation) {
		for _, r := range o.Responses.Map() {
			if r.Value != nil {
				delete(r.Value.Headers, rest.DeprecationHeader)
				delete(r.Value.Headers, rest.SunsetHeader)
			}
		}
	})
	var list []Part
	eachPart(doc, func(p Part) { list = append(list, p) })
	for _, p := range list {
		if p.header != nil {
			p.header.Deprecated = false
		}
	}
	return list
}

// headerChanges returns a change for each header that only after deprecates.
func headerChanges(before, after document) []Change {
	known := map[string]bool{}
	for _, p := range before.parts {
		known[p.key()] = !p.Deprecated
	}
	var changes []Change
	for _, p := range after.parts {
		if p.header != nil && p.Deprecated && known[p.key()] {
			changes = append(changes, Change{
				ID: headerDeprecated, Level: Compatible, Operation: p.Operation, Location: after.file,
				Text: oneLine("the " + p.Name + " was deprecated"),
			})
		}
	}
	return changes
}

// headerRequired is the rule for a header of a response that is required from now on, for
// which oasdiff has no rule.
const headerRequired = "response-header-became-required"

// takeRequiredHeaders makes the headers that only after requires optional, and returns a
// change for each operation that sends one.
func takeRequiredHeaders(before, after document) []Change {
	var changes []Change
	taken := map[*openapi3.Header]bool{}
	eachCommonOperation(before, after, func(path, method string, old, current *openapi3.Operation) {
		for _, status := range sortedKeys(current.Responses.Map()) {
			was, is := old.Responses.Value(status), current.Responses.Value(status)
			if was == nil || was.Value == nil || is.Value == nil {
				continue
			}
			for _, name := range sortedKeys(is.Value.Headers) {
				o, h := was.Value.Headers[name], is.Value.Headers[name].Value
				if o == nil || o.Value == nil || h == nil || o.Value.Required || !h.Required && !taken[h] {
					continue
				}
				h.Required, taken[h] = false, true
				changes = append(changes, Change{
					ID: headerRequired, Level: Compatible, Operation: operation(method, path), Location: after.file,
					Text: oneLine(fmt.Sprintf("the header %s of status %s is always sent", name, status)),
				})
			}
		}
	})
	return changes
}

// without returns the specification in data without the parts.
func without(s source, data []byte, keys []string) (document, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return document{}, fmt.Errorf("%s: %w", s, err)
	}
	var removed []Part
	eachPart(doc, func(p Part) {
		if slices.Contains(keys, p.key()) {
			removed = append(removed, p)
		}
	})
	for _, p := range removed {
		p.remove()
	}
	if data, err = doc.MarshalJSON(); err != nil {
		return document{}, fmt.Errorf("%s: %w", s, err)
	}
	return read(s, data)
}

// ignoreSunset removes the dates of deprecations, with which oasdiff would decide by the
// time of the comparison: here the times of the releases decide.
func ignoreSunset(doc *openapi3.T) {
	eachOperation(doc, func(_, _ string, o *openapi3.Operation) {
		delete(o.Extensions, manifest.SunsetExtension)
		for _, p := range o.Parameters {
			delete(p.Value.Extensions, manifest.SunsetExtension)
		}
	})
	if doc.Components == nil {
		return
	}
	for _, s := range doc.Components.Schemas {
		delete(s.Value.Extensions, manifest.SunsetExtension)
		for _, p := range s.Value.Properties {
			delete(p.Value.Extensions, manifest.SunsetExtension)
		}
	}
}
