package generate

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/platform/schema"
)

const componentPrefix = "#/components/schemas/"

// The extensions that name the Go source, for the messages of other tools. Their names do
// not begin with x-go-: oapi-codegen and go-swagger read x-go-type and generate a reference
// to the type instead of the type.
const (
	ExtensionType  = "x-source-type"
	ExtensionField = "x-source-field"
)

// schemas converts Go types to schemas of the specification. It walks over types
// as schema.Compile does. openapi3gen, the generator of kin-openapi, is not used: it
// does not end for a type that contains itself without a struct in between, knows
// neither the bounds of all numbers nor a nullable reference that other validators
// understand, and passes a field's tags on to types that they do not concern.
type schemas struct {
	errs       *sourceErrors
	source     *comments.Source
	components openapi3.Schemas
	owners     map[string]reflect.Type // of the components, by name
	examples   []pendingExample
}

// pendingExample is an example that is checked after all references are resolved.
type pendingExample struct {
	at     comments.Position
	field  string
	value  any
	schema *openapi3.Schema
}

func newSchemas(errs *sourceErrors, source *comments.Source) *schemas {
	return &schemas{errs: errs, source: source, components: openapi3.Schemas{}, owners: map[string]reflect.Type{}}
}

// body returns the schema of a field named Body, with the constraints of its tags.
func (s *schemas) body(f reflect.StructField) *openapi3.SchemaRef {
	limits, err := schema.Of(f.Tag)
	if err != nil { // checkBodies reports it
		limits = schema.Constraints{}
	}
	if schema.NotNull(f.Tag) {
		return s.schema(elem(f.Type), limits)
	}
	return s.schema(f.Type, limits)
}

// simple returns the schema of a parameter or header: a simple value or a slice of
// simple values. A pointer only means that it is optional.
func (s *schemas) simple(t reflect.Type, limits schema.Constraints) *openapi3.SchemaRef {
	return s.schema(elem(t), limits)
}

// elem returns the type that a pointer points to, and any other type itself.
func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// schema returns the schema of a type. The constraints apply to the value and to the
// elements of arrays and maps. checkBodies has refused types without a schema.
func (s *schemas) schema(t reflect.Type, limits schema.Constraints) *openapi3.SchemaRef {
	into := &openapi3.Schema{}
	switch {
	case t == timeType:
		into.Type, into.Format = &openapi3.Types{openapi3.TypeString}, "date-time"
		return into.NewRef()
	case t == rawType || t.Kind() == reflect.Interface:
		into.Nullable = true // any value: kin-openapi refuses null without it
		return into.NewRef()
	case isObject(t):
		return s.component(t, false)
	}
	if u, ok := schema.UnionOf(t); ok {
		return s.union(u)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.nullable(t.Elem(), limits)
	case reflect.String:
		into.Type = &openapi3.Types{openapi3.TypeString}
		constrainString(into, limits)
	case reflect.Bool:
		into.Type = &openapi3.Types{openapi3.TypeBoolean}
	case reflect.Slice, reflect.Array:
		into.Type = &openapi3.Types{openapi3.TypeArray}
		into.Items = s.schema(t.Elem(), limits)
		into.MinItems, into.MaxItems = unsigned(limits.MinItems), unsignedPointer(limits.MaxItems)
	case reflect.Map:
		into.Type = &openapi3.Types{openapi3.TypeObject}
		into.AdditionalProperties = openapi3.AdditionalProperties{Schema: s.schema(t.Elem(), limits)}
		into.MinProps, into.MaxProps = unsigned(limits.MinProperties), unsignedPointer(limits.MaxProperties)
	default:
		number(into, t, limits)
	}
	return into.NewRef()
}

// nullable returns the schema of a pointer to t.
//
// For a struct it refers to a second component, which allows null itself. OpenAPI
// 3.0.3 has no other way that all validators and client generators understand: a
// reference has no siblings, nullable beside an allOf does not reach its members, and
// generators turn an anyOf with null into a type of their own.
func (s *schemas) nullable(t reflect.Type, limits schema.Constraints) *openapi3.SchemaRef {
	if isObject(t) {
		return s.component(t, true)
	}
	ref := s.schema(t, limits)
	if isComponent(ref) {
		return ref // a pointer to a pointer to a struct
	}
	ref.Value.Nullable = true
	if ref.Value.Enum != nil && !slices.Contains(ref.Value.Enum, nil) {
		ref.Value.Enum = append(ref.Value.Enum, nil) // an enum without null excludes it
	}
	return ref
}

// component returns a reference to the component of a struct, which may also be null.
func (s *schemas) component(t reflect.Type, nullable bool) *openapi3.SchemaRef {
	name := s.name(t, nullable)
	if s.components[name] == nil {
		into := &openapi3.Schema{Nullable: nullable}
		s.components[name] = into.NewRef() // before its properties, which may refer to it
		s.object(t, into)
	}
	return &openapi3.SchemaRef{Ref: componentPrefix + name, Value: s.components[name].Value}
}

// named returns a reference to a component with the schema of a body, which is a field
// of the struct owner, unless the schema is a reference already. Client generators name
// their types after components, and inline schemas at random.
func (s *schemas) named(name string, owner reflect.Type, ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	if isComponent(ref) {
		return ref
	}
	if other := s.owners[name]; other != nil && other != owner {
		at, _ := s.source.Type(other.PkgPath(), other.Name())
		s.errs.add(at.At, "the type %s and the body of %s both become the component %s: rename one", goType(other), goType(owner), name)
	}
	s.owners[name] = owner
	s.components[name] = ref
	return &openapi3.SchemaRef{Ref: componentPrefix + name, Value: ref.Value}
}

// name returns the name of the component for t, which no other type may have.
func (s *schemas) name(t reflect.Type, nullable bool) string {
	name, owner := componentName(t), t
	if nullable {
		name, owner = name+"OrNull", reflect.PointerTo(t)
	}
	at, _ := s.source.Type(t.PkgPath(), t.Name())
	if other := s.owners[name]; other != nil && other != owner {
		s.errs.add(at.At, "the types %s and %s both become the component %s: rename one", goType(elem(other)), goType(t), name)
	}
	if !apigateway.IsModelName(name) {
		s.errs.add(at.At, "type %s: a component's name has letters and digits only, not %s", goType(t), name)
	}
	s.owners[name] = owner
	return name
}

// checkNames refuses names that the Go client of openapi-generator gives to declarations
// of its own: for each component X it declares the functions NewX and NewXWithDefaults and
// the type NullableX.
func (s *schemas) checkNames() {
	for name := range s.components {
		for _, taken := range []string{"New" + name, "New" + name + "WithDefaults", "Nullable" + name} {
			if owner := s.owners[taken]; owner != nil {
				at, _ := s.source.Type(elem(owner).PkgPath(), elem(owner).Name())
				s.errs.add(at.At, "the component %s has a name that generated clients use for %s: rename it, for example to %sContent",
					taken, name, name)
			}
		}
	}
}

// object completes the schema of a struct.
func (s *schemas) object(t reflect.Type, into *openapi3.Schema) {
	into.Type, into.Properties = &openapi3.Types{openapi3.TypeObject}, openapi3.Schemas{}
	doc, _ := s.source.Type(t.PkgPath(), t.Name())
	into.Extensions = map[string]any{ExtensionType: goType(t)}
	blank, _ := t.FieldByName("_")
	into.Description, into.Deprecated = deprecated(blank.Tag, comments.WithoutSubject(doc.Text, typeName(t)), into.Extensions)
	limits, _ := schema.Of(blank.Tag) // checkBlank reports errors
	if limits.MinProperties != nil || limits.MaxProperties != nil {
		into.MinProps, into.MaxProps = unsigned(limits.MinProperties), unsignedPointer(limits.MaxProperties)
		into.AdditionalProperties = openapi3.AdditionalProperties{Has: new(false)}
	}
	for _, p := range properties(t) {
		ref := s.body(p.StructField)
		if isComponent(ref) { // OpenAPI 3.0 ignores the siblings of a $ref
			ref = wrap(ref)
		}
		into.Properties[p.JSON] = ref
		if !p.Optional {
			into.Required = append(into.Required, p.JSON)
		}
		s.describe(p, ref.Value)
	}
}

// describe sets the description and the example of a property from its field.
func (s *schemas) describe(p property, into *openapi3.Schema) {
	doc, _ := s.source.Field(p.Owner.PkgPath(), p.Owner.Name(), p.Name)
	into.Extensions = map[string]any{ExtensionField: goField(p.Owner, p.Name)}
	limits, _ := schema.Of(p.Tag) // checkBodies reports errors
	description := withFormat(comments.WithoutSubject(doc.Text, p.Name), limits)
	into.Description, into.Deprecated = deprecated(p.Tag, description, into.Extensions)
	if text, ok := p.Tag.Lookup("example"); ok {
		into.Example = s.example(doc.At, goField(p.Owner, p.Name), text, p.Type, into)
	}
}

// example converts an example, which checkExamples will check.
func (s *schemas) example(at comments.Position, field, text string, t reflect.Type, of *openapi3.Schema) any {
	v, err := example(text, t)
	if err != nil {
		s.errs.add(at, "field %s: the example %s", field, err)
		return nil
	}
	s.examples = append(s.examples, pendingExample{at, field, v, of})
	return v
}

// checkExamples checks all examples. References must be resolved.
func (s *schemas) checkExamples() {
	for _, e := range s.examples {
		if err := conforms(e.value, e.schema); err != nil {
			text, _ := json.Marshal(e.value) // the value was decoded from JSON
			s.errs.add(e.at, "field %s: the example %s does not conform: %s", e.field, text, err)
		}
	}
}

func isComponent(ref *openapi3.SchemaRef) bool { return strings.HasPrefix(ref.Ref, componentPrefix) }

// wrap returns a schema that is equivalent to a reference and can have siblings. If
// the component allows null, the wrapper says so, too, for kin-openapi, and with a
// type: nullable adds null to the type beside it only (OpenAPI 3.0.3, Schema Object).
func wrap(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	into := &openapi3.Schema{AllOf: openapi3.SchemaRefs{ref}}
	if ref.Value.Nullable {
		into.Type, into.Nullable = &openapi3.Types{openapi3.TypeObject}, true
	}
	return into.NewRef()
}
