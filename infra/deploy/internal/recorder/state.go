package recorder

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// recordedState has the form of Terraform's state, version 4.
type recordedState struct {
	Version   int                       `json:"version"`
	Resources []recordedResource        `json:"resources"`
	Outputs   map[string]recordedOutput `json:"outputs,omitempty"`
}

type recordedOutput struct {
	Value any `json:"value"`
}

type recordedResource struct {
	Mode      string             `json:"mode"`
	Type      string             `json:"type"`
	Name      string             `json:"name"`
	Instances []recordedInstance `json:"instances"`
}

type recordedInstance struct {
	IndexKey   string         `json:"index_key"`
	Attributes map[string]any `json:"attributes"`
}

func (r recorder) statePath() string {
	path, err := os.ReadFile(filepath.Join(os.Getenv("TF_DATA_DIR"), "backend"))
	if err != nil {
		panic(err)
	}
	return string(path)
}

func (r recorder) read() (map[string]map[string]any, error) { return ReadState(r.statePath()) }

// ReadState returns the attributes of the resources in the state at path, by
// address; a missing file has no resources.
func ReadState(path string) (map[string]map[string]any, error) {
	have := map[string]map[string]any{}
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return have, nil
	}
	var s recordedState
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	for _, resource := range s.Resources {
		for _, i := range resource.Instances {
			if i.Attributes == nil {
				i.Attributes = map[string]any{}
			}
			have[resource.Type+"."+i.IndexKey] = i.Attributes
		}
	}
	return have, err
}
