package document

import (
	"errors"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/lint"
)

// check refuses documents that AWS would refuse, and those with members that the
// gateway does not support.
func check(data []byte) error {
	opts := lint.Options{Mode: lint.Import, Subset: supported}
	doc, err := lint.Read("document.json", data, opts)
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	var errs []error
	for _, f := range lint.Run(doc, opts) {
		errs = append(errs, pointer(f.Pointer).errorf("%s [%s]: %s", f.Message, f.Rule, f.Fix))
	}
	return errors.Join(errs...)
}

// supported lists what the gateway can serve of the documents that AWS imports.
// Members that are not listed are refused, because a document would not have the
// same effect if they were ignored.
var supported = &lint.Subset{
	Members: map[string][]string{
		"OpenAPI Object": {
			"openapi", "info", "servers", "tags", "externalDocs", "paths", "components",
			apigateway.RequestValidatorsExtension, apigateway.RequestValidatorExtension,
			apigateway.GatewayResponsesExtension, apigateway.BinaryMediaTypesExtension,
			apigateway.MinimumCompressionSizeExtension,
			apigateway.DocumentationExtension, // which only the console shows
		},
		"Components Object": {"schemas", "securitySchemes"},
		"Server Object":     {"url", "description", "variables", apigateway.EndpointConfigurationExtension},
		// The lint itself refuses $ref and trace.
		"Path Item Object": append([]string{"summary", "description", "$ref", "trace"}, apigateway.Methods...),
		"Operation Object": {
			"tags", "summary", "description", "externalDocs", "operationId", "deprecated", "security",
			"parameters", "requestBody", "responses",
			apigateway.IntegrationExtension, apigateway.RequestValidatorExtension,
		},
		// An import keeps five of these and drops the others.
		"Parameter Object": {
			"name", "in", "required", "description", "schema", "deprecated", "style", "explode",
			"allowReserved", "allowEmptyValue", "example", "examples",
		},
		"Request Body Object": {"description", "required", "content"},
		"Media Type Object":   {"schema", "example", "examples"},
		"Response Object":     {"description", "headers", "content"},
		"Header Object":       {"description", "required", "schema", "example", "examples"},
		"Security Scheme Object": {
			"type", "name", "in", "description", apigateway.AuthTypeExtension, apigateway.AuthorizerExtension,
		},
	},
	Reasons: map[string]string{
		"security":                       "write it in each operation",
		"parameters":                     "write them in each operation",
		"content":                        "API Gateway has no parameters with content",
		"servers":                        "API Gateway drops them",
		apigateway.PolicyExtension:       "there are no resource policies",
		apigateway.APIKeySourceExtension: "there are no API keys",
	},
	// AWS drops what these rules find, and the gateway would not.
	Rules: []string{"ref-siblings", "gateway-response-413"},
}

// pointer is a JSON pointer (RFC 6901) into the document.
type pointer string

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func (p pointer) child(names ...string) pointer {
	for _, name := range names {
		p += "/" + pointer(pointerEscaper.Replace(name))
	}
	return p
}

func (p pointer) index(i int) pointer { return p + pointer(fmt.Sprintf("/%d", i)) }

// errorf returns an error at the pointer.
func (p pointer) errorf(format string, args ...any) error {
	if p == "" {
		p = "/"
	}
	return fmt.Errorf("gateway: %s: %s", p, fmt.Sprintf(format, args...))
}
