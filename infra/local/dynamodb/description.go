package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// description is the shape of a table, from an engine or from a manifest. Its
// textual form is used to compare the two and to report a difference.
type description struct {
	name    string
	keys    []string // "name type", such as "id S"
	indexes []string // "name (keys) projection", such as "byOwner (owner S, at N) KEYS_ONLY"
}

func (d *description) String() string {
	return strings.Join(append([]string{"(" + strings.Join(d.keys, ", ") + ")"}, d.indexes...), ", ")
}

func (d *description) keyNames() []string {
	var names []string
	for _, key := range d.keys {
		names = append(names, key[:strings.LastIndexByte(key, ' ')])
	}
	return names
}

func describeDeclared(t manifest.Table) *description {
	d := &description{}
	for _, key := range schemaKeys(t.HashKey, t.RangeKey) {
		d.keys = append(d.keys, key.Name+" "+key.Type)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Indexes)) {
		i := t.Indexes[name]
		var keys []string
		for _, key := range schemaKeys(i.HashKey, i.RangeKey) {
			keys = append(keys, key.Name+" "+key.Type)
		}
		d.indexes = append(d.indexes, describeIndex(name, keys, i.Projection, i.Include))
	}
	return d
}

func describeIndex(name string, keys []string, projection string, include []string) string {
	text := fmt.Sprintf("%s (%s) %s", name, strings.Join(keys, ", "), projection)
	if len(include) > 0 {
		text += " " + strings.Join(slices.Sorted(slices.Values(include)), " ")
	}
	return text
}

// describe returns the description of a table of the engine, or nil if there is no
// such table.
func (r *region) describe(ctx context.Context, name string) (*description, error) {
	body, err := json.Marshal(map[string]string{"TableName": name})
	if err != nil {
		return nil, err
	}
	response := r.call(ctx, "DescribeTable", body)
	if response.Status == http.StatusBadRequest && bytes.Contains(response.Body, []byte("ResourceNotFoundException")) {
		return nil, nil
	}
	if err := responseError("DescribeTable", response); err != nil {
		return nil, err
	}
	return parseDescription(response.Body, "Table")
}

// parseDescription reads the member of an engine's response that describes a table.
func parseDescription(body []byte, member string) (*description, error) {
	type keySchema []struct{ AttributeName string }
	type table struct {
		TableName              string
		KeySchema              keySchema
		AttributeDefinitions   []struct{ AttributeName, AttributeType string }
		GlobalSecondaryIndexes []struct {
			IndexName  string
			KeySchema  keySchema
			Projection struct {
				ProjectionType   string
				NonKeyAttributes []string
			}
		}
	}
	var response map[string]table
	if err := json.Unmarshal(body, &response); err != nil {
		return nil, err
	}
	t := response[member]
	types := map[string]string{}
	for _, a := range t.AttributeDefinitions {
		types[a.AttributeName] = a.AttributeType
	}
	typed := func(schema keySchema) []string {
		var keys []string
		for _, key := range schema {
			keys = append(keys, key.AttributeName+" "+types[key.AttributeName])
		}
		return keys
	}
	d := &description{name: t.TableName, keys: typed(t.KeySchema)}
	for _, i := range t.GlobalSecondaryIndexes {
		p := i.Projection
		d.indexes = append(d.indexes, describeIndex(i.IndexName, typed(i.KeySchema), p.ProjectionType, p.NonKeyAttributes))
	}
	slices.Sort(d.indexes)
	return d, nil
}
