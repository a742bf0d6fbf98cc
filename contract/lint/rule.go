package lint

import (
	"cmp"
	"slices"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// rule is one check.
type rule struct {
	id       string
	severity Severity
	// fix is the same for every finding.
	fix string
	// imported is set if API Gateway imports what the rule finds, though OpenAPI or
	// common sense says otherwise: see linter.severity.
	imported bool
}

// Rule describes a rule to people.
type Rule struct {
	ID       string
	Severity Severity
	Fix      string
}

// known contains every declared rule by identifier.
var known = map[string]rule{}

// Rules returns all rules, sorted by identifier.
func Rules() []Rule {
	var list []Rule
	for _, r := range known {
		list = append(list, Rule{ID: r.id, Severity: r.severity, Fix: r.fix})
	}
	slices.SortFunc(list, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func refuses(id, fix string) rule { return declare(rule{id: id, severity: Error, fix: fix}) }
func drops(id, fix string) rule   { return declare(rule{id: id, severity: Warning, fix: fix}) }

// breaks declares a rule for documents that are wrong and that AWS imports.
func breaks(id, fix string) rule {
	return declare(rule{id: id, severity: Error, fix: fix, imported: true})
}

// andImported returns the rule for a finding of which it is known that AWS imports it.
func (r rule) andImported() rule {
	r.imported = true
	return r
}

func declare(r rule) rule {
	if _, twice := known[r.id]; twice {
		panic("two rules are called " + r.id)
	}
	known[r.id] = r
	return r
}

// Rules on OpenAPI itself.
var (
	wrongVersion   = refuses("openapi-version", "write the document in OpenAPI 3.0, and its version as a string: \"3.0.3\"")
	wrongType      = refuses("wrong-type", "write a value of the type that OpenAPI 3.0 has here")
	missingMember  = refuses("missing-member", "add the member")
	unknownKeyword = refuses("unknown-keyword", "remove it, or correct its name; your own members begin with x-")
	duplicateKey   = refuses("duplicate-key", "keep one of the two")
	externalRef    = refuses("external-ref", "copy the target into this document: API Gateway imports one file")
	unresolvedRef  = refuses("unresolved-ref", "correct the reference, or add the component")
	wrongRef       = refuses("ref-kind", "refer to a component of the right kind")
	refCycle       = refuses("ref-cycle", "break the circle: one of the components needs content of its own")
	refSiblings    = drops("ref-siblings", "move the members into the component, or wrap the reference in allOf")
	serversSeveral = drops("servers-several", "keep the server of the API: an import reads the first one and warns of the others")
)

// Rules on paths.
var (
	pathStart         = refuses("path-start", "begin the path with /")
	pathSegment       = refuses("path-segment", "use "+apigateway.SegmentCharacters+" in a segment, or make the complete segment a {parameter}")
	pathSlash         = refuses("path-trailing-slash", "remove the slash: a path with it is the same resource as without it")
	pathSiblings      = refuses("path-sibling-variables", "give the parameter the same name in all paths with this beginning")
	pathGreedy        = refuses("path-below-greedy", "make the {parameter+} the last segment, and remove the paths below it")
	pathReserved      = breaks("path-reserved", "rename the path: on a custom domain API Gateway itself serves /ping and /sping")
	pathUndeclared    = refuses("path-parameter-undeclared", "declare the parameter, in: path, required: true")
	pathUnknown       = breaks("path-parameter-unknown", "put the parameter into the path, or remove it")
	pathOptional      = breaks("path-parameter-optional", "write required: true: a path without the parameter is another path")
	pathVariableTwice = refuses("path-parameter-repeated", "rename one of the two")
	pathItemRef       = refuses("path-item-ref", "write the operations into the path")
)

// Rules on operations.
var (
	methodUnknown     = refuses("method-unsupported", "use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS")
	operationNameless = refuses("operation-id-missing", "give the operation an operationId: the function is found by it")
	operationTwice    = breaks("operation-id-duplicate", "rename one of the two")
	statusKey         = refuses("status-key", "write each status with three digits: default and 4XX are not imported")
	noResponse        = refuses("response-missing", "declare at least one status with three digits")
	responseRef       = breaks("response-ref", "write the response into the operation: API Gateway does not support shared responses")
	responseSchema    = breaks("response-schema", "refer to a model: a response's schema is an object or a reference")
	mediaRange        = refuses("media-range", "name each media type: a range with * is for x-amazon-apigateway-binary-media-types only")
	responseHeader    = breaks("response-header-remapped", "choose another header: API Gateway renames or drops this one")
	requestUnchecked  = drops("request-unchecked", "name a validator in x-amazon-apigateway-request-validator, here or at the root, and add a schema to each kind of body")
	keywordDropped    = drops("keyword-dropped", "remove it: API Gateway does not support it")
)

// Rules on parameters.
var (
	parameterName    = refuses("parameter-name", "use "+apigateway.ParameterNameCharacters+" in the name, such as filter.a for filter[a]")
	parameterPlace   = refuses("parameter-place", "move it to the path, the query or a header: API Gateway does not read cookies")
	parameterTwice   = refuses("parameter-name-repeated", "rename one: a name must be unique across path, query and headers")
	parameterHeader  = breaks("parameter-header-dropped", "choose another header: API Gateway does not pass this one to the function")
	parameterKeyword = drops("parameter-keyword-dropped", "remove it: API Gateway keeps name, in, required, type and description, and checks presence only")
	parameterInline  = drops("parameter-inline", "write the parameter into each operation: elsewhere its import is not documented")
)

// Rules on schemas.
var (
	schemaType        = refuses("schema-type", "use string, number, integer, boolean, array or object")
	enumTwice         = refuses("enum-duplicate", "keep one of the two")
	schemaValue       = refuses("schema-value", "write a value that JSON Schema draft 4 allows, or remove the keyword: API Gateway refuses the model")
	schemaPattern     = refuses("schema-pattern", "write a regular expression in Go's syntax (RE2): the function checks it")
	schemaKeyword     = refuses("schema-keyword", "remove it: models are JSON Schema draft 4, without this keyword")
	schemaFormat      = refuses("schema-format-number", "remove the format, or make the type integer")
	schemaFormatOther = drops("schema-format", "remove the format, or use "+apigateway.ModelFormats)
	schemaComposition = refuses("schema-composition-ref", "merge the members into one schema: allOf, anyOf and oneOf cannot refer to models")
	schemaInline      = refuses("schema-inline-allof", "make the schema a component, or merge the members")
	modelName         = refuses("model-name", "use letters and digits only in a model's name")
	modelCollision    = refuses("model-name-collision", "rename one: API Gateway accepts letters and digits only, and without other characters the names are equal")
)

// Rules on security.
var (
	securityMissing = refuses("security-missing", "add a security requirement, or security: [] if anyone may call")
	securitySeveral = refuses("security-several", "keep one requirement: a method has one authorizer and at most one API key")
	securityScheme  = breaks("security-undefined", "define the scheme under components/securitySchemes")
	securityRoot    = drops("security-root", "write the security on each operation: an API key or IAM at the root is not known to be imported")
	securityType    = refuses("security-scheme-type", "use type apiKey, in header; the extensions name the authorizer")
	securityBearer  = refuses("security-scheme-bearer", "use type http with scheme bearer: the token is Cognito's")
	authorizerShape = refuses("authorizer", "describe the authorizer as API Gateway's documentation does")
	scopesShape     = refuses("scopes", "list the names of the scopes as strings, each once")
)

// Rules on API Gateway's extensions.
var (
	extensionHTTP     = breaks("extension-http-api", "remove it: it is for HTTP APIs, and a REST API's import refuses or drops it")
	extensionUnknown  = breaks("extension-unknown", "remove it, or correct its name: API Gateway has no such extension")
	extensionPlace    = breaks("extension-place", "move it to where API Gateway reads it")
	extensionContract = refuses("extension-contract", "remove it: the deployable document is written by its own rules, and would drop it")
	extensionValue    = refuses("extension-value", "write the value that API Gateway's documentation describes")
	noIntegration     = refuses("integration-missing", "add x-amazon-apigateway-integration: a method without one cannot be deployed")
	integrationShape  = refuses("integration", "describe the integration as API Gateway's documentation does")
	integrationTime   = refuses("integration-timeout", "choose 50 to 29,000 milliseconds; for more, ask AWS to raise the quota")
	mapping           = refuses("integration-mapping", "declare on the operation what the mapping reads or writes: the parameter, or the response and its header; "+
		"put a fixed value in single quotes")
	validatorUnknown = refuses("validator-undefined", "define the validator under x-amazon-apigateway-request-validators")
	gatewayResponse  = refuses("gateway-response", "describe the gateway response as API Gateway's documentation does")
	gatewayTooLarge  = drops("gateway-response-413", "remove it: AWS's response to a request that is too large cannot be customized")
)

// unsupported is the rule for a Subset. API Gateway itself accepts what it reports.
var unsupported = refuses("unsupported", "remove it: AWS accepts it, but the program that serves this document does not support it")

// Rules on sizes.
var (
	tooManyResources = refuses("limit-resources", "split the API by its first path segments into several, which a custom domain joins by base path; "+
		"or ask AWS to raise the quota")
	tooLargeModels     = refuses("limit-models", "shorten or split the schemas")
	tooManyAuthorizers = refuses("limit-authorizers", "share authorizers between operations")
)
