package apigateway

// ExtensionPrefix begins the names of all AWS extensions to OpenAPI. Members that
// begin with x- but not with it belong to other vendors; an import ignores them.
const ExtensionPrefix = "x-amazon-"

// The extensions of REST APIs. Source: "OpenAPI extensions for API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
const (
	AnyMethodExtension              = "x-amazon-apigateway-any-method"
	APIKeySourceExtension           = "x-amazon-apigateway-api-key-source"
	AuthExtension                   = "x-amazon-apigateway-auth"
	AuthorizerExtension             = "x-amazon-apigateway-authorizer"
	AuthTypeExtension               = "x-amazon-apigateway-authtype"
	BinaryMediaTypesExtension       = "x-amazon-apigateway-binary-media-types"
	DocumentationExtension          = "x-amazon-apigateway-documentation"
	EndpointConfigurationExtension  = "x-amazon-apigateway-endpoint-configuration"
	GatewayResponsesExtension       = "x-amazon-apigateway-gateway-responses"
	IntegrationExtension            = "x-amazon-apigateway-integration"
	MinimumCompressionSizeExtension = "x-amazon-apigateway-minimum-compression-size"
	PolicyExtension                 = "x-amazon-apigateway-policy"
	RequestValidatorExtension       = "x-amazon-apigateway-request-validator"
	RequestValidatorsExtension      = "x-amazon-apigateway-request-validators"
	SecurityPolicyExtension         = "x-amazon-apigateway-security-policy"
)

// httpAPIExtensions are those that the same page lists for HTTP APIs only.
var httpAPIExtensions = map[string]bool{
	"x-amazon-apigateway-cors": true, "x-amazon-apigateway-tag-value": true,
	"x-amazon-apigateway-importexport-version": true, "x-amazon-apigateway-integrations": true,
}

// IsHTTPAPIExtension reports whether an extension is for HTTP APIs only. The
// import of a REST API refuses or drops it.
func IsHTTPAPIExtension(name string) bool { return httpAPIExtensions[name] }

// The members of a request validator, both booleans. Source:
// "x-amazon-apigateway-request-validators object",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
const (
	ValidateBody       = "validateRequestBody"
	ValidateParameters = "validateRequestParameters"
)

// DisableExecuteAPIEndpoint is the boolean member of EndpointConfigurationExtension
// that disables the default endpoint of an API. Source:
// "x-amazon-apigateway-endpoint-configuration object",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
const DisableExecuteAPIEndpoint = "disableExecuteApiEndpoint"

// APIKeySources are the values of APIKeySourceExtension. Source:
// "x-amazon-apigateway-api-key-source property",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-api-key-source.html
var APIKeySources = []string{"HEADER", "AUTHORIZER"}
