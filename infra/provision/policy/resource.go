// Package policy checks what Terraform has made, as data: the resources of its
// states, whatever code they came from.
package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Resource is one resource, or one look-up of another's.
type Resource struct {
	// Stack is the key of the stack whose state it is in.
	Stack string
	// Address is Terraform's, such as `aws_sns_topic.alarms["us-east-1"]`.
	Address string
	// Data is true of a look-up.
	Data bool
	Type string
	// Values are its arguments and what AWS has added.
	Values map[string]any
}

// String names the resource in a finding.
func (r Resource) String() string { return r.Stack + " " + r.Address }

// Read reads a state as "terraform show -json" prints it. An empty state has no resources.
func Read(state []byte, stack string) ([]Resource, error) {
	var s struct {
		Values struct {
			RootModule module `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("the state of %s: %w", stack, err)
	}
	return s.Values.RootModule.resources(stack), nil
}

type module struct {
	Resources []struct {
		Address string         `json:"address"`
		Mode    string         `json:"mode"`
		Type    string         `json:"type"`
		Values  map[string]any `json:"values"`
	} `json:"resources"`
	ChildModules []module `json:"child_modules"`
}

func (m module) resources(stack string) []Resource {
	var list []Resource
	for _, r := range m.Resources {
		list = append(list, Resource{Stack: stack, Address: r.Address, Data: r.Mode == "data", Type: r.Type, Values: r.Values})
	}
	for _, c := range m.ChildModules {
		list = append(list, c.resources(stack)...)
	}
	return list
}

// get follows a path of member names and list indexes, such as
// "viewer_certificate.0.minimum_protocol_version"; nil is what is not there.
func get(v any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (r Resource) text(path string) string { s, _ := get(r.Values, path).(string); return s }

func (r Resource) is(path string) bool { b, _ := get(r.Values, path).(bool); return b }

func (r Resource) number(path string) float64 { n, _ := get(r.Values, path).(float64); return n }

func (r Resource) list(path string) []any { l, _ := get(r.Values, path).([]any); return l }

// texts is one string or a list of strings, as IAM takes either.
func texts(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var list []string
	for _, e := range asList(v) {
		if s, ok := e.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

func asList(v any) []any {
	switch x := v.(type) {
	case []any:
		return x
	case nil:
		return nil
	}
	return []any{v}
}
