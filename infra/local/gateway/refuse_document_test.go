package gateway_test

import (
	"fmt"
)

var documentRefusals = map[string]refusal{
	"OpenAPI 3.1":     {edit: in(root, "openapi", "3.1.0"), at: "/openapi", rule: "openapi-version"},
	"invalid OpenAPI": {edit: in([]string{"info"}, "version", ""), at: "/", reason: "version"},
	"root security":   {edit: in(root, "security", []any{}), at: "/security", reason: "in each operation"},
	"compression, no size": {
		edit: in(root, "x-amazon-apigateway-minimum-compression-size", -1),
		at:   "/x-amazon-apigateway-minimum-compression-size", rule: "extension-value",
	},
	"resource policy": {
		edit: in(root, "x-amazon-apigateway-policy", object{}),
		at:   "/x-amazon-apigateway-policy", rule: "unsupported",
	},
	"api key source": {
		edit: in(root, "x-amazon-apigateway-api-key-source", "HEADER"),
		at:   "/x-amazon-apigateway-api-key-source", reason: "API keys",
	},
	"HTTP API's cors": {
		edit: in(root, "x-amazon-apigateway-cors", object{}),
		at:   "/x-amazon-apigateway-cors", rule: "extension-http-api",
	},
	"unknown extension": {
		edit: in(root, "x-amazon-apigateway-new", 1),
		at:   "/x-amazon-apigateway-new", rule: "extension-unknown",
	},
	"VPC endpoints": {
		edit: func(doc object) {
			doc["servers"].([]any)[0].(object)["x-amazon-apigateway-endpoint-configuration"] = object{"vpcEndpointIds": []any{}}
		},
		at: "/servers/0/x-amazon-apigateway-endpoint-configuration/vpcEndpointIds", reason: "not supported",
	},
	"extension in a server": {
		edit: func(doc object) { doc["servers"].([]any)[0].(object)["x-amazon-apigateway-policy"] = object{} },
		at:   "/servers/0/x-amazon-apigateway-policy", rule: "extension-place",
	},
	"unknown field": {edit: in(root, "webhooks", object{}), at: "/webhooks", rule: "unknown-keyword"},
	"shared parameters": {
		edit: in([]string{"components"}, "parameters", object{}),
		at:   "/components/parameters", rule: "unsupported",
	},
	"binary types, no list": {
		edit: in(root, "x-amazon-apigateway-binary-media-types", "x"),
		at:   "/x-amazon-apigateway-binary-media-types", rule: "extension-value",
	},
	"a model of a binary type": {
		edit: in(root, "x-amazon-apigateway-binary-media-types", []any{"application/json"}),
		at:   "/paths/~1accounts/post/requestBody/content/application~1json", reason: "binary media type",
	},
}

var pathRefusals = map[string]refusal{
	"two variable children": {
		edit: move("/accounts/{accountId}", "/accounts/{id}"),
		at:   "/paths/~1accounts~1{id}", rule: "path-sibling-variables",
	},
	"greedy beside a variable": {
		edit: move("/files/{proxy+}", "/accounts/{proxy+}"),
		at:   "/paths/~1accounts~1{proxy+}", rule: "path-sibling-variables",
	},
	"greedy and not": {
		edit: move("/files/{proxy+}", "/accounts/{accountId+}"),
		at:   "/paths/~1accounts~1{accountId}", rule: "path-sibling-variables",
	},
	"below a greedy one": {
		edit: move("/accounts/me", "/files/{proxy+}/x"),
		at:   "/paths/~1files~1{proxy+}~1x", rule: "path-below-greedy",
	},
	"a parameter twice": {
		edit: move("/accounts/me", "/x/{a}/{a}"),
		at:   "/paths/~1x~1{a}~1{a}", rule: "path-parameter-repeated",
	},
	"half a segment":   {edit: move("/accounts/me", "/x/a{b}"), at: "/paths/~1x~1a{b}", rule: "path-segment"},
	"an odd character": {edit: move("/accounts/me", "/x/a~b"), at: "/paths/~1x~1a~0b", reason: "letters, digits"},
	"an empty segment": {edit: move("/accounts/me", "/x/"), at: "/paths/~1x~1", rule: "path-trailing-slash"},
	"reserved":         {edit: move("/accounts/me", "/ping"), at: "/paths/~1ping", rule: "path-reserved"},
	"path parameters": {
		edit: in([]string{"paths", "/accounts/me"}, "parameters", []any{}),
		at:   "/paths/~1accounts~1me/parameters", reason: "in each operation",
	},
	"any method": {
		edit: in([]string{"paths", "/accounts/me"}, "x-amazon-apigateway-any-method", object{}),
		at:   "/paths/~1accounts~1me/x-amazon-apigateway-any-method", rule: "unsupported",
	},
	"TRACE": {
		edit: in([]string{"paths", "/accounts/me"}, "trace", object{}),
		at:   "/paths/~1accounts~1me/trace", rule: "method-unsupported",
	},
	"a path by reference": {
		edit: in([]string{"paths", "/accounts/me"}, "$ref", "#/paths/~1"),
		at:   "/paths/~1accounts~1me/$ref", rule: "path-item-ref",
	},
	"too many resources": {
		edit: func(doc object) {
			for i := range 300 {
				at(doc, "paths")[fmt.Sprintf("/r%d", i)] = object{"get": object{
					"responses": object{"200": object{"description": "OK"}}, integrationKey: at(doc, proxy...),
				}}
			}
		},
		at: "/paths", rule: "limit-resources",
	},
}
