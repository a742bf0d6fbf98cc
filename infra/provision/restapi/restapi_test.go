package restapi

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImported(t *testing.T) {
	for name, test := range map[string]struct {
		document string
		want     map[string]any
	}{
		"nothing set": {document: "{}", want: map[string]any{
			"name": "", "description": "", "disable_execute_api_endpoint": false, "api_key_source": "HEADER",
			"binary_media_types": []any(nil), "minimum_compression_size": nil, "policy": "",
		}},
		"everything set": {document: `{"info": {"title": "prod", "description": "The API"},
			"servers": [{"url": "/"}, {"x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": true}}],
			"x-amazon-apigateway-minimum-compression-size": 1400, "x-amazon-apigateway-api-key-source": "AUTHORIZER",
			"x-amazon-apigateway-binary-media-types": ["image/png"], "x-amazon-apigateway-policy": {}}`,
			want: map[string]any{
				"name": "prod", "description": "The API", "disable_execute_api_endpoint": true, "api_key_source": "AUTHORIZER",
				"binary_media_types": []any{"image/png"}, "minimum_compression_size": "1400", "policy": "{}",
			}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Imported(test.document)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(Settings, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("names (-Settings +got):\n%s", diff)
			}
		})
	}
	if _, err := Imported("{"); err == nil {
		t.Error("a document that is not JSON has no error")
	}
}
