// Package policy checks the resources in Terraform's states, whatever code created them.
package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Resource is one resource or one data source.
type Resource struct {
	// Stack is the key of the stack that has it in its state.
	Stack string
	// Address is Terraform's, such as `aws_sns_topic.alarms["us-east-1"]`.
	Address string
	// Data is true of a data source.
	Data bool
	Type string
	// Values are its arguments and the attributes that AWS added.
	Values map[string]any
}

// String returns the name of the resource for a finding.
func (r Resource) String() string { return r.Stack + " " + r.Address }

// Read parses a state as "terraform show -json" prints it. An empty state has no resources.
func Read(state []byte, stack string) ([]Resource, error) {
	var s struct {
		Values struct {
			RootModule module `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("parse the state of %s: %w", stack, err)
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
// "viewer_certificate.0.minimum_protocol_version". It returns nil if the path ends early.
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

// texts returns the strings of one string or a list, which IAM treats alike.
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
