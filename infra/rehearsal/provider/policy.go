package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
)

// An IAM policy document as aws_iam_policy_document writes it. Every list that may
// be a single string in the JSON is kept as a Go slice.
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

// oneOrMany is how IAM writes a list: alone if alone.
func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// descending sorts the way the real provider does for sets of strings.
func descending(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// The order of the fields is the order of the keys in the output.
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

// merge takes over the statements of d; one with a Sid replaces its namesake.
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

// parsePolicy reads a document that another one is merged with.
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
		return nil, err // the real provider takes a list only, too
	}
	for _, r := range raws {
		s := &policyStatement{sid: asString(r["Sid"]), effect: asString(r["Effect"])}
		var err error
		strs := func(v any) []string {
			switch x := v.(type) {
			case string:
				return []string{x}
			case bool:
				return []string{strconv.FormatBool(x)}
			case []any:
				var out []string
				for _, e := range x {
					t, ok := e.(string)
					if !ok {
						err = fmt.Errorf("unexpected %T in a list of strings", e)
					}
					out = append(out, t)
				}
				return out
			}
			return nil
		}
		who := func(v any) []principal {
			switch x := v.(type) {
			case string:
				return []principal{{"*", []string{"*"}}}
			case map[string]any:
				var out []principal
				for _, k := range sortedKeys(x) {
					out = append(out, principal{k, strs(x[k])})
				}
				return out
			}
			return nil
		}
		s.actions, s.notActions = strs(r["Action"]), strs(r["NotAction"])
		s.resources, s.notResources = strs(r["Resource"]), strs(r["NotResource"])
		s.principals, s.notPrincipals = who(r["Principal"]), who(r["NotPrincipal"])
		tests := asMap(r["Condition"])
		for _, test := range sortedKeys(tests) {
			vars := asMap(tests[test])
			for _, v := range sortedKeys(vars) {
				s.conditions = append(s.conditions, condition{test, v, strs(vars[v])})
			}
		}
		if err != nil {
			return nil, err
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

// policyDocument answers aws_iam_policy_document.
func policyDocument(conf map[string]any) (map[string]any, error) {
	merged := &policyDoc{}
	seen := map[string]bool{}
	for i, src := range asList(conf["source_policy_documents"]) {
		if src == nil {
			continue
		}
		doc, err := parsePolicy(asString(src))
		if err != nil {
			return nil, fmt.Errorf("merging source document %d: %w", i, err)
		}
		for j, s := range doc.statements {
			if s.sid != "" && seen[s.sid] {
				return nil, fmt.Errorf("merging source document %d: duplicate Sid (%s) in source_policy_documents (statement %d). Remove the Sid or ensure Sids are unique", i, s.sid, j)
			}
			seen[s.sid] = true
		}
		merged.merge(doc)
	}

	own := &policyDoc{version: "2012-10-17", id: asString(conf["policy_id"])}
	if v := asString(conf["version"]); v != "" {
		own.version = v
	}
	// &{...} stands for the ${...} of IAM, which HCL would take for its own.
	vars := func(list []string) ([]string, error) {
		out := make([]string, len(list))
		for i, s := range list {
			if own.version == "2008-10-17" && strings.Contains(s, "&{") {
				return nil, fmt.Errorf("found &{ sequence in (%s), which is not supported in document version 2008-10-17", s)
			}
			out[i] = strings.ReplaceAll(s, "&{", "${")
		}
		return out, nil
	}
	sids := map[string]bool{}
	for _, raw := range asList(conf["statement"]) {
		m := asMap(raw)
		s := &policyStatement{sid: asString(m["sid"]), effect: "Allow"}
		if e := asString(m["effect"]); e != "" {
			s.effect = e
		}
		if s.sid != "" && sids[s.sid] {
			return nil, fmt.Errorf("duplicate Sid (%s). Remove the Sid or ensure the Sid is unique", s.sid)
		}
		sids[s.sid] = true
		strs := func(v any) []string {
			var out []string
			for _, e := range asList(v) {
				out = append(out, asString(e))
			}
			return out
		}
		set := func(v any) []string { return descending(strs(v)) }
		var errs []error
		try := func(l []string, err error) []string { errs = append(errs, err); return l }
		who := func(v any) []principal {
			var out []principal
			for _, e := range asList(v) {
				p := asMap(e)
				out = append(out, principal{asString(p["type"]), try(vars(set(p["identifiers"])))})
			}
			return out
		}
		s.actions, s.notActions = set(m["actions"]), set(m["not_actions"])
		s.resources = try(vars(set(m["resources"])))
		s.notResources = try(vars(set(m["not_resources"])))
		s.principals, s.notPrincipals = who(m["principals"]), who(m["not_principals"])
		for _, e := range asList(m["condition"]) {
			c := asMap(e)
			s.conditions = append(s.conditions, condition{asString(c["test"]), asString(c["variable"]), try(vars(strs(c["values"])))})
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		own.statements = append(own.statements, s)
	}
	merged.merge(own)

	for i, over := range asList(conf["override_policy_documents"]) {
		if over == nil {
			continue
		}
		doc, err := parsePolicy(asString(over))
		if err != nil {
			return nil, fmt.Errorf("merging override document %d: %w", i, err)
		}
		merged.merge(doc)
	}

	long, err := json.MarshalIndent(merged.json(), "", "  ")
	if err != nil {
		return nil, err
	}
	short, err := json.Marshal(merged.json())
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"json":          string(long),
		"minified_json": string(short),
		"id":            strconv.FormatUint(uint64(crc32.ChecksumIEEE(long)), 10),
	}, nil
}
