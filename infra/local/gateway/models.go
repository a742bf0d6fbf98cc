package gateway

import (
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// checkBody validates a body against the operation's model for its type. A type
// without a model passes unchecked, as on AWS: the function must refuse it.
func (op *operation) checkBody(contentType string, body []byte) *failure {
	model := op.Models[document.MediaType(contentType)]
	if model == nil {
		return nil
	}
	schema, err := model.Schema()
	if err != nil {
		return &failure{builtin: badBody, validation: "[Invalid model]", cause: err}
	}
	if len(body) == 0 {
		// AWS refuses an empty body if the model has required properties. Whether an empty
		// body counts as {} for other models is unverified.
		body = []byte("{}")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return &failure{builtin: badBody, validation: "[Invalid JSON]", cause: err}
	}
	if err := schema.VisitJSON(value, openapi3.FailFast()); err == nil {
		return nil
	}
	err = schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails())
	return &failure{builtin: badBody, validation: violations(err), cause: err}
}
