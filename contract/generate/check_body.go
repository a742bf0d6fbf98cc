package generate

import (
	"reflect"
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
	bodyTags      = slices.Concat([]string{"json", "example", "nullable"}, schema.Tags, deprecationTags)
	parameterTags = slices.Concat([]string{"path", "query", "header", "required", "example"}, schema.Tags, deprecationTags)
	// The tags of a field named Body, and of the blank field of a struct.
	bodyFieldTags = append([]string{"nullable"}, schema.Tags...)
	blankTags     = []string{"minProperties", "maxProperties", "deprecated"}
)

// checkBodies checks the types of all bodies and the types in them.
func (g *generation) checkBodies() {
	seen := structs(reflect.TypeFor[problem.Problem](), nil) // to check each type once
	var bodies []reflect.Type
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
			g.checkBody(o, t, f)
			seen = structs(f.Type, seen)
			bodies = append(bodies, f.Type)
		}
	}
	variants := map[reflect.Type]bool{}
	for _, u := range unions(slices.Concat(bodies, seen)) {
		for _, v := range u.Variants {
			variants[v.Type] = true
		}
	}
	for _, t := range seen {
		fatal := g.fatal
		g.fatal = false
		g.checkStruct(t)
		g.checkCount(t, variants[t])
		if !g.fatal { // otherwise encoding/json refuses the type, too
			g.checkSample(t)
		}
		g.fatal = g.fatal || fatal
	}
	g.checkUnions(bodies, seen)
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
	case doc.Deprecated:
		g.errs.add(doc.At, "type %s: the comment deprecates it without dates: add the field _ struct{} `deprecated:%q`",
			goType(t), "2026-12-01/2027-06-30: use Order")
	}
	if hidesFields(t) {
		g.errs.add(doc.At, "type %s has no exported field, so that encoding/json writes {} and ignores its input", goType(t))
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

// hidesFields reports whether a struct has fields, but no properties. A
// type declared as another, such as type Day time.Time, loses the methods for JSON.
func hidesFields(t reflect.Type) bool {
	if len(properties(t)) > 0 {
		return false
	}
	for f := range t.Fields() {
		if f.Name != "_" && !isFlattened(f) {
			return true
		}
	}
	return false
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
		// encoding/json and package schema disagree on other embedded types.
		g.fatal = true
		f.refuse("only structs may be embedded, by value and without a tag: name the field")
		return
	case sf.Name == "_":
		g.checkBlank(f, sf)
		return
	case !sf.IsExported():
		return
	case jsonOption(sf, "string"):
		f.refuse("tag json: the specification cannot express the option string")
	case isUnion(sf.Type) && jsonOption(sf, "omitempty"):
		f.refuse("tag json: omitempty has no effect on a union: use omitzero")
	}
	if reason := unsupported(sf.Type); reason != "" {
		g.fatal = true
		f.refuse("%s", reason)
	}
	f.check(bodyTags)
	f.checkJSON()
}

// unsupported returns the reason why a body cannot contain a type, or "". Package
// schema refuses the type, or encoding/json and the specification disagree about it.
// The fields of structs are checked elsewhere.
func unsupported(t reflect.Type) string {
	for _, of := range layers(t) {
		if u, ok := schema.UnionOf(of); ok {
			return unsupportedUnion(t, u)
		}
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
		}
	}
	if isObject(element(t)) {
		return ""
	}
	if _, err := schema.Compile(t); err != nil {
		return err.Error()
	}
	return ""
}

// unsupportedUnion returns the reason why a body cannot contain type t, whose last layer
// is a union.
func unsupportedUnion(t reflect.Type, u *schema.UnionType) string {
	if err := u.Check(); err != nil {
		return err.Error()
	}
	for _, v := range u.Variants {
		for _, p := range properties(v.Type) {
			if strings.EqualFold(p.JSON, u.Discriminator) {
				return goField(v.Type, p.Name) + " has the name of the discriminator of " + u.Interface.String()
			}
		}
	}
	for _, of := range layers(t) {
		if of.Kind() == reflect.Pointer && isUnion(of.Elem()) {
			return of.String() + ": a union is never null: use the option omitzero without a pointer"
		}
	}
	return ""
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
	c.checkTags(known)
}
