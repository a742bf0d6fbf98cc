package ending_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/internal/ending"
	"github.com/meridian-api/meridian/platform/schema"
)

type (
	tree interface{ tree() }
	leaf interface{ leaf() }
	pair struct {
		Left  schema.OneOf[tree]
		Right *schema.OneOf[tree]
	}
	grafted struct{ Pair pair }
	leaves  struct{ First schema.OneOf[leaf] }
	nested  struct{ Inner schema.OneOf[tree] }
	plain   struct{ Trees []schema.OneOf[tree] }
)

func (pair) tree()    {}
func (grafted) tree() {}
func (leaves) tree()  {}
func (nested) leaf()  {}
func (plain) leaf()   {}

var (
	trees = schema.Union[tree]("kind",
		schema.Variant[pair]("pair"), schema.Variant[grafted]("grafted"), schema.Variant[leaves]("leaves"))
	_ = schema.Union[leaf]("kind", schema.Variant[nested]("nested"), schema.Variant[plain]("plain"))
)

func TestVariant(t *testing.T) {
	if got := ending.Variant(trees).Name; got != "leaves" {
		t.Errorf("the variant %s contains the union", got)
	}
}

func TestSchema(t *testing.T) {
	union := openapi3.NewOneOfSchema()
	of := func(s *openapi3.Schema) *openapi3.Schema {
		return openapi3.NewObjectSchema().WithProperty("p", s).WithRequired([]string{"p"})
	}
	want := of(of(openapi3.NewArraySchema().WithItems(union)))
	for _, s := range []*openapi3.Schema{
		of(union), of(of(union)), of(openapi3.NewArraySchema().WithItems(union).WithMinItems(1)),
		openapi3.NewAllOfSchema(of(union)), want,
	} {
		union.OneOf = append(union.OneOf, s.NewRef())
	}
	if got := ending.Schema(union).Value; got != want {
		t.Errorf("%v contains the union", got)
	}
}
