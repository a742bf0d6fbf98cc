package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// Unions have mistakes.
var Unions = rest.Operation[UnionsInput, UnionsOutput]{ID: "unions", Method: http.MethodPost, Path: "/Broken/unions"}

// UnionsInput has a union without variants for a body.
type UnionsInput struct{ Body schema.OneOf[Bare] }

// UnionsOutput has other unions in its body.
type UnionsOutput struct{ Body Choices }

// Bare has no variants.
type Bare interface{ bare() }

// Choice has one variant.
type Choice interface{ choice() }

// Clash has a variant with a property that is also the discriminator.
type Clash interface{ clash() }

// Only is the only variant.
type Only struct {
	// Kind of the variant.
	Kind string `json:"KIND"`
}

func (Only) choice() {}
func (Only) clash()  {}

var (
	_ = schema.Union[Choice]("other", schema.Variant[Only]("only"))
	_ = schema.Union[Clash]("kind", schema.Variant[Only]("only"))
)

// Choices are unions.
type Choices struct {
	// Embeds a union.
	Embedding Embedding `json:"embedding"`
	// Null or a union.
	Pointer *schema.OneOf[Choice] `json:"pointer"`
	// Some unions, or null.
	Elements []*schema.OneOf[Choice] `json:"elements"`
	// With a property that is also the discriminator.
	Clash schema.OneOf[Clash] `json:"clash"`
	// With the option for simple values.
	Optional schema.OneOf[Choice] `json:"optional,omitempty"`
	// With a constraint.
	Limited schema.OneOf[Choice] `json:"limited" maxLength:"1"`
	// With ends that are not dates.
	Ending schema.OneOf[Ending] `json:"ending"`
}

// Ending ends without a day.
//
// Deprecated: use Choice.
type Ending interface{ ending() }

// Undated ends in a comment.
//
// Deprecated: use Only.
type Undated struct{}

// Dated ends without a day.
type Dated struct {
	_ struct{} `deprecated:"soon"`
}

func (Undated) ending() {}
func (Dated) ending()   {}

var _ = schema.Union[Ending]("kind", schema.Variant[Undated]("undated"), schema.Variant[Dated]("dated")).Deprecate("soon")

// Embedding has a union that is not a field's.
type Embedding struct{ schema.OneOf[Choice] }
