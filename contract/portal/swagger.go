package portal

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"

	"github.com/swaggest/swgui/v5/static"
)

// swaggerFiles are what the reference needs of Swagger UI. The page around them
// is our own: the module's has scripts in it, which our policy forbids.
var swaggerFiles = []string{"swagger-ui-bundle.js", "swagger-ui.css"}

// unpacked are the files, out of gzip once.
var unpacked = sync.OnceValues(func() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range swaggerFiles {
		packed, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			return nil, err
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		if files[name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func swaggerFile(name string) ([]byte, error) {
	files, err := unpacked()
	return files[name], err
}
