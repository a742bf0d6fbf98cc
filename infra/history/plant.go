package history

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// plant is a fault that is planted into the product for a test of the checker: a change of
// its sources that breaks a promise.
type plant struct {
	name  string
	edits []edit
}

// edit replaces text in a file below the monorepo's root. The text occurs once.
type edit struct{ file, from, to string }

// sources returns the changed files by path.
func (p plant) sources(root string) (map[string][]byte, error) {
	sources := map[string][]byte{}
	for _, e := range p.edits {
		path := filepath.Join(root, filepath.FromSlash(e.file))
		source, ok := sources[path]
		if !ok {
			var err error
			if source, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		if n := bytes.Count(source, []byte(e.from)); n != 1 {
			return nil, fmt.Errorf("history: plant %s: %s has the text %q %d times: change the edit with the source", p.name, e.file, e.from, n)
		}
		sources[path] = bytes.Replace(source, []byte(e.from), []byte(e.to), 1)
	}
	return sources, nil
}
