package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// recordedDocument makes the document of a recording's API. Its section is either
// JSON, an OpenAPI document that may leave out what says nothing, or one line
// "METHOD PATH" for each method. Missing are filled in: version, info, responses,
// the declaration of path parameters, the integration with the one function, and
// the user pool of the security scheme "cognito". ANY stands for every method
// that the path does not have itself.
func recordedDocument(t *testing.T, text string) []byte {
	doc := make(object)
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
	} else {
		doc["paths"] = routesOf(text)
	}
	doc["openapi"] = "3.0.3"
	doc["info"] = object{"title": "Recorded", "version": "1"}
	for path, item := range doc["paths"].(object) {
		item := item.(object)
		anyMethod(item)
		for method, op := range item {
			complete(path, method, op.(object))
		}
	}
	if strings.Contains(text, `"cognito"`) {
		addPool(doc)
	}
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func routesOf(text string) object {
	paths := make(object)
	for line := range strings.Lines(text) {
		method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		if paths[path] == nil {
			paths[path] = make(object)
		}
		paths[path].(object)[strings.ToLower(method)] = make(object)
	}
	return paths
}

func anyMethod(item object) {
	op, ok := item["any"]
	if !ok {
		return
	}
	delete(item, "any")
	for _, method := range []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead,
		http.MethodOptions,
	} {
		method = strings.ToLower(method)
		if item[method] == nil {
			copied := make(object)
			for name, value := range op.(object) {
				copied[name] = value
			}
			item[method] = copied
		}
	}
}

const recordedFunction = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" +
	"arn:aws:lambda:eu-west-1:123456789012:function:recorded/invocations"

func complete(path, method string, op object) {
	if op["responses"] == nil {
		op["responses"] = object{"200": object{"description": "OK"}}
	}
	integration, ok := op["x-amazon-apigateway-integration"].(object)
	if !ok {
		integration = object{"type": "aws_proxy"}
		op["x-amazon-apigateway-integration"] = integration
	}
	if integration["type"] == "aws_proxy" {
		integration["httpMethod"], integration["uri"] = http.MethodPost, recordedFunction
	}
	parameters, _ := op["parameters"].([]any)
	declared := make(map[any]bool)
	for _, p := range parameters {
		declared[p.(object)["name"]] = true
	}
	for segment := range strings.SplitSeq(path, "/") {
		name := strings.TrimSuffix(strings.Trim(segment, "{}"), "+")
		if strings.HasPrefix(segment, "{") && !declared[name] {
			parameters = append(parameters, object{
				"name": name, "in": "path", "required": true, "schema": object{"type": "string"},
			})
		}
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
}

// addPool adds the security scheme "cognito", a pool whose tokens the
// placeholders of a recording's request make.
func addPool(doc object) {
	components, ok := doc["components"].(object)
	if !ok {
		components = make(object)
		doc["components"] = components
	}
	components["securitySchemes"] = object{"cognito": object{
		"type": "apiKey", "name": "Authorization", "in": "header",
		"x-amazon-apigateway-authtype": "cognito_user_pools",
		"x-amazon-apigateway-authorizer": object{
			"type": "cognito_user_pools", "providerARNs": []any{shared().ARN()},
		},
	}}
}
