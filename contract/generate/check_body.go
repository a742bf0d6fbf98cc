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

const needsComment = "needs a doc comment: it is the description in the specification"

// The tags that a contract knows. Others are refused: a misspelt constraint
// would constrain nothing, and nobody would notice.
var (
	bodyTags      = append([]string{"json", "example", "nullable"}, schema.Tags...)
	parameterTags = append([]string{"path", "query", "header", "required", "example"}, schema.Tags...)
)

var structTag = regexp.MustCompile(`([^\s:"]+):"(?:[^"\\]|\\.)*"`)

// checkBodies checks the types of all bodies, and those within them.
func (g *generation) checkBodies() {
	seen := structs(reflect.TypeFor[problem.Problem](), nil) // each type once, whoever uses it
	for _, o := range g.operations {
		for _, t := range []reflect.Type{o.Input, o.Output} {
			f, ok := rest.BodyField(t)
			if !ok {
				continue
			}
			if fault := unfit(f.Type); fault != "" {
				g.unfit = true
				g.refuse(o, "%s: %s", goField(t, f.Name), fault)
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
		return // refused where it stands
	}
	doc, found := g.source.Type(t.PkgPath(), t.Name())
	switch {
	case !found:
		g.faults.add(g.source.Service(), "type %s: is not declared at package level", goType(t))
		return
	case doc.Text == "":
		g.faults.add(doc.At, "type %s %s", goType(t), needsComment)
	}
	var names []string
	for _, p := range properties(t) {
		// encoding/json takes names in any case, so they must differ by more.
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, p.JSON) }) {
			g.field(p.Owner, p.StructField, doc.At).refuse("another property of %s has the name %s, in this or another case", typeName(t), p.JSON)
		}
		names = append(names, p.JSON)
	}
	for f := range t.Fields() {
		g.checkField(t, f, doc.At)
	}
}

// checkField checks a field that t itself declares.
func (g *generation) checkField(t reflect.Type, sf reflect.StructField, at comments.Position) {
	f := g.field(t, sf, at)
	tag := sf.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	switch {
	case tag == "-" || isFlattened(sf):
		return
	case sf.Anonymous && (name == "" || !sf.IsExported() || !isObject(sf.Type)):
		// encoding/json, openapi3gen and package schema disagree on the rest.
		g.unfit = true
		f.refuse("embed a struct by value and without a tag, or give the field a name")
		return
	case !sf.IsExported():
		return
	case jsonOption(sf, "string"):
		f.refuse("tag json: the option string is not in the specification")
	}
	if fault := unfit(sf.Type); fault != "" {
		g.unfit = true
		f.refuse("%s", fault)
	}
	f.check(bodyTags)
}

// unfit tells why a type cannot be in a body: package schema refuses it, or
// openapi3gen or encoding/json see it otherwise. Structs are looked at on their own.
func unfit(t reflect.Type) string {
	for of := t; ; of = of.Elem() {
		switch {
		case marshals(of):
			return of.String() + " has its own JSON form, which the specification cannot know"
		case of.Kind() == reflect.Interface && of.NumMethod() > 0:
			return of.String() + ": encoding/json cannot decode into an interface with methods"
		case of.Kind() == reflect.Array:
			return of.String() + ": use a slice, with minItems and maxItems"
		case of.Kind() == reflect.Map && (of.Key().Kind() != reflect.String || marshals(of.Key())):
			return of.String() + ": the keys of a map must be strings"
		case isObject(of) && of.Name() == "":
			return "an anonymous struct: give it a type with a name and a comment"
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

// fieldCheck reports what is wrong with one field, at its place.
type fieldCheck struct {
	g     *generation
	of    reflect.Type
	f     reflect.StructField
	doc   comments.Comment
	found bool
}

// field prepares the check of a field of type of; at is where to report when
// the source has no such field.
func (g *generation) field(of reflect.Type, f reflect.StructField, at comments.Position) fieldCheck {
	doc, ok := g.source.Field(of.PkgPath(), of.Name(), f.Name)
	if !ok {
		doc.At = at
	}
	return fieldCheck{g, of, f, doc, ok}
}

func (c fieldCheck) refuse(format string, args ...any) {
	c.g.faults.add(c.doc.At, "field "+goField(c.of, c.f.Name)+": "+format, args...)
}

// check checks what parameters and properties have in common.
func (c fieldCheck) check(known []string) {
	if !c.found {
		c.refuse("its comment cannot be found: write the type %s as a struct of its own", typeName(c.of))
	} else if c.doc.Text == "" {
		c.refuse(needsComment)
	}
	if _, err := schema.Of(c.f.Tag); err != nil {
		c.refuse("%s", err)
	}
	for _, name := range needless(c.f.Type, c.f.Tag) {
		c.refuse("the tag %s has no meaning for the type %s", name, c.f.Type)
	}
	for _, tag := range structTag.FindAllStringSubmatch(string(c.f.Tag), -1) {
		if !slices.Contains(known, tag[1]) {
			c.refuse("the tag %s is unknown here; known are %s", tag[1], strings.Join(known, ", "))
		}
	}
}
