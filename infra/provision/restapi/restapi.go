// Package restapi contains what an import of a document does to a REST API, as
// Terraform's AWS provider shows the API: PutRestApi in the mode overwrite.
package restapi

import (
	"encoding/json"
	"fmt"
)

// The types of the resources.
const (
	Type       = "aws_api_gateway_rest_api"
	ImportType = "aws_api_gateway_rest_api_put"
)

// Settings are the attributes of Type that an import overwrites: it resets those that
// the document does not have. The provider's resourceRestAPICreate lists them, and
// sets them again after an import of its own. disable_execute_api_endpoint is a part
// of the endpoint configuration. The endpoint's type is not one of them.
var Settings = []string{
	"api_key_source", "binary_media_types", "description", "disable_execute_api_endpoint",
	"minimum_compression_size", "name", "policy",
}

// Imported returns the Settings of an API after the import of a document.
func Imported(document string) (map[string]any, error) {
	var doc struct {
		Info    struct{ Title, Description string }
		Servers []struct {
			Endpoint struct{ DisableExecuteAPIEndpoint bool } `json:"x-amazon-apigateway-endpoint-configuration"`
		}
		Compression *json.Number    `json:"x-amazon-apigateway-minimum-compression-size"`
		KeySource   string          `json:"x-amazon-apigateway-api-key-source"`
		BinaryTypes []any           `json:"x-amazon-apigateway-binary-media-types"`
		Policy      json.RawMessage `json:"x-amazon-apigateway-policy"`
	}
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	settings := map[string]any{
		"name": doc.Info.Title, "description": doc.Info.Description, "disable_execute_api_endpoint": false,
		"api_key_source": "HEADER", "binary_media_types": doc.BinaryTypes, "minimum_compression_size": nil,
		"policy": string(doc.Policy),
	}
	if doc.Compression != nil {
		settings["minimum_compression_size"] = doc.Compression.String()
	}
	if doc.KeySource != "" {
		settings["api_key_source"] = doc.KeySource
	}
	for _, server := range doc.Servers {
		if server.Endpoint.DisableExecuteAPIEndpoint {
			settings["disable_execute_api_endpoint"] = true
		}
	}
	return settings, nil
}
