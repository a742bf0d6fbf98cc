package lint

import (
	"cmp"
	"slices"
)

// rule is one thing that is checked.
type rule struct {
	id       string
	severity Severity
	// fix is what to do about it, the same for every finding.
	fix string
}

// Rule describes a rule to people.
type Rule struct {
	ID       string
	Severity Severity
	Fix      string
}

// known is every rule by identifier; declaring one puts it here.
var known = map[string]rule{}

// Rules are all rules, sorted by identifier.
func Rules() []Rule {
	var list []Rule
	for _, r := range known {
		list = append(list, Rule{ID: r.id, Severity: r.severity, Fix: r.fix})
	}
	slices.SortFunc(list, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func refuses(id, fix string) rule { return declare(rule{id, Error, fix}) }
func drops(id, fix string) rule   { return declare(rule{id, Warning, fix}) }

func declare(r rule) rule {
	if _, twice := known[r.id]; twice {
		panic("two rules are called " + r.id)
	}
	known[r.id] = r
	return r
}

// Rules on OpenAPI itself.
var (
	wrongVersion   = refuses("openapi-version", "write the document in OpenAPI 3.0, and its version as a text: \"3.0.3\"")
	wrongType      = refuses("wrong-type", "write what OpenAPI 3.0 has in this place")
	missingMember  = refuses("missing-member", "add the member")
	unknownKeyword = refuses("unknown-keyword", "remove it, or correct its name; your own members begin with x-")
	duplicateKey   = refuses("duplicate-key", "keep one of the two")
	externalRef    = refuses("external-ref", "bring what it refers to into this document: API Gateway imports one file")
	unresolvedRef  = refuses("unresolved-ref", "correct the reference, or add the component")
	wrongRef       = refuses("ref-kind", "refer to a component of the kind that belongs here")
	refCycle       = refuses("ref-cycle", "break the circle: one of the components needs content of its own")
	refSiblings    = drops("ref-siblings", "move the members into the component, or wrap the reference in allOf")
)

// Rules on paths.
var (
	pathStart         = refuses("path-start", "begin the path with /")
	pathSegment       = refuses("path-segment", "use letters, digits and _ - . , : in a segment, or make the whole segment a {parameter}")
	pathSlash         = refuses("path-trailing-slash", "remove the slash: with and without it is one resource")
	pathSiblings      = refuses("path-sibling-variables", "give the parameter one name in all paths that begin alike")
	pathGreedy        = refuses("path-below-greedy", "make the {parameter+} the path's last segment, and let nothing follow it in another path")
	pathReserved      = refuses("path-reserved", "rename the path: on a custom domain API Gateway itself answers /ping and /sping")
	pathUndeclared    = refuses("path-parameter-undeclared", "declare the parameter, in: path, required: true")
	pathUnknown       = refuses("path-parameter-unknown", "put the parameter into the path, or remove it")
	pathOptional      = refuses("path-parameter-optional", "write required: true: a path without the parameter is another path")
	pathVariableTwice = refuses("path-parameter-repeated", "rename one of the two: a path has each parameter once")
	pathItemRef       = refuses("path-item-ref", "write the path's operations in place")
)

// Rules on operations.
var (
	methodUnknown     = refuses("method-unsupported", "use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS")
	operationNameless = refuses("operation-id-missing", "give the operation an operationId: the function is found by it")
	operationTwice    = refuses("operation-id-duplicate", "rename one of the two")
	statusKey         = refuses("status-key", "name each status by its three digits: default and 4XX are not imported")
	noResponse        = refuses("response-missing", "name at least one status by its three digits")
	responseRef       = refuses("response-ref", "write the response in place: shared ones are not supported")
	responseSchema    = refuses("response-schema", "refer to a model: a response's schema is an object or a reference")
	responseHeader    = refuses("response-header-remapped", "choose another header: API Gateway renames or drops this one")
	requestUnchecked  = drops("request-unchecked", "name a validator in x-amazon-apigateway-request-validator, here or at the root, and give each kind of body a schema")
	keywordDropped    = drops("keyword-dropped", "remove it: API Gateway has nothing of the kind")
)

// Rules on parameters.
var (
	parameterName    = refuses("parameter-name", "use letters, digits and _ - . : $ in the name, such as filter.a for filter[a]")
	parameterPlace   = refuses("parameter-place", "put it into the path, the query or a header: API Gateway reads no cookies")
	parameterTwice   = refuses("parameter-name-repeated", "rename one: a name must be unique across path, query and headers")
	parameterHeader  = refuses("parameter-header-dropped", "choose another header: API Gateway keeps this one from the function")
	parameterKeyword = drops("parameter-keyword-dropped", "remove it: name, in, required, type and description are kept, and presence alone is checked")
	parameterInline  = drops("parameter-inline", "write the parameter in place in each operation: elsewhere its import is not documented")
)

// Rules on schemas.
var (
	schemaType        = refuses("schema-type", "use string, number, integer, boolean, array or object")
	enumTwice         = refuses("enum-duplicate", "keep one of the two")
	schemaValue       = refuses("schema-value", "write a value that JSON Schema draft 4 allows, or remove the keyword: API Gateway refuses the model")
	schemaPattern     = refuses("schema-pattern", "write a regular expression that Go takes (RE2): the function checks it")
	schemaKeyword     = refuses("schema-keyword", "remove it: models are JSON Schema draft 4, without this keyword")
	schemaFormat      = refuses("schema-format-number", "remove the format, or make the type integer")
	schemaComposition = refuses("schema-composition-ref", "unite the members into one schema: allOf, anyOf and oneOf cannot refer to models")
	schemaInline      = refuses("schema-inline-allof", "make it a component, or unite the members")
	modelName         = refuses("model-name", "use letters and digits only in a model's name")
	modelCollision    = refuses("model-name-collision", "rename one: without the other characters, which API Gateway does not take, they are the same")
)

// Rules on who may call.
var (
	securityMissing = refuses("security-missing", "say who may call: a security requirement, or security: [] for everybody")
	securitySeveral = refuses("security-several", "keep one requirement: a method has one authorizer, and beside it at most one API key")
	securityScheme  = refuses("security-undefined", "define the scheme under components/securitySchemes")
	securityRoot    = drops("security-root", "write the security on each operation: an API key or IAM at the root is not known to be imported")
	securityType    = refuses("security-scheme-type", "use type apiKey, in header; the extensions name the authorizer")
	securityBearer  = refuses("security-scheme-bearer", "use type http with scheme bearer: the token is Cognito's")
	authorizerShape = refuses("authorizer", "describe the authorizer as API Gateway's documentation does")
	scopesShape     = refuses("scopes", "list the scopes' names as texts, each once")
)

// Rules on API Gateway's extensions.
var (
	extensionHTTP     = refuses("extension-http-api", "remove it: it is for HTTP APIs, and a REST API's import refuses or drops it")
	extensionUnknown  = refuses("extension-unknown", "remove it, or correct its name: API Gateway has no such extension")
	extensionPlace    = refuses("extension-place", "move it to where API Gateway reads it")
	extensionContract = refuses("extension-contract", "remove it: the deployable document is written by its own rules, and would drop it")
	extensionValue    = refuses("extension-value", "write the value as API Gateway's documentation has it")
	noIntegration     = refuses("integration-missing", "add x-amazon-apigateway-integration: a method without one cannot be deployed")
	integrationShape  = refuses("integration", "describe the integration as API Gateway's documentation does")
	integrationTime   = refuses("integration-timeout", "choose 50 to 29,000 milliseconds; more is another quota, to be asked for")
	mapping           = refuses("integration-mapping", "declare on the operation what the mapping reads or writes: the parameter, or the response and its header; put a fixed value in single quotes")
	validatorUnknown  = refuses("validator-undefined", "define the validator under x-amazon-apigateway-request-validators")
	gatewayResponse   = refuses("gateway-response", "describe the gateway response as API Gateway's documentation does")
	gatewayTooLarge   = drops("gateway-response-413", "remove it: AWS's answer to a request that is too large cannot be changed")
)

// unsupported is for Subset. API Gateway itself accepts what it reports.
var unsupported = refuses("unsupported", "remove it: AWS accepts it, but the program that serves this document does not support it")

// Rules on sizes.
var (
	tooManyResources   = refuses("limit-resources", "split the API by its first path segments into several, which a custom domain joins by base path; or ask AWS to raise the quota")
	tooLargeModels     = refuses("limit-models", "shorten or split the schemas")
	tooManyAuthorizers = refuses("limit-authorizers", "share authorizers between operations")
)
