package evaluate

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Prose are the names of arguments and members that people read and nothing else. Their
// values are in no list of values.
var Prose = []string{"description", "error_message", "title", "label"}

// listed is the number of instances of a resource whose values are listed. The others differ
// in their keys as a rule, and a digest stands for them.
const listed = 2

// wide is the length up to which an object or a list is on one line.
const wide = 160

// values returns what an evaluation sets, a line for each value, sorted: the arguments of
// resources, data sources and providers, the module's outputs, and its constants. With
// affected, it returns only the lines of these addresses.
func (k *known) values(m *Module, affected map[string]bool) ([]string, error) {
	var lines []string
	for address, instances := range k.arguments {
		if affected != nil && !affected[address] {
			continue
		}
		keys := sorted(instances)
		lines = append(lines, address+" = "+strings.Join(keys, ""))
		for _, key := range keys[:min(len(keys), listed)] {
			if err := flatten(&lines, address+key, instances[key]); err != nil {
				return nil, err
			}
		}
		if len(keys) > listed {
			var others []string
			for _, key := range keys[listed:] {
				if err := flatten(&others, key, instances[key]); err != nil {
					return nil, err
				}
			}
			lines = append(lines, fmt.Sprintf("%s others = %d values, %.4x", address, len(others), sha256.Sum256([]byte(strings.Join(others, "\n")))))
		}
	}
	for address, o := range k.kept {
		kind, name, _ := strings.Cut(address, ".")
		constant := kind == "local" && m.locals[name] != nil && len(m.locals[name].Variables()) == 0
		if kind != "output" && kind != "provider" && !constant || affected != nil && !affected[address] || o.err != nil {
			continue
		}
		if err := flatten(&lines, address, o.value); err != nil {
			return nil, err
		}
	}
	slices.Sort(lines)
	return lines, nil
}

// flatten adds a line for each value inside v that is neither null nor an empty list. Text that is JSON is
// flattened too.
func flatten(lines *[]string, path string, v cty.Value) error {
	if v.IsNull() {
		return nil
	}
	data, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var plain any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&plain); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	flattenJSON(lines, path, plain)
	return nil
}

// flattenJSON adds what fits a line as one value.
func flattenJSON(lines *[]string, path string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		maps.DeleteFunc(v, func(key string, v any) bool { return v == nil || slices.Contains(Prose, key) })
		if line := compact(v); len(line) <= wide && len(v) > 0 {
			*lines = append(*lines, path+" = "+line)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			flattenJSON(lines, path+"."+key, v[key])
		}
	case []any:
		if len(v) == 0 { // no list and no block are the same
			return
		}
		if line := compact(v); len(line) <= wide {
			*lines = append(*lines, path+" = "+line)
			return
		}
		for i, element := range v {
			flattenJSON(lines, fmt.Sprintf("%s[%d]", path, i), element)
		}
	case string:
		var inner any
		decoder := json.NewDecoder(strings.NewReader(v))
		decoder.UseNumber()
		if strings.HasPrefix(v, "{") && decoder.Decode(&inner) == nil {
			flattenJSON(lines, path+" →", inner)
			return
		}
		*lines = append(*lines, path+" = "+compact(v))
	default:
		*lines = append(*lines, fmt.Sprintf("%s = %v", path, v))
	}
}

// compact returns v as JSON in one line, without nulls, empty lists and prose.
func compact(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(without(v)); err != nil {
		panic(err) // v was decoded from JSON
	}
	return strings.TrimSpace(b.String())
}

// without returns a copy of v without the members of objects that are null, empty lists or
// prose.
func without(v any) any {
	switch v := v.(type) {
	case map[string]any:
		left := map[string]any{}
		for key, value := range v {
			if list, ok := value.([]any); value != nil && !(ok && len(list) == 0) && !slices.Contains(Prose, key) {
				left[key] = without(value)
			}
		}
		return left
	case []any:
		left := make([]any, len(v))
		for i := range v {
			left[i] = without(v[i])
		}
		return left
	}
	return v
}

// group writes lines with the same object below a line with its address.
func group(lines []string) []string {
	var grouped []string
	last := ""
	for _, line := range lines {
		path, value, _ := strings.Cut(line, " = ")
		address, rest := splitAddress(path)
		if rest == "" {
			grouped = append(grouped, address+" = "+value)
			last = address
			continue
		}
		if address != last {
			grouped = append(grouped, address)
			last = address
		}
		grouped = append(grouped, "  "+rest+" = "+value)
	}
	return grouped
}

// splitAddress splits a path after the address of an instance, such as
// module.state["replica"].aws_s3_bucket.bucket, data.aws_x.y[0] or output.z.
func splitAddress(path string) (address, rest string) {
	steps := 2
	for at := 0; steps > 0; {
		end := len(path)
		quoted := false
		for i := at; i < len(path); i++ {
			if path[i] == '"' {
				quoted = !quoted
			}
			if !quoted && (path[i] == '.' || path[i] == ' ') {
				end = i
				break
			}
		}
		switch step := path[at:end]; {
		case step == "data", step == "module":
			steps++
		}
		steps--
		if steps == 0 && strings.HasPrefix(path, "module.") && strings.Count(path[:end], ".") == 1 {
			steps = 2
		}
		if steps == 0 || end == len(path) {
			return path[:end], strings.TrimPrefix(path[end:], ".")
		}
		at = end + 1
	}
	return path, ""
}
