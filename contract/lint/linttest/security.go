package linttest

import "github.com/meridian-api/meridian/contract/deployable"

const (
	bearer = "{type: http, scheme: bearer}"
	apiKey = "{type: apiKey, in: header, name: x-api-key}"
)

func withSchemes(s, t string) []string {
	return []string{"#COMPONENTS", "securitySchemes: {s: " + s + ", t: " + t + "}"}
}

var securityEdits = []edit{
	{
		name: "a contract that does not say who may call", rule: "security-missing", contract: true,
		bad:  []string{"security: []", "#"},
		good: both(atRoot("security: [{s: []}]"), withScheme(bearer), []string{"security: []", "#"}),
	},
	{
		name: "two requirements in a contract", rule: "security-several", contract: true,
		bad:  both(withSecurity("[{s: []}, {}]"), withScheme(bearer)),
		good: both(withSecurity("[{s: []}]"), withScheme(bearer)),
	},
	{
		name: "two authorizers", rule: "security-several",
		bad: both(withSecurity("[{s: [], t: []}]"), withSchemes(cognito(pools), cognito(pools))),
	},
	{
		name: "two authorizers in two requirements", rule: "security-several",
		bad:  both(withSecurity("[{s: []}, {t: []}]"), withSchemes(cognito(pools), cognito(pools))),
		good: both(withSecurity("[{s: []}, {t: []}]"), withSchemes(apiKey, cognito(pools))),
	},
	{
		name: "two API keys", rule: "security-several",
		bad:  both(withSecurity("[{s: [], t: []}]"), withSchemes(apiKey, apiKey)),
		good: both(withSecurity("[{s: [], t: []}]"), withSchemes(apiKey, cognito(pools))),
	},
	{
		name: "two requirements at the root of a contract", rule: "security-several", contract: true,
		bad: both(atRoot("security: [{s: []}, {}]"), withScheme(bearer)),
	},
	{
		name: "an undefined scheme", rule: "security-undefined",
		bad:  withSecurity("[{s: []}]"),
		good: both(withSecurity("[{s: [read]}]"), withScheme(cognito(pools))),
	},
	{
		name: "an API key at the root", rule: "security-root",
		bad:  both(atRoot("security: [{s: []}]"), withScheme(apiKey), []string{"security: []", "#"}),
		good: both(atRoot("security: [{s: [read]}]"), withScheme(cognito(pools)), []string{"security: []", "#"}),
	},
	{name: "a bearer scheme", rule: "security-scheme-type", bad: withScheme(bearer), good: withScheme(apiKey)},
	{
		name: "an API key in the query", rule: "security-scheme-type",
		bad: withScheme("{type: apiKey, in: query, name: key}"),
	},
	{
		name: "an API key in a contract", rule: "security-scheme-bearer", contract: true,
		bad:  withScheme(apiKey),
		good: withScheme("{type: http, scheme: Bearer}"),
	},
	{
		name: "no user pools", rule: "authorizer",
		bad:  withScheme(cognito("providerARNs: []")),
		good: withScheme(cognito("providerARNs: " + deployable.PoolARNsPlaceholder)),
	},
	{
		name: "a user pool's ID", rule: "authorizer",
		bad: withScheme(cognito("providerARNs: [eu-west-1_a]")),
	},
	{
		name: "user pools of two partitions", rule: "authorizer",
		bad: withScheme(cognito(`providerARNs: ["` + PoolARN +
			`", "arn:aws-us-gov:cognito-idp:us-gov-west-1:111122223333:userpool/b"]`)),
		good: withScheme(cognito(
			`providerARNs: ["arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/a"]`)),
	},
	{
		name: "an unknown variable in a user pool's ARN", rule: "authorizer",
		bad: withScheme(cognito(`providerARNs: ["arn:aws:cognito-idp:${AWS::Home}:111122223333:userpool/a"]`)),
	},
	{
		name: "a variable of CloudFormation in an authorizer's uri", rule: "authorizer",
		bad: withScheme(authorizer("custom", "type: token, authorizerUri: '"+
			"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Authorizer.Arn}/invocations'")),
	},
	{
		name: "an authorizer function's own ARN", rule: "authorizer",
		bad: withScheme(authorizer("custom", "type: token, authorizerUri: "+functionARN)),
	},
	{
		name: "a Cognito authorizer without providerARNs", rule: "authorizer",
		bad: withScheme(cognito("identitySource: x")),
	},
	{
		name: "an authorizer that caches for too long", rule: "authorizer",
		bad:  withScheme(cognito("authorizerResultTtlInSeconds: 3601, " + pools)),
		good: withScheme(cognito("authorizerResultTtlInSeconds: 3600, " + pools)),
	},
	{
		name: "a Cognito authorizer without authtype", rule: "authorizer",
		bad: withScheme(authorizer("", "type: cognito_user_pools, "+pools)),
	},
	{
		name: "an authtype without authorizer", rule: "authorizer",
		bad:  withScheme("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: custom}"),
		good: withScheme("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: awsSigv4}"),
	},
	{
		name: "a Lambda authorizer without URI", rule: "authorizer",
		bad:  withScheme(authorizer("custom", "type: token")),
		good: withScheme(authorizer("custom", "type: token, authorizerUri: "+functionURI)),
	},
	{
		name: "a Lambda authorizer without authtype", rule: "authorizer",
		bad: withScheme(authorizer("", "type: request, authorizerUri: "+functionURI)),
	},
	{name: "a JWT authorizer", rule: "authorizer", bad: withScheme(authorizer("", "type: jwt"))},
	{name: "an unknown authorizer", rule: "authorizer", bad: withScheme(authorizer("", "type: none"))},
	{
		name: "a scope twice in a contract", rule: "scopes", contract: true,
		bad:  []string{"#OPERATION", "x-scopes: [a, a]"},
		good: []string{"#OPERATION", "x-scopes: [a, b]"},
	},
	{
		name: "scopes of a contract that are not a list", rule: "scopes", contract: true,
		bad: []string{"#OPERATION", "x-scopes: a"},
	},
	{
		name: "a scope of a contract that is not text", rule: "scopes", contract: true,
		bad: []string{"#OPERATION", "x-scopes: [1]"},
	},
}
