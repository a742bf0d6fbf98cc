package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// policyDocument returns the results of the data source aws_iam_policy_document: its
// statements, merged over source_policy_documents and under override_policy_documents.
func policyDocument(conf map[string]any) (map[string]any, error) {
	merged := &policyDoc{}
	if err := mergeSources(merged, asList(conf["source_policy_documents"])); err != nil {
		return nil, err
	}
	own, err := configuredPolicy(conf)
	if err != nil {
		return nil, err
	}
	merged.merge(own)
	for i, override := range asList(conf["override_policy_documents"]) {
		if override == nil {
			continue
		}
		doc, err := parsePolicy(asString(override))
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

// mergeSources merges documents in which each Sid must be unique.
func mergeSources(into *policyDoc, sources []any) error {
	seen := map[string]bool{}
	for i, source := range sources {
		if source == nil {
			continue
		}
		doc, err := parsePolicy(asString(source))
		if err != nil {
			return fmt.Errorf("merging source document %d: %w", i, err)
		}
		for j, s := range doc.statements {
			if s.sid != "" && seen[s.sid] {
				return fmt.Errorf("merging source document %d: duplicate Sid (%s) in source_policy_documents (statement %d). Remove the Sid or ensure Sids are unique", i, s.sid, j)
			}
			seen[s.sid] = true
		}
		into.merge(doc)
	}
	return nil
}

// configuredPolicy returns the document of the configuration's own statement blocks.
func configuredPolicy(conf map[string]any) (*policyDoc, error) {
	doc := &policyDoc{version: "2012-10-17", id: asString(conf["policy_id"])}
	if v := asString(conf["version"]); v != "" {
		doc.version = v
	}
	sids := map[string]bool{}
	for _, raw := range asList(conf["statement"]) {
		s, err := configuredStatement(asMap(raw), doc.version)
		if err != nil {
			return nil, err
		}
		if s.sid != "" && sids[s.sid] {
			return nil, fmt.Errorf("duplicate Sid (%s). Remove the Sid or ensure the Sid is unique", s.sid)
		}
		sids[s.sid] = true
		doc.statements = append(doc.statements, s)
	}
	return doc, nil
}

// configuredStatement returns one statement block. Its lists are sets, except for the
// values of conditions.
func configuredStatement(m map[string]any, version string) (*policyStatement, error) {
	s := &policyStatement{sid: asString(m["sid"]), effect: "Allow"}
	if e := asString(m["effect"]); e != "" {
		s.effect = e
	}
	set := func(v any) []string { return descending(stringsOf(v)) }
	var errs []error
	substituted := func(list []string) []string {
		out, err := substitute(list, version)
		errs = append(errs, err)
		return out
	}
	principals := func(v any) []principal {
		var out []principal
		for _, e := range asList(v) {
			p := asMap(e)
			out = append(out, principal{asString(p["type"]), substituted(set(p["identifiers"]))})
		}
		return out
	}
	s.actions, s.notActions = set(m["actions"]), set(m["not_actions"])
	s.resources, s.notResources = substituted(set(m["resources"])), substituted(set(m["not_resources"]))
	s.principals, s.notPrincipals = principals(m["principals"]), principals(m["not_principals"])
	for _, e := range asList(m["condition"]) {
		c := asMap(e)
		s.conditions = append(s.conditions, condition{asString(c["test"]), asString(c["variable"]), substituted(stringsOf(c["values"]))})
	}
	return s, errors.Join(errs...)
}

// substitute replaces &{ by ${: HCL would interpolate the variables of IAM, ${...}, so
// configurations write &{...}.
func substitute(list []string, version string) ([]string, error) {
	out := make([]string, len(list))
	for i, s := range list {
		if version == "2008-10-17" && strings.Contains(s, "&{") {
			return nil, fmt.Errorf("found &{ sequence in (%s), which is not supported in document version 2008-10-17", s)
		}
		out[i] = strings.ReplaceAll(s, "&{", "${")
	}
	return out, nil
}

func stringsOf(v any) []string {
	var out []string
	for _, e := range asList(v) {
		out = append(out, asString(e))
	}
	return out
}
