package compat

import (
	"fmt"
	"testing"
)

// TestChangesOfOneMember compares documents that differ in one member, in both directions.
func TestChangesOfOneMember(t *testing.T) {
	const frame = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}%s, "paths": {"/a": {"post": {
		"operationId": "a",
		"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"%s}}],
		"requestBody": {"content": {"application/json": {"schema": {"type": "object",
			"properties": {"p": {"type": "string"%s}}}}}},
		"responses": {"200": {"description": "d",
			"headers": {"Etag": {"schema": {"type": "string"}%s}},
			"content": {"application/json": {"schema": {"type": "object",
				"properties": {"p": {"type": "string"%s}, "d": {%s"discriminator": {"propertyName": "%s",
					"mapping": {"%s": "#/components/schemas/A"}}}}}}}}}}}},
		"components": {"schemas": {"A": {"type": "object",
			"properties": {"kind": {"type": "string"}, "sort": {"type": "string"}}}}}}`
	type members struct {
		servers, parameter, request, header, response, property, value string
	}
	read := func(m members) document {
		t.Helper()
		const variants = `"oneOf": [{"$ref": "#/components/schemas/A"}], `
		if m.property == "" {
			m.property = "kind"
		}
		if m.value == "" {
			m.value = "a"
		}
		doc, err := read(source{file: "openapi.json"}, fmt.Appendf(nil, frame,
			m.servers, m.parameter, m.request, m.header, m.response, variants, m.property, m.value))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	for _, test := range []struct {
		name          string
		before, after members
		forth, back   Level
	}{
		{
			name:   "a default of a parameter",
			before: members{parameter: `, "default": "x"`}, after: members{}, forth: Breaking, back: Compatible,
		},
		{
			name:   "another default of a parameter",
			before: members{parameter: `, "default": "x"`}, after: members{parameter: `, "default": "y"`},
			forth: Breaking, back: Breaking,
		},
		{
			name:   "another default in a request",
			before: members{request: `, "default": "x"`}, after: members{request: `, "default": "y"`},
			forth: Breaking, back: Breaking,
		},
		{
			name:   "a default in a request",
			before: members{request: `, "default": "x"`}, after: members{}, forth: Breaking, back: Compatible,
		},
		{
			name:   "another default in a response",
			before: members{response: `, "default": "x"`}, after: members{response: `, "default": "y"`},
			forth: Breaking, back: Breaking,
		},
		{
			name:   "a property that is never sent",
			before: members{}, after: members{response: `, "writeOnly": true`}, forth: Breaking, back: Compatible,
		},
		{
			name:   "a header that is always sent",
			before: members{}, after: members{header: `, "required": true`}, forth: Compatible, back: Breaking,
		},
		{
			name:   "another discriminator",
			before: members{}, after: members{property: "sort"}, forth: Breaking, back: Breaking,
		},
		{
			name:   "another value of a discriminator",
			before: members{}, after: members{value: "b"}, forth: Breaking, back: Breaking,
		},
		{
			name:   "a server",
			before: members{servers: `, "servers": [{"url": "/v1"}, {"url": "/v2"}]`},
			after:  members{servers: `, "servers": [{"url": "/v2"}]`}, forth: Breaking, back: Compatible,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, c := range map[string]struct {
				from, to members
				want     Level
			}{"forth": {test.before, test.after, test.forth}, "back": {test.after, test.before, test.back}} {
				changes, err := compare(read(c.from), read(c.to))
				if err != nil {
					t.Fatal(err)
				}
				if len(changes) == 0 || changes[0].Level != c.want {
					t.Errorf("%s: got %+v, want %s", name, changes, c.want)
				}
			}
		})
	}
}
