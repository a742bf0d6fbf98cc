package generate

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

const needsComment = "needs a doc comment, which is its description in the specification"

// The struct tags of contracts. Others are refused, because a misspelt constraint
// would have no effect and would not be noticed.
var (
	bodyTags      = append([]string{"json", "example", "nullable"}, schema.Tags...)
	parameterTags = append([]string{"path", "query", "header", "required", "example"}, schema.Tags...)
)

var structTag = regexp.MustCompile(`([^\s:"]+):"(?:[^"\\]|\\.)*"`)

// checkBodies checks the types of all bodies and the types in them.
func (g *generation) checkBodies() {
	seen := structs(reflect.TypeFor[problem.Problem](), nil) // to check each type once
	for _, o := range g.operations {
		for _, t := range []reflect.Type{o.Input, o.Output} {
			f, ok := rest.BodyField(t)
			if !ok {
				continue
			}
			if reason := unsupported(f.Type); reason != "" {
				g.fatal = true
				g.refuse(o, "%s: %s", goField(t, f.Name), reason)
				continue
			}
			seen = structs(f.Type, seen)
		}
	}
	for _, t := range seen {
		g.checkStruct(t)
	}
}

func (g *generation) checkStruct(t reflect.Type) {
	if t.Name() == "" {
		return // an anonymous struct, which checkField refuses
	}
	doc, found := g.source.Type(t.PkgPath(), t.Name())
	switch {
	case !found:
		g.errs.add(g.source.Service(), "type %s: is not declared at package level", goType(t))
		return
	case doc.Text == "":
		g.errs.add(doc.At, "type %s %s", goType(t), needsComment)
	}
	var names []string
	for _, p := range properties(t) {
		// encoding/json accepts names in any case, so that they must differ by more.
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, p.JSON) }) {
			g.field(p.Owner, p.StructField, doc.At).refuse("another property of %s has the name %s, apart from upper and lower case", typeName(t), p.JSON)
		}
		names = append(names, p.JSON)
	}
	for f := range t.Fields() {
		g.checkField(t, f, doc.At)
	}
}

// checkField checks a field that t itself declares, not an embedded struct.
func (g *generation) checkField(t reflect.Type, sf reflect.StructField, at comments.Position) {
	f := g.field(t, sf, at)
	tag := sf.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	switch {
	case tag == "-" || isFlattened(sf):
		return
	case sf.Anonymous && (name == "" || !sf.IsExported() || !isObject(sf.Type)):
		// encoding/json, openapi3gen and package schema disagree on other embedded types.
		g.fatal = true
		f.refuse("only structs may be embedded, by value and without a tag: name the field")
		return
	case !sf.IsExported():
		return
	case jsonOption(sf, "string"):
		f.refuse("tag json: the specification cannot express the option string")
	}
	if reason := unsupported(sf.Type); reason != "" {
		g.fatal = true
		f.refuse("%s", reason)
	}
	f.check(bodyTags)
}

// unsupported returns the reason why a body cannot contain a type, or "". Package
// schema refuses the type, or openapi3gen and encoding/json disagree with it. The
// fields of structs are checked elsewhere.
func unsupported(t reflect.Type) string {
	for of := t; ; of = of.Elem() {
		switch {
		case marshals(of):
			return of.String() + " marshals itself: the specification cannot describe its JSON"
		case of.Kind() == reflect.Interface && of.NumMethod() > 0:
			return of.String() + ": encoding/json cannot decode into an interface with methods"
		case of.Kind() == reflect.Array:
			return of.String() + ": use a slice with minItems and maxItems"
		case of.Kind() == reflect.Map && (of.Key().Kind() != reflect.String || marshals(of.Key())):
			return of.String() + ": the keys of a map must be strings"
		case isObject(of) && of.Name() == "":
			return "an anonymous struct: declare a type with a name and a comment"
		case isObject(of):
			return ""
		case of == element(of):
			if _, err := schema.Compile(t); err != nil {
				return err.Error()
			}
			return ""
		}
	}
}

// fieldCheck checks one field, and adds errors at its position in the source.
type fieldCheck struct {
	g     *generation
	of    reflect.Type
	f     reflect.StructField
	doc   comments.Comment
	found bool
}

// field returns the check of a field of type of. Errors are at the position at if
// the source has no such field.
func (g *generation) field(of reflect.Type, f reflect.StructField, at comments.Position) fieldCheck {
	doc, ok := g.source.Field(of.PkgPath(), of.Name(), f.Name)
	if !ok {
		doc.At = at
	}
	return fieldCheck{g, of, f, doc, ok}
}

func (c fieldCheck) refuse(format string, args ...any) {
	c.g.errs.add(c.doc.At, "field "+goField(c.of, c.f.Name)+": "+format, args...)
}

// check checks the comment and the tags, for parameters and properties alike.
func (c fieldCheck) check(known []string) {
	if !c.found {
		c.refuse("the comment was not found: declare the type %s as a struct", typeName(c.of))
	} else if c.doc.Text == "" {
		c.refuse(needsComment)
	}
	if _, err := schema.Of(c.f.Tag); err != nil {
		c.refuse("%s", err)
	}
	for _, name := range needless(c.f.Type, c.f.Tag) {
		c.refuse("the tag %s has no effect on the type %s", name, c.f.Type)
	}
	for _, tag := range structTag.FindAllStringSubmatch(string(c.f.Tag), -1) {
		if !slices.Contains(known, tag[1]) {
			c.refuse("the tag %s is not one of %s", tag[1], strings.Join(known, ", "))
		}
	}
}
