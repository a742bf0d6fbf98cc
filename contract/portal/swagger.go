package portal

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path"
	"sync"

	"github.com/swaggest/swgui/v5/static"
)

// swaggerFiles are what the reference needs of Swagger UI. The page around them
// is our own: the module's has scripts in it, which our policy forbids.
var swaggerFiles = []string{"swagger-ui-bundle.js", "swagger-ui.css"}

// swaggerFile is a file as it is and as the module has it, in gzip.
type swaggerFile struct{ data, packed []byte }

// swagger reads the files, once: unpacking them takes longer than all the rest.
var swagger = sync.OnceValues(func() (map[string]swaggerFile, error) {
	files := map[string]swaggerFile{}
	for _, name := range swaggerFiles {
		packed, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			return nil, fmt.Errorf("portal: Swagger UI: %w", err)
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, fmt.Errorf("portal: Swagger UI: %s: %w", name, err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("portal: Swagger UI: %s: %w", name, err)
		}
		files[path.Join(assets, name)] = swaggerFile{data, packed}
	}
	return files, nil
})
