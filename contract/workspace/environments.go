package workspace

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// EnvironmentTemplate is the name of the file with the settings of environments that have
// no file of their own.
const EnvironmentTemplate = "template"

// EnvironmentFile is the file of an environment.
type EnvironmentFile[T any] struct {
	// Name is the environment's name, or EnvironmentTemplate.
	Name string
	// Path is the file's path.
	Path string
	// Settings are the decoded members that T has.
	Settings T
}

// ReadEnvironments reads the files of all environments of the monorepo at root, sorted by
// name.
func ReadEnvironments[T any](root string) ([]EnvironmentFile[T], error) {
	paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(Environments), "*.json"))
	if err != nil {
		return nil, err
	}
	files := make([]EnvironmentFile[T], len(paths))
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files[i].Name, files[i].Path = strings.TrimSuffix(filepath.Base(path), ".json"), path
		if err := json.Unmarshal(data, &files[i].Settings); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return files, nil
}
