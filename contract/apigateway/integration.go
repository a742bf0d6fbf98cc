package apigateway

import "regexp"

// IntegrationMembers are the members of an integration of a REST API. It does not
// contain members for HTTP APIs, such as integrationSubtype. Source:
// "x-amazon-apigateway-integration object",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
var IntegrationMembers = []string{
	"cacheKeyParameters", "cacheNamespace", "connectionId", "connectionType", "contentHandling", "credentials",
	"httpMethod", "integrationTarget", "passthroughBehavior", "requestParameters", "requestTemplates", "responses",
	"responseTransferMode", "timeoutInMillis", "tlsConfig", "type", "uri",
}

// IntegrationTypes are the types of an integration, in lower case. An import
// accepts them in any case. Source: the same page.
var IntegrationTypes = []string{"aws_proxy", "aws", "http_proxy", "http", "mock"}

// PassthroughBehaviors are what an integration does with a body whose type has
// no template, in lower case. An import accepts them in any case. Source: the
// same page.
var PassthroughBehaviors = []string{"when_no_match", "when_no_templates", "never"}

// ContentHandlings are the conversions between text and binary that an integration
// knows. Source: the same page.
var ContentHandlings = []string{"CONVERT_TO_BINARY", "CONVERT_TO_TEXT"}

// ConnectionTypes are the networks that an integration reaches. VPCLink needs the
// member connectionId. Source: the same page.
var ConnectionTypes = []string{"INTERNET", VPCLink}

// VPCLink is the connection type of integrations in a private network.
const VPCLink = "VPC_LINK"

// The parts of an ARN, each of which an AWS variable may stand for.
const (
	partitionPart = `(aws[a-z-]*|\$\{AWS::Partition\})`
	regionPart    = `([a-z0-9-]+|\$\{AWS::Region\})`
	accountPart   = `([0-9]{12}|\$\{AWS::AccountId\})`
)

var (
	serviceURI = regexp.MustCompile(`^arn:` + partitionPart + `:apigateway:` + regionPart + `:([^:/]+):(path|action)/.`)
	httpURI    = regexp.MustCompile(`(?i)^https?://.`)
	// A function's name and qualifier. Source: the pattern of FunctionName in
	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
	functionURI = regexp.MustCompile(`^arn:(aws[a-z-]*):apigateway:([a-z0-9-]+):lambda:path/2015-03-31/functions/` +
		`arn:(aws[a-z-]*):lambda:([a-z0-9-]+):([0-9]{12}):function:([A-Za-z0-9_-]{1,64})(?::([A-Za-z0-9_-]{1,128}))?/invocations$`)
)

// IntegrationService returns the AWS service that an integration's URI, or a
// Lambda authorizer's, names. It returns false for anything else, including a
// function's own ARN, which is only a part of such a URI. Recorded:
// others are refused, contract/lint/testdata/recorded/aws-no-arn.txtar and
// contract/lint/testdata/recorded/aws-other-arn.txtar.
func IntegrationService(uri string) (string, bool) {
	parts := serviceURI.FindStringSubmatch(uri)
	if parts == nil {
		return "", false
	}
	return parts[3], true
}

// IsHTTPURI reports whether an HTTP integration may have the URI. Recorded: the
// scheme must be written out (contract/lint/testdata/recorded/no-address-http.txtar),
// before any stage variable.
func IsHTTPURI(uri string) bool { return httpURI.MatchString(uri) }

// FunctionURIForm shows people the URI of an integration with a function.
const FunctionURIForm = "arn:PARTITION:apigateway:REGION:lambda:path/2015-03-31/functions/ARN_OF_THE_FUNCTION/invocations"

// FunctionURI returns the URI of an integration with the function of that ARN.
// The AWS variables stand for partition and Region.
func FunctionURI(functionARN string) string {
	return "arn:" + PartitionVariable + ":apigateway:" + RegionVariable + ":lambda:path/2015-03-31/functions/" +
		functionARN + "/invocations"
}

// A Function is what the URI of an integration with a Lambda function names.
type Function struct {
	// Partition and Region of the URI itself.
	Partition, Region string
	// The parts of the function's ARN. Qualifier is empty without one.
	FunctionPartition, FunctionRegion, Account, Name, Qualifier string
}

// ParseFunctionURI parses the URI of an integration with a Lambda function, in
// which no variables are left.
func ParseFunctionURI(uri string) (Function, bool) {
	p := functionURI.FindStringSubmatch(uri)
	if p == nil {
		return Function{}, false
	}
	return Function{
		Partition: p[1], Region: p[2],
		FunctionPartition: p[3], FunctionRegion: p[4], Account: p[5], Name: p[6], Qualifier: p[7],
	}, true
}

// StageVariable matches a reference to a stage variable in a URI; its group is
// the variable's name. Source: "API Gateway stage variables reference for REST
// APIs",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
var StageVariable = regexp.MustCompile(`\$\{stageVariables\.([A-Za-z0-9_]+)\}`)

var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// UnresolvedVariable returns the first variable of a URI that neither an import nor a
// stage replaces, such as ${Function.Arn}, or the empty string.
func UnresolvedVariable(uri string) string {
	for _, v := range variable.FindAllString(uri, -1) {
		switch {
		case v == PartitionVariable, v == RegionVariable, v == AccountVariable, StageVariable.MatchString(v):
		default:
			return v
		}
	}
	return ""
}

// CognitoAuthorizer is the type of an authorizer with Cognito user pools, in
// AuthTypeExtension as well as in AuthorizerExtension.
const CognitoAuthorizer = "cognito_user_pools"

var poolARN = regexp.MustCompile(`^arn:` + partitionPart + `:cognito-idp:` + regionPart + `:` + accountPart + `:userpool/.`)

// PoolPartition returns the partition of a Cognito user pool's ARN. An API can
// use pools of any Region and account, but of its own partition only.
func PoolPartition(arn string) (string, bool) {
	parts := poolARN.FindStringSubmatch(arn)
	if parts == nil {
		return "", false
	}
	return parts[1], true
}
