// Package apigateway contains the facts about REST APIs of Amazon API Gateway
// that the rest of the system asks for: what an import of an OpenAPI document
// accepts, its limits, and what happens to headers on the way through. The
// generator, the builder of the deployable document, the lint and the embedded
// gateway all take them from here.
//
// Each fact names its source. A page of the API Gateway developer guide is given
// by its title and URL. "Recorded" means that a request to AWS, or an import
// there, was recorded with this outcome, which outranks the guide: the recordings
// are in infra/local/gateway/testdata/recorded and
// contract/lint/testdata/recorded. "Captured" means that the fact comes from
// public captures of other people's traffic.
//
// The package imports nothing but the standard library.
package apigateway

import "regexp"

// Quotas of a REST API. Source: "Quotas for configuring and running a REST API
// in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
const (
	// MaxDocumentBytes is the size of an OpenAPI document that an import accepts.
	MaxDocumentBytes = 6 << 20
	// MaxModelBytes is the size of all models of an API together.
	MaxModelBytes = 400 << 10
	// MaxResources counts the resources of an API, the root included. AWS raises
	// the quota on request.
	MaxResources = 300
	// MaxAuthorizers counts the authorizers of an API. AWS raises the quota on request.
	MaxAuthorizers = 10
	// MinTimeoutMillis and MaxTimeoutMillis bound an integration's timeout. AWS
	// raises the upper bound for Regional APIs on request.
	MinTimeoutMillis = 50
	MaxTimeoutMillis = 29_000
	// MaxAuthorizerTTLSeconds bounds how long an authorizer's result is cached.
	MaxAuthorizerTTLSeconds = 3600
)

// MaxCompressionBytes is the largest minimum size from which responses are
// compressed. Source: "x-amazon-apigateway-minimum-compression-size",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-openapi-minimum-compression-size.html
const MaxCompressionBytes = 10 << 20

// The AWS variables that an import resolves in a document. Source: "AWS
// variables for OpenAPI import",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
const (
	PartitionVariable = "${AWS::Partition}"
	RegionVariable    = "${AWS::Region}"
	AccountVariable   = "${AWS::AccountId}"
)

var openAPIVersion = regexp.MustCompile(`^3\.0\.[0-9]+$`)

// IsOpenAPIVersion reports whether an import accepts a document of this version
// of OpenAPI 3. Source: "Develop REST APIs using OpenAPI in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
func IsOpenAPIVersion(version string) bool { return openAPIVersion.MatchString(version) }

// Methods are the HTTP methods of a resource, as members of an OpenAPI path
// item. TRACE is not one of them. Source: "Set up a method request in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
var Methods = []string{"get", "put", "post", "delete", "options", "head", "patch"}

var statusCode = regexp.MustCompile(`^[1-5][0-9][0-9]$`)

// IsStatusCode reports whether a text is one status code of a response, which
// "default" and "4XX" are not. Source: the pattern of statusCode in
// https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html
func IsStatusCode(text string) bool { return statusCode.MatchString(text) }
