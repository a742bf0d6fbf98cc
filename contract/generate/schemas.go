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

// The extensions by which later tools name the Go source of what they refuse.
const (
	ExtensionType  = "x-go-type"
	ExtensionField = "x-go-field"
)

// schemas makes the specification's schemas of Go types. The types' structure
// is openapi3gen's work; constraints, comments, requiredness and references
// that can be null are added here.
type schemas struct {
	faults     *faults
	source     *comments.Source
	generator  *openapi3gen.Generator
	components openapi3.Schemas
	owners     map[string]reflect.Type // of the components, by name
	examples   []pendingExample
}

// pendingExample is checked when all references have been resolved.
type pendingExample struct {
	at     comments.Position
	what   string
	value  any
	schema *openapi3.Schema
}

func newSchemas(f *faults, source *comments.Source) *schemas {
	s := &schemas{faults: f, source: source, components: openapi3.Schemas{}, owners: map[string]reflect.Type{}}
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

// of is the schema of a body of type t.
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

// simple is the schema of a parameter or header: a simple value or a slice of them.
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

// name is the component's name of t, which no other type may have.
func (s *schemas) name(t reflect.Type) string {
	name := componentName(t)
	if name == "" {
		return "" // an anonymous struct, which checkStruct refuses
	}
	at, _ := s.source.Type(t.PkgPath(), t.Name())
	if other := s.owners[name]; other != nil && other != t {
		s.faults.add(at.At, "the types %s and %s would both be the component %s: rename one", goType(other), goType(t), name)
	}
	if !apigateway.IsModelName(name) {
		s.faults.add(at.At, "type %s: a component's name has letters and digits only, not %s", goType(t), name)
	}
	s.owners[name] = t
	return name
}

// customize completes a schema that openapi3gen made of type t, which is no
// pointer. tag is of the field that led to t, through slices and maps too.
func (s *schemas) customize(_ string, t reflect.Type, tag reflect.StructTag, into *openapi3.Schema) error {
	switch {
	case t == timeType:
	case t == rawType || t.Kind() == reflect.Interface:
		into.Nullable = true // any value; without it a validator takes all but null
	case t.Kind() == reflect.Struct:
		s.object(t, into)
	default:
		if schema.NotNull(tag) {
			into.Nullable = false
		}
		if limits, err := schema.Of(tag); err == nil { // errors are found by checkStruct
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
		into.Properties = openapi3.Schemas{} // openapi3gen exports no component without
	}
	doc, _ := s.source.Type(t.PkgPath(), t.Name())
	into.Description, into.Deprecated = comments.WithoutSubject(doc.Text, typeName(t)), doc.Deprecated
	into.Extensions = map[string]any{ExtensionType: goType(t)}
	for _, p := range properties(t) {
		ref := into.Properties[p.JSON]
		if ref == nil {
			continue // of a kind that checkStruct refuses
		}
		if isComponent(ref) { // what stands beside a $ref is ignored in OpenAPI 3.0
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

// describe gives a property what its field's comment and example tell.
func (s *schemas) describe(p property, into *openapi3.Schema) {
	doc, _ := s.source.Field(p.Owner.PkgPath(), p.Owner.Name(), p.Name)
	into.Description, into.Deprecated = comments.WithoutSubject(doc.Text, p.Name), doc.Deprecated
	into.Extensions = map[string]any{ExtensionField: goField(p.Owner, p.Name)}
	if text, ok := p.Tag.Lookup("example"); ok {
		into.Example = s.example(doc.At, goField(p.Owner, p.Name), text, p.Type, into)
	}
}

// example converts an example and remembers to check it.
func (s *schemas) example(at comments.Position, what, text string, t reflect.Type, of *openapi3.Schema) any {
	v, err := example(text, t)
	if err != nil {
		s.faults.add(at, "field %s: the example %s", what, err)
		return nil
	}
	s.examples = append(s.examples, pendingExample{at, what, v, of})
	return v
}

// checkExamples needs resolved references.
func (s *schemas) checkExamples() {
	for _, e := range s.examples {
		if err := conforms(e.value, e.schema); err != nil {
			text, _ := json.Marshal(e.value) // it was read from JSON
			s.faults.add(e.at, "field %s: the example %s does not conform: %s", e.what, text, err)
		}
	}
}

// elementNullable lets the elements of a slice or map of pointers to structs be
// null; openapi3gen sees to the other pointers.
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

// wrap puts a reference where it can have siblings.
func wrap(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{AllOf: openapi3.SchemaRefs{ref}}}
}

func nullable(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	ref = wrap(ref)
	allowNull(ref.Value)
	return ref
}

// allowNull gives the wrapper of a struct a type of its own: nullable adds null
// to the type beside it, and to none elsewhere (OpenAPI 3.0.3, Schema Object).
func allowNull(s *openapi3.Schema) {
	s.Type, s.Nullable = &openapi3.Types{openapi3.TypeObject}, true
}

// constrain writes the constraints that the schema's type takes.
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
			into.Enum = append(into.Enum, nil) // an enum that does not list null forbids it
		}
	case into.Type.Is(openapi3.TypeInteger), into.Type.Is(openapi3.TypeNumber):
		// The Go type has limits of its own; the tighter ones hold.
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
