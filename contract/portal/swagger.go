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

// swaggerNames are the files of Swagger UI that the reference uses. The module's
// own page is not used: it has inline scripts, which the policy forbids.
var swaggerNames = []string{"swagger-ui-bundle.js", "swagger-ui.css"}

// swaggerFile is a file of Swagger UI, plain and compressed as in the module.
type swaggerFile struct{ data, gzip []byte }

// swagger returns the files of Swagger UI. It decompresses them once, because that
// takes longer than building the rest of the portal.
var swagger = sync.OnceValues(func() (map[string]swaggerFile, error) {
	files := map[string]swaggerFile{}
	for _, name := range swaggerNames {
		compressed, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			return nil, fmt.Errorf("portal: read Swagger UI: %w", err)
		}
		r, err := gzip.NewReader(bytes.NewReader(compressed))
		if err != nil {
			return nil, fmt.Errorf("portal: decompress Swagger UI: %s: %w", name, err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("portal: decompress Swagger UI: %s: %w", name, err)
		}
		files[path.Join(assets, name)] = swaggerFile{data, compressed}
	}
	return files, nil
})
