package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// policyDoc is an IAM policy document as aws_iam_policy_document renders it.
type policyDoc struct {
	version, id string
	statements  []*policyStatement
}

type policyStatement struct {
	sid, effect                                  string
	actions, notActions, resources, notResources []string
	principals, notPrincipals                    []principal
	conditions                                   []condition
}

type principal struct {
	kind string
	ids  []string
}

type condition struct {
	test, variable string
	values         []string
}

// oneOrMany returns a list as IAM writes it: a list of one as its element.
func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// descending returns a sorted copy, in the order of the real provider for sets of strings.
func descending(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// jsonDoc and jsonStatement have their fields in the order of the keys in the output.
type jsonDoc struct {
	Version   string           `json:",omitempty"`
	ID        string           `json:"Id,omitempty"`
	Statement []*jsonStatement `json:",omitempty"`
}

type jsonStatement struct {
	Sid          string `json:",omitempty"`
	Effect       string `json:",omitempty"`
	Action       any    `json:",omitempty"`
	NotAction    any    `json:",omitempty"`
	Resource     any    `json:",omitempty"`
	NotResource  any    `json:",omitempty"`
	Principal    any    `json:",omitempty"`
	NotPrincipal any    `json:",omitempty"`
	Condition    any    `json:",omitempty"`
}

func (d *policyDoc) json() *jsonDoc {
	out := &jsonDoc{Version: d.version, ID: d.id}
	list := func(l []string) any {
		if len(l) == 0 {
			return nil
		}
		return oneOrMany(l)
	}
	for _, s := range d.statements {
		out.Statement = append(out.Statement, &jsonStatement{
			Sid: s.sid, Effect: s.effect, Action: list(s.actions), NotAction: list(s.notActions),
			Resource: list(s.resources), NotResource: list(s.notResources),
			Principal: principalsJSON(s.principals), NotPrincipal: principalsJSON(s.notPrincipals),
			Condition: conditionsJSON(s.conditions),
		})
	}
	return out
}

func principalsJSON(ps []principal) any {
	if len(ps) == 0 {
		return nil
	}
	if len(ps) == 1 && ps[0].kind == "*" && slices.Equal(ps[0].ids, []string{"*"}) {
		return "*"
	}
	byKind := map[string][]string{}
	for _, p := range ps {
		byKind[p.kind] = append(byKind[p.kind], descending(p.ids)...)
	}
	out := map[string]any{}
	for k, ids := range byKind {
		out[k] = oneOrMany(ids)
	}
	return out
}

func conditionsJSON(cs []condition) any {
	if len(cs) == 0 {
		return nil
	}
	all := map[string]map[string][]string{}
	for _, c := range cs {
		if all[c.test] == nil {
			all[c.test] = map[string][]string{}
		}
		all[c.test][c.variable] = append(all[c.test][c.variable], c.values...)
	}
	out := map[string]map[string]any{}
	for test, vars := range all {
		out[test] = map[string]any{}
		for v, values := range vars {
			out[test][v] = oneOrMany(values)
		}
	}
	return out
}

// merge adds the statements of from. A statement replaces the one with the same Sid.
func (d *policyDoc) merge(from *policyDoc) {
	if from.id != "" {
		d.id = from.id
	}
	if from.version > d.version {
		d.version = from.version
	}
next:
	for _, s := range from.statements {
		if s.sid != "" {
			for i, o := range d.statements {
				if o.sid == s.sid {
					d.statements[i] = s
					continue next
				}
			}
		}
		d.statements = append(d.statements, s)
	}
}

// parsePolicy parses a document that another one is merged with.
func parsePolicy(text string) (*policyDoc, error) {
	var in struct {
		Version, Id string
		Statement   json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	d := &policyDoc{version: in.Version, id: in.Id}
	if len(in.Statement) == 0 {
		return d, nil
	}
	var raws []map[string]any
	if err := json.Unmarshal(in.Statement, &raws); err != nil {
		return nil, err // the real provider, too, accepts a list only
	}
	for _, raw := range raws {
		s, err := parseStatement(raw)
		if err != nil {
			return nil, err
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

func parseStatement(raw map[string]any) (*policyStatement, error) {
	s := &policyStatement{sid: asString(raw["Sid"]), effect: asString(raw["Effect"])}
	var errs []error
	list := func(v any) []string {
		l, err := parseStrings(v)
		errs = append(errs, err)
		return l
	}
	principals := func(v any) []principal {
		if _, everyone := v.(string); everyone {
			return []principal{{"*", []string{"*"}}}
		}
		var out []principal
		for _, kind := range sortedKeys(asMap(v)) {
			out = append(out, principal{kind, list(asMap(v)[kind])})
		}
		return out
	}
	s.actions, s.notActions = list(raw["Action"]), list(raw["NotAction"])
	s.resources, s.notResources = list(raw["Resource"]), list(raw["NotResource"])
	s.principals, s.notPrincipals = principals(raw["Principal"]), principals(raw["NotPrincipal"])
	tests := asMap(raw["Condition"])
	for _, test := range sortedKeys(tests) {
		variables := asMap(tests[test])
		for _, v := range sortedKeys(variables) {
			s.conditions = append(s.conditions, condition{test, v, list(variables[v])})
		}
	}
	return s, errors.Join(errs...)
}

// parseStrings returns what IAM writes as one string, one bool or a list of strings.
func parseStrings(v any) ([]string, error) {
	switch x := v.(type) {
	case string:
		return []string{x}, nil
	case bool:
		return []string{strconv.FormatBool(x)}, nil
	}
	var out []string
	for _, e := range asList(v) {
		s, ok := e.(string)
		if !ok {
			return nil, fmt.Errorf("unexpected %T in a list of strings", e)
		}
		out = append(out, s)
	}
	return out, nil
}
