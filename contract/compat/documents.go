package compat

import (
	"encoding/json"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// Document is a specification of any origin, in JSON or YAML.
type Document struct {
	// Name identifies it in locations, such as the file's name.
	Name string
	Data []byte
}

// Documents compares two specifications of OpenAPI 3.0 that need not be of a context, with
// the rules of Run. The changes are sorted as in a Report.
func Documents(before, after Document) ([]Change, error) {
	var both [2]document
	for i, d := range []Document{before, after} {
		data, err := asJSON(d.Data)
		if err == nil {
			both[i], err = readBoth(source{file: d.Name}, d.Data, data)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	changes, err := compare(both[0], both[1])
	return Report{Changes: changes}.All(), err
}

// PrintChanges writes changes in the form of Print, without documentation.
func PrintChanges(w io.Writer, changes []Change) error {
	for _, c := range changes {
		if c.Level == None {
			continue
		}
		if err := c.print(w); err != nil {
			return err
		}
	}
	return nil
}

// asJSON returns a document in JSON.
func asJSON(data []byte) ([]byte, error) {
	if json.Valid(data) {
		return data, nil
	}
	var tree any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	return json.MarshalIndent(textKeys(tree), "", "  ")
}

// textKeys returns a YAML tree whose keys are texts, such as the statuses of responses.
func textKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = textKeys(member)
		}
	case map[any]any:
		m := map[string]any{}
		for key, member := range v {
			m[fmt.Sprint(key)] = textKeys(member)
		}
		return m
	case []any:
		for i, element := range v {
			v[i] = textKeys(element)
		}
	}
	return v
}
