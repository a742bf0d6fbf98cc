package deployable

import (
	"encoding/json"
	"fmt"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/canonical"
)

// WithSettings returns a deployable document with every setting of the API. The
// document of a release from before they were in the document lacks them, and its
// import would rename the API and enable its default endpoint. The digest stays the
// document's own.
func WithSettings(document []byte) ([]byte, error) {
	var doc object
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("the deployable document: %w", err)
	}
	info, _ := doc["info"].(object)
	if info["title"] == NamePlaceholder {
		return document, nil
	}
	doc["info"] = object{"title": NamePlaceholder, "description": info["title"], "version": info["version"]}
	doc["servers"] = defaultEndpoint
	doc[apigateway.MinimumCompressionSizeExtension] = Options{}.withDefaults().CompressFromBytes
	return canonical.JSON(doc)
}
