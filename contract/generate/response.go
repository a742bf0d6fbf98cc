package generate

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

var problemType = reflect.TypeFor[problem.Problem]()

const exampleRequestID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

// responses builds the responses of operations. Responses that many operations share
// become components.
type responses struct {
	g      *generation
	shared openapi3.ResponseBodies
	schema *openapi3.SchemaRef // of a problem
}

func (g *generation) newResponses(shared openapi3.ResponseBodies) *responses {
	schema := g.schemas.component(problemType, false)
	// The type has the name of the system, which a struct tag cannot have.
	schema.Value.Properties["type"].Value.Example = problem.NotFound.URI()
	return &responses{g: g, shared: shared, schema: schema}
}

// of returns all responses of an operation.
func (r *responses) of(o *operation) *openapi3.Responses {
	success := r.success(o)
	all := openapi3.NewResponses(openapi3.WithStatus(o.Status, success))
	if o.Creates() {
		created := *success.Value
		created.WithDescription("The resource was created.")
		all.Set(strconv.Itoa(http.StatusCreated), &openapi3.ResponseRef{Value: &created})
	}
	if etag, ok := o.conditional(); ok {
		unchanged := openapi3.NewResponse().WithDescription("The resource still has one of the ETags in If-None-Match.")
		unchanged.Headers = r.headers(o, etag)
		all.Set(strconv.Itoa(http.StatusNotModified), &openapi3.ResponseRef{Value: unchanged})
	}
	byStatus := map[int][]problem.Kind{}
	for _, k := range o.Problems() {
		byStatus[k.Status] = append(byStatus[k.Status], k)
	}
	for status, kinds := range byStatus {
		slices.SortFunc(kinds, func(a, b problem.Kind) int { return strings.Compare(a.Slug, b.Slug) })
		all.Set(strconv.Itoa(status), r.problems(o, kinds))
	}
	return all
}

func (r *responses) success(o *operation) *openapi3.ResponseRef {
	response := openapi3.NewResponse().WithDescription("Success, without content.")
	response.Headers = r.headers(o, o.headers...)
	f, ok := rest.BodyField(o.Output)
	if !ok {
		return &openapi3.ResponseRef{Value: response}
	}
	schema := r.g.namedBody(o, "Output", o.Output, f)
	response.WithDescription(r.g.responseDescription(o, f, schema))
	response.Content = openapi3.NewContentWithSchemaRef(schema, []string{jsonMediaType})
	return &openapi3.ResponseRef{Value: response}
}

// responseDescription returns the comment of the field Body, or of the body's type.
// Without both it returns the operation's summary.
func (g *generation) responseDescription(o *operation, f reflect.StructField, schema *openapi3.SchemaRef) string {
	doc, _ := g.source.Field(o.Output.PkgPath(), o.Output.Name(), f.Name)
	summary, _ := comments.Sentence(o.source.Text)
	return cmp.Or(comments.WithoutSubject(doc.Text, f.Name), schema.Value.Description,
		"The result of: "+comments.WithoutName(summary, o.source.Name)+".")
}

// headers returns the headers of the output and the standard headers.
func (r *responses) headers(o *operation, params ...rest.Parameter) openapi3.Headers {
	headers := standardReferences(regionHeader, requestIDHeader)
	deprecationHeaders(o, headers)
	for _, p := range params {
		headers[written(p)] = &openapi3.HeaderRef{Value: &openapi3.Header{Parameter: *r.g.value(o.Output, p)}}
	}
	return headers
}

// problems returns the response for all kinds of one status. The response for a
// single kind is a component, because many operations have it. A deprecated operation
// has responses of its own, with the headers of its deprecation.
func (r *responses) problems(o *operation, kinds []problem.Kind) *openapi3.ResponseRef {
	if _, ends := o.deprecation(); ends || len(kinds) > 1 {
		response := r.problem(kinds)
		deprecationHeaders(o, response.Headers)
		return &openapi3.ResponseRef{Value: response}
	}
	name := camel(kinds[0].Slug)
	if r.shared[name] == nil {
		r.shared[name] = &openapi3.ResponseRef{Value: r.problem(kinds)}
	}
	return &openapi3.ResponseRef{Ref: "#/components/responses/" + name, Value: r.shared[name].Value}
}

func (r *responses) problem(kinds []problem.Kind) *openapi3.Response {
	media := openapi3.NewMediaType().WithSchemaRef(r.typed(kinds))
	media.Examples = openapi3.Examples{}
	headers := standardReferences(regionHeader, requestIDHeader)
	var descriptions []string
	for _, k := range kinds {
		descriptions = append(descriptions, k.Doc)
		media.Examples[k.Slug] = &openapi3.ExampleRef{Value: &openapi3.Example{Summary: k.Title, Value: problemExample(k)}}
		if k.Status == http.StatusTooManyRequests || k.Status == http.StatusServiceUnavailable {
			headers[retryHeader] = standardReferences(retryHeader)[retryHeader]
		}
	}
	response := openapi3.NewResponse().WithDescription(strings.Join(descriptions, "\n\n"))
	response.Headers = headers
	response.Content = openapi3.Content{problem.MediaType: media}
	return response
}

// typed returns a reference to the schema of a problem document of one of the kinds,
// whose type is an enum: client generators make constants of it. The two members of
// the allOf are what they all understand; some drop properties beside an allOf.
func (r *responses) typed(kinds []problem.Kind) *openapi3.SchemaRef {
	var names, docs []string
	types := openapi3.NewStringSchema()
	for _, k := range kinds {
		names, docs = append(names, camel(k.Slug)), append(docs, k.Doc)
		types.Enum = append(types.Enum, k.URI())
	}
	kind := openapi3.NewObjectSchema().WithProperty("type", types).WithRequired([]string{"type"})
	schema := &openapi3.Schema{
		Description: strings.Join(docs, "\n\n"),
		AllOf:       openapi3.SchemaRefs{r.schema, kind.NewRef()},
	}
	return r.g.schemas.named(strings.Join(names, "Or")+"Problem", problemType, schema.NewRef())
}

// problemExample returns a problem document as the adapter writes it.
func problemExample(k problem.Kind) any {
	detail, _ := comments.Sentence(k.Doc)
	e := problem.New(k, "%s.", detail)
	if k == problem.Invalid {
		e.Fields = []problem.Field{{In: "body", Name: "/email", Message: "must be a valid email"}}
	}
	data, err := json.Marshal(e.Document(exampleRequestID))
	if err != nil { // strings and numbers always encode
		panic(err)
	}
	v, _ := plain(data)
	return v
}
