package generate

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/platform/schema"
)

const componentPrefix = "#/components/schemas/"

// The extensions that name the Go source, for the messages of other tools.
const (
	ExtensionType  = "x-go-type"
	ExtensionField = "x-go-field"
)

// schemas converts Go types to schemas of the specification. openapi3gen converts
// the structure; constraints, comments, required properties and nullable references
// are added here.
type schemas struct {
	errs       *sourceErrors
	source     *comments.Source
	generator  *openapi3gen.Generator
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
	s := &schemas{errs: errs, source: source, components: openapi3.Schemas{}, owners: map[string]reflect.Type{}}
	s.generator = openapi3gen.NewGenerator(
		openapi3gen.UseAllExportedFields(),
		openapi3gen.CreateComponentSchemas(openapi3gen.ExportComponentSchemasOptions{
			ExportComponentSchemas: true, ExportTopLevelSchema: true, ExportGenerics: true,
		}),
		openapi3gen.CreateTypeNameGenerator(s.name),
		openapi3gen.CreateFieldNameGenerator(func(f reflect.StructField, _ string) string {
			name, _, _ := schema.JSONField(f)
			return name
		}),
		openapi3gen.SchemaCustomizer(s.customize),
	)
	return s
}

// of returns the schema of a body of type t.
func (s *schemas) of(t reflect.Type) (*openapi3.SchemaRef, error) {
	ref, err := s.generator.NewSchemaRefForValue(reflect.New(t).Interface(), s.components)
	if err != nil {
		return nil, err
	}
	if t.Kind() == reflect.Pointer {
		if ref.Ref == "" {
			ref.Value.Nullable = true
		} else {
			ref = nullable(ref)
		}
	}
	return ref, nil
}

// simple returns the schema of a parameter or header: a simple value or a slice of
// simple values.
func (s *schemas) simple(t reflect.Type, limits schema.Constraints) (*openapi3.SchemaRef, error) {
	ref, err := s.generator.NewSchemaRefForValue(reflect.New(t).Interface(), nil)
	if err == nil {
		constrain(ref.Value, limits)
		if ref.Value.Items != nil {
			constrain(ref.Value.Items.Value, limits)
		}
	}
	return ref, err
}

// name returns the name of the component for t, which no other type may have.
func (s *schemas) name(t reflect.Type) string {
	name := componentName(t)
	if name == "" {
		return "" // an anonymous struct, which checkField refuses
	}
	at, _ := s.source.Type(t.PkgPath(), t.Name())
	if other := s.owners[name]; other != nil && other != t {
		s.errs.add(at.At, "the types %s and %s both become the component %s: rename one", goType(other), goType(t), name)
	}
	if !apigateway.IsModelName(name) {
		s.errs.add(at.At, "type %s: a component's name has letters and digits only, not %s", goType(t), name)
	}
	s.owners[name] = t
	return name
}

// customize completes the schema that openapi3gen built for type t, which is not a
// pointer. tag is the tag of the field with t, also if t is the element of its slices
// or maps.
func (s *schemas) customize(_ string, t reflect.Type, tag reflect.StructTag, into *openapi3.Schema) error {
	switch {
	case t == timeType:
	case t == rawType || t.Kind() == reflect.Interface:
		into.Nullable = true // any value: otherwise validators refuse null
	case t.Kind() == reflect.Struct:
		s.object(t, into)
	default:
		if schema.NotNull(tag) {
			into.Nullable = false
		}
		if limits, err := schema.Of(tag); err == nil { // checkStruct reports errors
			constrain(into, limits)
		}
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			elementNullable(t, into)
		}
	}
	return nil
}

// object completes the schema of a struct.
func (s *schemas) object(t reflect.Type, into *openapi3.Schema) {
	into.Type = &openapi3.Types{openapi3.TypeObject}
	if into.Properties == nil {
		into.Properties = openapi3.Schemas{} // otherwise openapi3gen does not export a component
	}
	doc, _ := s.source.Type(t.PkgPath(), t.Name())
	into.Description, into.Deprecated = comments.WithoutSubject(doc.Text, typeName(t)), doc.Deprecated
	into.Extensions = map[string]any{ExtensionType: goType(t)}
	for _, p := range properties(t) {
		ref := into.Properties[p.JSON]
		if ref == nil {
			continue // checkStruct refuses its type
		}
		if isComponent(ref) { // OpenAPI 3.0 ignores the siblings of a $ref
			if ref = wrap(ref); p.Type.Kind() == reflect.Pointer && !schema.NotNull(p.Tag) {
				allowNull(ref.Value)
			}
			into.Properties[p.JSON] = ref
		}
		if !p.Optional {
			into.Required = append(into.Required, p.JSON)
		}
		s.describe(p, ref.Value)
	}
}

// describe sets the description and the example of a property from its field.
func (s *schemas) describe(p property, into *openapi3.Schema) {
	doc, _ := s.source.Field(p.Owner.PkgPath(), p.Owner.Name(), p.Name)
	into.Description, into.Deprecated = comments.WithoutSubject(doc.Text, p.Name), doc.Deprecated
	into.Extensions = map[string]any{ExtensionField: goField(p.Owner, p.Name)}
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

// elementNullable allows null as element of a slice or map of pointers to structs.
// openapi3gen does that for other pointers.
func elementNullable(t reflect.Type, into *openapi3.Schema) {
	if t.Elem().Kind() != reflect.Pointer {
		return
	}
	if into.Items != nil && isComponent(into.Items) {
		into.Items = nullable(into.Items)
	}
	if values := into.AdditionalProperties.Schema; values != nil && isComponent(values) {
		into.AdditionalProperties.Schema = nullable(values)
	}
}

func isComponent(ref *openapi3.SchemaRef) bool { return strings.HasPrefix(ref.Ref, componentPrefix) }

// wrap returns a schema that is equivalent to a reference and can have siblings.
func wrap(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{AllOf: openapi3.SchemaRefs{ref}}}
}

func nullable(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	ref = wrap(ref)
	allowNull(ref.Value)
	return ref
}

// allowNull sets nullable on the wrapper of a struct, and a type: nullable adds null
// to the type beside it only (OpenAPI 3.0.3, Schema Object).
func allowNull(s *openapi3.Schema) {
	s.Type, s.Nullable = &openapi3.Types{openapi3.TypeObject}, true
}

// constrain sets the constraints that apply to the schema's type.
func constrain(into *openapi3.Schema, c schema.Constraints) {
	switch {
	case into.Type.Is(openapi3.TypeString):
		into.MinLength, into.MaxLength = unsigned(c.MinLength), unsignedPointer(c.MaxLength)
		if c.Pattern != nil {
			into.Pattern = c.Pattern.String()
		}
		if c.Format != "" {
			into.Format = c.Format
		}
		for _, v := range c.Enum {
			into.Enum = append(into.Enum, v)
		}
		if into.Nullable && into.Enum != nil {
			into.Enum = append(into.Enum, nil) // an enum without null excludes it
		}
	case into.Type.Is(openapi3.TypeInteger), into.Type.Is(openapi3.TypeNumber):
		// The Go type has its own limits; the tighter ones apply.
		if c.Minimum != nil && (into.Min == nil || *c.Minimum > *into.Min) {
			into.Min = c.Minimum
		}
		if c.Maximum != nil && (into.Max == nil || *c.Maximum < *into.Max) {
			into.Max = c.Maximum
		}
	case into.Type.Is(openapi3.TypeArray):
		into.MinItems, into.MaxItems = unsigned(c.MinItems), unsignedPointer(c.MaxItems)
	}
}

func unsigned(n *int) uint64 {
	if n == nil {
		return 0
	}
	return uint64(*n)
}

func unsignedPointer(n *int) *uint64 {
	if n == nil {
		return nil
	}
	u := uint64(*n)
	return &u
}
