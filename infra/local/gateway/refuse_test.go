package gateway_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

const (
	integrationKey = "x-amazon-apigateway-integration"
	responsesKey   = "x-amazon-apigateway-gateway-responses"
)

// refused is an edit of a good document, and what New must say about it.
type refused struct {
	edit  func(doc object)
	at    string
	cause string
}

func in(path []string, field string, value any) func(object) {
	return func(doc object) { at(doc, path...)[field] = value }
}

func TestDocumentsRefused(t *testing.T) {
	var (
		root       = []string{}
		get        = []string{"paths", "/accounts/me", "get"}
		options    = []string{"paths", "/accounts", "options"}
		put        = []string{"paths", "/files/index", "put"}
		model      = []string{"components", "schemas", "NewAccount"}
		scheme     = []string{"components", "securitySchemes", "cognito"}
		authorizer = append(scheme, "x-amazon-apigateway-authorizer")
		proxy      = append(get, integrationKey)
		preflight  = append(options, integrationKey)
	)
	const (
		getAt   = "/paths/~1accounts~1me/get"
		proxyAt = getAt + "/" + integrationKey
		mockAt  = "/paths/~1accounts/options/" + integrationKey
		modelAt = "/components/schemas/NewAccount"
		authAt  = "/components/securitySchemes/cognito"
	)
	response := func(kind string, value any) func(object) {
		return func(doc object) { doc[responsesKey] = object{kind: value} }
	}
	template := func(text string) func(object) {
		return response("DEFAULT_4XX", object{"responseTemplates": object{"application/json": text}})
	}
	header := func(name, value string) func(object) {
		return response("DEFAULT_4XX", object{"responseParameters": object{name: value}})
	}
	move := func(from, to string) func(object) {
		return func(doc object) {
			get := maps.Clone(at(doc, "paths", from, "get"))
			get["operationId"] = "moved"
			at(doc, "paths")[to] = object{"get": get}
		}
	}
	tests := map[string]refused{
		// The document.
		"OpenAPI 3.1":       {in(root, "openapi", "3.1.0"), "/openapi", "imports 3.0"},
		"invalid OpenAPI":   {in([]string{"info"}, "version", ""), "/", "version"},
		"root security":     {in(root, "security", []any{}), "/security", "in each operation"},
		"compression":       {in(root, "x-amazon-apigateway-minimum-compression-size", 0), "/x-amazon-apigateway-minimum-compression-size", "compression is not emulated"},
		"resource policy":   {in(root, "x-amazon-apigateway-policy", object{}), "/x-amazon-apigateway-policy", "not emulated"},
		"api key source":    {in(root, "x-amazon-apigateway-api-key-source", "HEADER"), "/x-amazon-apigateway-api-key-source", "API keys"},
		"HTTP API's cors":   {in(root, "x-amazon-apigateway-cors", object{}), "/x-amazon-apigateway-cors", "does not know this extension"},
		"unknown extension": {in(root, "x-amazon-apigateway-new", 1), "/x-amazon-apigateway-new", "does not know this extension"},
		"extension in a server": {func(doc object) {
			doc["servers"].([]any)[0].(object)["x-amazon-apigateway-endpoint-configuration"] = object{}
		}, "/servers/0/x-amazon-apigateway-endpoint-configuration", "does not know this extension"},
		"unknown field":            {in(root, "webhooks", object{}), "/webhooks", "does not know this field"},
		"shared parameters":        {in([]string{"components"}, "parameters", object{}), "/components/parameters", "does not know this field"},
		"partial binary type":      {in(root, "x-amazon-apigateway-binary-media-types", []any{"image/*"}), "/x-amazon-apigateway-binary-media-types/0", "only whole media types"},
		"binary types, no list":    {in(root, "x-amazon-apigateway-binary-media-types", "x"), "/x-amazon-apigateway-binary-media-types", "cannot unmarshal"},
		"a model of a binary type": {in(root, "x-amazon-apigateway-binary-media-types", []any{"application/json"}), "/paths/~1accounts/post/requestBody/content/application~1json", "binary media type"},
		// Paths.
		"two variable children":    {move("/accounts/{accountId}", "/accounts/{id}"), "/paths/~1accounts~1{id}", "another variable child"},
		"greedy beside a variable": {move("/files/{proxy+}", "/accounts/{proxy+}"), "/paths/~1accounts~1{proxy+}", "another variable child"},
		"greedy and not":           {move("/files/{proxy+}", "/accounts/{accountId+}"), "/paths/~1accounts~1{accountId}", "another variable child"},
		"below a greedy one":       {move("/accounts/me", "/files/{proxy+}/x"), "/paths/~1files~1{proxy+}~1x", "nothing may follow"},
		"a parameter twice":        {move("/accounts/me", "/x/{a}/{a}"), "/paths/~1x~1{a}~1{a}", "two parameters"},
		"half a segment":           {move("/accounts/me", "/x/a{b}"), "/paths/~1x~1a{b}", "one parameter"},
		"an odd character":         {move("/accounts/me", "/x/a~b"), "/paths/~1x~1a~0b", "letters, digits"},
		"an empty segment":         {move("/accounts/me", "/x/"), "/paths/~1x~1", "letters, digits"},
		"reserved":                 {move("/accounts/me", "/ping"), "/paths/~1ping", "reserves"},
		"path parameters":          {in([]string{"paths", "/accounts/me"}, "parameters", []any{}), "/paths/~1accounts~1me/parameters", "in each operation"},
		"any method":               {in([]string{"paths", "/accounts/me"}, "x-amazon-apigateway-any-method", object{}), "/paths/~1accounts~1me/x-amazon-apigateway-any-method", "does not know this extension"},
		"TRACE":                    {in([]string{"paths", "/accounts/me"}, "trace", object{}), "/paths/~1accounts~1me/trace", "no TRACE"},
		"a path by reference":      {in([]string{"paths", "/accounts/me"}, "$ref", "#/paths/~1"), "/paths/~1accounts~1me/$ref", "one file"},
		"too many resources": {func(doc object) {
			for i := range 300 {
				at(doc, "paths")[fmt.Sprintf("/r%d", i)] = object{"get": object{
					"responses": object{"200": object{"description": "OK"}}, integrationKey: at(doc, proxy...),
				}}
			}
		}, "/paths", "at most 300"},
		// Operations.
		"callbacks":             {in(get, "callbacks", object{}), getAt + "/callbacks", "does not know this field"},
		"servers":               {in(get, "servers", []any{}), getAt + "/servers", "does not know this field"},
		"unknown in operation":  {in(get, "x-amazon-apigateway-auth", object{}), getAt + "/x-amazon-apigateway-auth", "does not know this extension"},
		"a default response":    {in(append(get, "responses"), "default", object{"description": "x"}), getAt + "/responses/default", "three digits"},
		"a range of responses":  {in(append(get, "responses"), "4XX", object{"description": "x"}), getAt + "/responses/4XX", "three digits"},
		"a shared response":     {in(append(get, "responses"), "200", object{"$ref": "#/paths/~1/get/responses/200"}), getAt + "/responses/200/$ref", "shared responses"},
		"a cookie":              {in(get, "parameters", []any{object{"name": "c", "in": "cookie", "schema": object{"type": "string"}}}), getAt + "/parameters/0/in", "no parameters in"},
		"a shared parameter":    {in(get, "parameters", []any{object{"$ref": "#/paths/~1accounts~1%7BaccountId%7D/get/parameters/0"}}), getAt + "/parameters/0/$ref", "references to parameters"},
		"parameter content":     {in(get, "parameters", []any{object{"name": "c", "in": "query", "content": object{"application/json": object{}}}}), getAt + "/parameters/0/content", "no parameters with content"},
		"a name in two places":  {in(get, "parameters", []any{object{"name": "c", "in": "query", "schema": object{}}, object{"name": "c", "in": "header", "schema": object{}}}), getAt + "/parameters/1/name", "not unique"},
		"an undeclared segment": {in([]string{"paths", "/accounts/{accountId}", "get"}, "parameters", []any{}), "/paths/~1accounts~1{accountId}/get/parameters", "{accountId} of the path is not declared"},
		"a foreign segment":     {in(get, "parameters", []any{object{"name": "x", "in": "path", "required": true, "schema": object{}}}), getAt + "/parameters/0", "the path has no {x}"},
		"a shared body":         {in(put, "requestBody", object{"$ref": "#/paths/~1accounts/post/requestBody"}), "/paths/~1files~1index/put/requestBody/$ref", "references to bodies"},
		"a model of XML": {func(doc object) {
			content := at(doc, "paths", "/accounts", "post", "requestBody", "content")
			content["application/xml"] = content["application/json"]
		}, "/paths/~1accounts/post/requestBody/content/application~1xml", "not JSON"},
		"inline allOf": {in(append(put, "requestBody", "content", "application/json"), "schema", object{"allOf": []any{object{}}}),
			"/paths/~1files~1index/put/requestBody/content/application~1json/schema/allOf", "inside an operation"},
		"encoding": {in(append(put, "requestBody", "content", "application/json"), "encoding", object{}),
			"/paths/~1files~1index/put/requestBody/content/application~1json/encoding", "does not know this field"},
		// Validators.
		"unknown validator":              {in(get, "x-amazon-apigateway-request-validator", "some"), getAt + "/x-amazon-apigateway-request-validator", "some is not in"},
		"unknown validator of the API":   {in(root, "x-amazon-apigateway-request-validator", "some"), "/x-amazon-apigateway-request-validator", "some is not in"},
		"unknown field of a validator":   {in([]string{"x-amazon-apigateway-request-validators", "all"}, "validateHeaders", true), "/x-amazon-apigateway-request-validators/all/validateHeaders", "does not know this field"},
		"a validator that is no boolean": {in([]string{"x-amazon-apigateway-request-validators", "all"}, "validateRequestBody", "yes"), "/x-amazon-apigateway-request-validators", "cannot unmarshal"},
		// Security.
		"two authorizers":           {in(get, "security", []any{object{"cognito": []any{}}, object{"cognito": []any{}}}), getAt + "/security", "one authorizer"},
		"optional authorization":    {in(get, "security", []any{object{}}), getAt + "/security", "one authorizer"},
		"unknown scheme":            {in(get, "security", []any{object{"other": []any{}}}), getAt + "/security/0", "no security scheme"},
		"OAuth scheme":              {in(scheme, "type", "http"), "/", ""},
		"an API key in the query":   {in(scheme, "in", "query"), authAt, "in header"},
		"custom authorizer":         {in(scheme, "x-amazon-apigateway-authtype", "custom"), authAt + "/x-amazon-apigateway-authtype", "custom is not emulated"},
		"plain API key":             {func(doc object) { delete(at(doc, scheme...), "x-amazon-apigateway-authorizer") }, authAt + "/x-amazon-apigateway-authorizer", "API keys are not emulated"},
		"token authorizer":          {in(authorizer, "type", "token"), authAt + "/x-amazon-apigateway-authorizer/type", `"token" is not emulated`},
		"authorizer cache":          {in(authorizer, "authorizerResultTtlInSeconds", 0), authAt + "/x-amazon-apigateway-authorizer/authorizerResultTtlInSeconds", "does not know this field"},
		"no pool":                   {in(authorizer, "providerARNs", []any{}), authAt + "/x-amazon-apigateway-authorizer/providerARNs", "no user pool"},
		"unknown pool":              {in(authorizer, "providerARNs", []any{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Other"}), authAt + "/x-amazon-apigateway-authorizer/providerARNs/0", "no user pool known"},
		"pool of another partition": {in(authorizer, "providerARNs", []any{"arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_X"}), authAt + "/x-amazon-apigateway-authorizer/providerARNs/0", "no user pool known"},
		"too many authorizers": {func(doc object) {
			for i := range 10 {
				at(doc, "components", "securitySchemes")[fmt.Sprint("s", i)] = at(doc, scheme...)
			}
		}, "/components/securitySchemes", "at most 10"},
		// Integrations.
		"no integration":           {func(doc object) { delete(at(doc, get...), integrationKey) }, proxyAt, "no integration"},
		"http_proxy":               {in(proxy, "type", "http_proxy"), proxyAt + "/type", "not emulated"},
		"aws":                      {in(proxy, "type", "aws"), proxyAt + "/type", "not emulated"},
		"a mock that is not CORS":  {in(proxy, "type", "mock"), proxyAt + "/type", "OPTIONS only"},
		"GET to Lambda":            {in(proxy, "httpMethod", "GET"), proxyAt + "/httpMethod", "by POST"},
		"a type of no text":        {in(proxy, "type", 1), proxyAt, "cannot unmarshal"},
		"templates for a proxy":    {in(proxy, "requestTemplates", object{}), proxyAt + "/requestTemplates", "no templates"},
		"responses for a proxy":    {in(proxy, "responses", object{}), proxyAt + "/responses", "no integration responses"},
		"request parameters":       {in(proxy, "requestParameters", object{}), proxyAt + "/requestParameters", "does not know this field"},
		"credentials":              {in(proxy, "credentials", "arn"), proxyAt + "/credentials", "does not know this field"},
		"content handling":         {in(proxy, "contentHandling", "CONVERT_TO_TEXT"), proxyAt + "/contentHandling", "does not know this field"},
		"streaming":                {in(proxy, "responseTransferMode", "STREAM"), proxyAt + "/responseTransferMode", "does not know this field"},
		"passthrough by templates": {in(proxy, "passthroughBehavior", "when_no_templates"), proxyAt + "/passthroughBehavior", "not emulated"},
		"too short a timeout":      {in(proxy, "timeoutInMillis", 49), proxyAt + "/timeoutInMillis", "50 to 29000"},
		"too long a timeout":       {in(proxy, "timeoutInMillis", 29001), proxyAt + "/timeoutInMillis", "50 to 29000"},
		"a variable the stage lacks": {func(doc object) {
			at(doc, proxy...)["uri"] = strings.Replace(at(doc, proxy...)["uri"].(string), "environment", "env", 1)
		}, proxyAt + "/uri", "no such variable"},
		"no function":              {in(proxy, "uri", "https://example.com"), proxyAt + "/uri", "does not name a Lambda function"},
		"a function elsewhere":     {replaced(proxy, "lambda:${AWS::Region}:", "lambda:us-east-1:"), proxyAt + "/uri", "only the Region's own"},
		"a function of others":     {replaced(proxy, "${AWS::AccountId}", "210987654321"), proxyAt + "/uri", "only the Region's own"},
		"an unknown pseudo":        {replaced(proxy, "${AWS::AccountId}", "${AWS::StackName}"), proxyAt + "/uri", "does not name a Lambda function"},
		"a mock with a template":   {in(preflight, "requestTemplates", object{"application/json": `{"statusCode":$input}`}), mockAt + "/requestTemplates/application~1json", "is emulated"},
		"a mock's status as text":  {in(preflight, "requestTemplates", object{"application/json": `{"statusCode":"204"}`}), mockAt + "/requestTemplates/application~1json", "is emulated"},
		"a mock that fails":        {in(preflight, "requestTemplates", object{"application/json": `{"statusCode":500}`}), mockAt + "/requestTemplates/application~1json", "is emulated"},
		"a mock for XML":           {in(preflight, "requestTemplates", object{"application/xml": `{"statusCode":204}`}), mockAt + "/requestTemplates/application~1xml", "is emulated"},
		"a mock without templates": {func(doc object) { delete(at(doc, preflight...), "requestTemplates") }, mockAt, "no status"},
		"a mock with a URI":        {in(preflight, "uri", "x"), mockAt, "no meaning"},
		"a mock without response":  {in(preflight, "responses", object{}), mockAt + "/responses", `"default"`},
		"a mock with patterns":     {in(append(preflight, "responses"), "2\\d\\d", object{"statusCode": "204"}), mockAt + "/responses", `"default"`},
		"a mock with a body":       {in(append(preflight, "responses", "default"), "responseTemplates", object{"application/json": "{}"}), mockAt + "/responses/default/responseTemplates/application~1json", "body is not emulated"},
		"a mapped header":          {in(append(preflight, "responses", "default", "responseParameters"), "method.response.header.Access-Control-Allow-Origin", "integration.response.header.X"), mockAt + "/responses/default/responseParameters/method.response.header.Access-Control-Allow-Origin", "literal in single quotes"},
		"a remapped header":        {in(append(preflight, "responses", "default", "responseParameters"), "method.response.header.server", "'x'"), mockAt + "/responses/default/responseParameters/method.response.header.server", "another name"},
		"one remapped here only":   {in(append(preflight, "responses", "default", "responseParameters"), "method.response.header.Upgrade", "'x'"), mockAt + "/responses/default/responseParameters/method.response.header.Upgrade", "another name"},
		"an undeclared header":     {in(append(preflight, "responses", "default", "responseParameters"), "method.response.header.X-New", "'x'"), mockAt + "/responses/default/responseParameters", "declares no header X-New"},
		"an undeclared status":     {in(append(preflight, "responses", "default"), "statusCode", "200"), mockAt + "/responses/default/statusCode", "declares no response 200"},
		"a status of no number":    {in(append(preflight, "responses", "default"), "statusCode", "ok"), mockAt, "not a number"},
		// Gateway responses.
		"unknown response type":    {response("TEAPOT", object{}), "/" + responsesKey + "/TEAPOT", "no such gateway response"},
		"REQUEST_TOO_LARGE":        {response("REQUEST_TOO_LARGE", object{}), "/" + responsesKey + "/REQUEST_TOO_LARGE", "413 itself"},
		"unknown field of it":      {response("DEFAULT_4XX", object{"default": true}), "/" + responsesKey + "/DEFAULT_4XX/default", "does not know this field"},
		"status out of range":      {response("DEFAULT_4XX", object{"statusCode": 99}), "/" + responsesKey, "200 to 599"},
		"two templates":            {response("DEFAULT_4XX", object{"responseTemplates": object{"a/b": "", "c/d": ""}}), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates", "write one"},
		"a query parameter":        {header("gatewayresponse.querystring.x", "'x'"), "/" + responsesKey + "/DEFAULT_4XX/responseParameters/gatewayresponse.querystring.x", "only gatewayresponse.header.NAME"},
		"a header's mapping":       {header("gatewayresponse.header.X", "method.request.header.Y"), "/" + responsesKey + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.X", "literal in single quotes"},
		"the gateway's own header": {header("gatewayresponse.header.Content-Length", "'1'"), "/" + responsesKey + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.Content-Length", "itself"},
		"a header with a newline":  {header("gatewayresponse.header.X", "'a\nb'"), "/" + responsesKey + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.X", "literal"},
		"a template's directive":   {template(`#if($x)a#end`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "directives"},
		"a template's comment":     {template(`{} ## x`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "directives"},
		"a template's input":       {template(`$input.body`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "plain $context"},
		"a template's braces":      {template(`${context.requestId}`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "plain $context"},
		"a template's quiet one":   {template(`$!context.requestId`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "plain $context"},
		"a template's method":      {template(`$context.error.message.length()`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "error.message.length"},
		"a template's authorizer":  {template(`$context.authorizer.claims.sub`), "/" + responsesKey + "/DEFAULT_4XX/responseTemplates/application~1json", "authorizer.claims.sub"},
		// Schemas.
		"a foreign reference":   {in(append(model, "properties", "note"), "$ref", "#/paths/~1"), modelAt + "/properties/note", ""},
		"beside a reference":    {in(append(model, "properties", "parent"), "description", "x"), modelAt + "/properties/parent", "beside $ref"},
		"a keyword of others":   {in(model, "x-order", 1), modelAt + "/x-order", "does not know this field"},
		"two types":             {in(model, "type", []any{"object", "null"}), modelAt + "/type", "one type"},
		"int64 on number":       {in(append(model, "properties", "note"), "type", "number"), "", ""}, // completed below
		"duplicate enum values": {in(append(model, "properties", "plan"), "enum", []any{"a", "b", "a"}), modelAt + "/properties/plan/enum/2", "duplicate"},
		"a pattern Go has not":  {in(append(model, "properties", "name"), "pattern", "(?=a)"), "/", "regexp"},
		"below a combinator":    {in(model, "anyOf", []any{object{"nullable": true}}), modelAt + "/anyOf/0/nullable", "does not support"},
		"below items":           {in(append(model, "properties", "tags", "items"), "default", "x"), modelAt + "/properties/tags/items/default", "does not support"},
		"in a response":         {in([]string{"paths", "/accounts", "post", "responses", "201", "content", "application/json"}, "schema", object{"example": 1}), "/paths/~1accounts/post/responses/201/content/application~1json/schema/example", "does not support"},
	}
	tests["int64 on number"] = refused{func(doc object) {
		note := at(doc, append(model, "properties", "note")...)
		note["type"], note["format"] = "number", "int64"
	}, modelAt + "/properties/note/format", "int64 on number"}
	for _, keyword := range []string{
		"discriminator", "example", "nullable", "exclusiveMinimum", "exclusiveMaximum", "readOnly", "writeOnly", "default", "deprecated", "xml",
	} {
		tests["keyword "+keyword] = refused{in(append(model, "properties", "note"), keyword, true), modelAt + "/properties/note/" + keyword, "does not support"}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := gateway.New(config(t, test.edit, nobody(t)))
			if err == nil {
				t.Fatal("New accepts it")
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if strings.HasPrefix(line, "gateway: "+test.at+": ") && strings.Contains(line, test.cause) {
					return
				}
			}
			t.Errorf("%v\nwant a line with %s and %q", err, test.at, test.cause)
		})
	}
}

func replaced(path []string, from, to string) func(object) {
	return func(doc object) {
		o := at(doc, path...)
		o["uri"] = strings.Replace(o["uri"].(string), from, to, -1)
	}
}

// TestAllFindingsAtOnce wants one error for everything that is wrong.
func TestAllFindingsAtOnce(t *testing.T) {
	_, err := gateway.New(config(t, func(doc object) {
		doc["x-amazon-apigateway-policy"] = object{}
		at(doc, "paths", "/", "get", integrationKey)["type"] = "http"
		at(doc, "components", "schemas", "NewAccount", "properties", "note")["nullable"] = true
	}, nobody(t)))
	if err == nil {
		t.Fatal("New accepts it")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 3 {
		t.Errorf("%d findings, want 3:\n%v", len(lines), err)
	}
}

func TestHarmlessFieldsAccepted(t *testing.T) {
	newGateway(t, func(doc object) {
		doc["x-vendor"] = object{"x-amazon-apigateway-policy": 1}
		doc["x-amazon-apigateway-documentation"] = object{}
		doc["externalDocs"] = object{"url": "https://example.com"}
		at(doc, "paths", "/", "get")["deprecated"] = true
		at(doc, "paths", "/", "get")["tags"] = []any{"accounts"}
		at(doc, "paths", "/", "get", integrationKey)["timeoutInMillis"] = 29000
	}, nobody(t))
}

func TestConfigRefused(t *testing.T) {
	for name, edit := range map[string]func(*gateway.Config){
		"no JSON":           func(c *gateway.Config) { c.Document = []byte("openapi: 3.0.3") },
		"too long":          func(c *gateway.Config) { c.Document = make([]byte, 6<<20+1) },
		"no object":         func(c *gateway.Config) { c.Document = []byte("[]") },
		"Region":            func(c *gateway.Config) { c.Region = "" },
		"account":           func(c *gateway.Config) { c.AccountID = "1" },
		"stage":             func(c *gateway.Config) { c.Stage = "a/b" },
		"domain":            func(c *gateway.Config) { c.DomainName = "" },
		"functions":         func(c *gateway.Config) { c.Functions = nil },
		"a variable":        func(c *gateway.Config) { c.Variables = map[string]string{"environment": "a b"} },
		"a variable's name": func(c *gateway.Config) { c.Variables = map[string]string{"environment": "dev", "a-b": "c"} },
		"a pool":            func(c *gateway.Config) { c.Pools = map[string]gateway.Pool{shared().ARN(): {Issuer: "x"}} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, nil, nobody(t))
			edit(&cfg)
			if _, err := gateway.New(cfg); err == nil {
				t.Error("New accepts it")
			}
		})
	}
}
