package apigateway

import (
	"regexp"
	"slices"
	"strings"
)

var modelName = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// IsModelName reports whether an import accepts the name of a schema component.
// Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func IsModelName(name string) bool { return modelName.MatchString(name) }

// ModelName returns a component's name without the characters that an import
// refuses. It is empty if no others are left.
func ModelName(component string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, component)
}

// unsupportedKeywords are what OpenAPI 3.0 adds to JSON Schema draft 4, the
// language of models. Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html;
// captured for writeOnly, xml and externalDocs.
var unsupportedKeywords = map[string]bool{
	"discriminator": true, "example": true, "nullable": true, "exclusiveMinimum": true, "exclusiveMaximum": true,
	"readOnly": true, "writeOnly": true, "default": true, "deprecated": true, "xml": true, "externalDocs": true,
}

// IsModelKeyword reports whether a model may contain a keyword of OpenAPI's
// Schema Object. Captured: an import refuses models with unknown keywords, and
// so with any that begin with x-.
func IsModelKeyword(keyword string) bool {
	return !unsupportedKeywords[keyword] && !strings.HasPrefix(keyword, "x-")
}

// draft4Keywords are the keywords of JSON Schema draft 4 that OpenAPI 3.0 lacks. Source:
// JSON Schema: core definitions and terminology, and validation, draft 4.
var draft4Keywords = []string{"$schema", "id", "definitions", "patternProperties", "additionalItems", "dependencies"}

// IsDraft4Keyword reports whether a model may contain the keyword, which OpenAPI 3.0
// does not have.
func IsDraft4Keyword(keyword string) bool { return slices.Contains(draft4Keywords, keyword) }

// IsNumberFormat reports whether a schema of type number may have the format.
// Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func IsNumberFormat(format string) bool { return format != "int32" && format != "int64" }

// modelFormats are the formats that imports were seen to accept. An import refuses
// others, such as period and uri-template, with "Invalid OpenAPI input"; the guide names
// decimal. Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html,
// and public notes on imports of large documents, undated.
var modelFormats = []string{
	"int32", "int64", "float", "double", "byte", "binary", "date", "date-time", "password", "email", "uri", "uuid",
	"hostname", "ipv4", "ipv6",
}

// ModelFormats lists the formats of IsModelFormat in messages.
var ModelFormats = strings.Join(modelFormats, ", ")

// IsModelFormat reports whether an import is known to accept a schema with the format.
func IsModelFormat(format string) bool { return slices.Contains(modelFormats, format) }

var parameterName = regexp.MustCompile(`^[A-Za-z0-9:._$-]+$`)

// IsParameterName reports whether an import accepts the name of a parameter; it
// refuses filter[a]. Source: "Parameter mapping source reference for REST APIs in
// API Gateway", where the pattern lacks the colon,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
func IsParameterName(name string) bool { return parameterName.MatchString(name) }

// ParameterNameCharacters describes IsParameterName's grammar in messages.
const ParameterNameCharacters = "letters, digits and _ - . : $"

// IsParameterLocation reports whether the value of a parameter's member "in" is
// one that API Gateway reads. It reads no cookies. Source: "Amazon API Gateway
// important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func IsParameterLocation(in string) bool { return in == "path" || in == "query" || in == "header" }

// IsParameterMember reports whether an import keeps a member of a Parameter
// Object. Of its schema it keeps the members of IsParameterSchemaMember. Source:
// "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func IsParameterMember(name string) bool {
	return slices.Contains([]string{"name", "in", "required", "description", "schema"}, name)
}

// IsParameterSchemaMember reports whether an import keeps a member of a
// parameter's schema.
func IsParameterSchemaMember(name string) bool { return name == "type" || name == "items" }

var ownModel = regexp.MustCompile(`^https://apigateway\.amazonaws\.com/restapis/[^/]+/models/[A-Za-z0-9]+$`)

// IsOwnModel reports whether a reference names a model of an API that exists, which
// an import resolves. Source: "Create a model in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
func IsOwnModel(ref string) bool { return ownModel.MatchString(ref) }
