package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPolicyDocument(t *testing.T) {
	for _, test := range []struct {
		name string
		conf map[string]any
		want string
	}{{
		name: "lists are sets, in descending order, except the values of conditions",
		conf: map[string]any{"statement": []any{map[string]any{
			"sid": "One", "actions": []any{"s3:Get*", "s3:List*"}, "resources": []any{"arn:aws:s3:::b/&{aws:username}"},
			"condition": []any{map[string]any{"test": "StringEquals", "variable": "aws:a", "values": []any{"z", "y"}}},
		}}},
		want: `{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Action":["s3:List*","s3:Get*"],` +
			`"Resource":"arn:aws:s3:::b/${aws:username}","Condition":{"StringEquals":{"aws:a":["z","y"]}}}]}`,
	}, {
		name: "everyone",
		conf: map[string]any{"statement": []any{map[string]any{
			"effect": "Deny", "not_actions": []any{"iam:*"}, "resources": []any{"*"},
			"principals": []any{map[string]any{"type": "*", "identifiers": []any{"*"}}},
		}}},
		want: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Principal":"*"}]}`,
	}, {
		name: "principals of two kinds",
		conf: map[string]any{"statement": []any{map[string]any{"actions": []any{"sts:AssumeRole"}, "principals": []any{
			map[string]any{"type": "Service", "identifiers": []any{"lambda.amazonaws.com"}},
			map[string]any{"type": "AWS", "identifiers": []any{"a", "b"}},
		}}}},
		want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
			`"Principal":{"AWS":["b","a"],"Service":"lambda.amazonaws.com"}}]}`,
	}, {
		name: "sources come first, and an override replaces the statement with its Sid",
		conf: map[string]any{
			"source_policy_documents": []any{
				`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"a:*","Resource":"*"}]}`,
			},
			"statement": []any{map[string]any{"sid": "B", "actions": []any{"b:*"}}},
			"override_policy_documents": []any{
				`{"Statement":[{"Sid":"A","Effect":"Deny","Action":["a:x","a:y"],"Resource":"*"}]}`,
			},
		},
		want: `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":["a:x","a:y"],"Resource":"*"},` +
			`{"Sid":"B","Effect":"Allow","Action":"b:*"}]}`,
	}} {
		t.Run(test.name, func(t *testing.T) {
			out, err := policyDocument(test.conf)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, out["minified_json"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			long, _ := out["json"].(string)
			if !strings.HasPrefix(long, "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"") {
				t.Errorf("json is not indented: %s", long)
			}
		})
	}
}

func TestPolicyDocumentErrors(t *testing.T) {
	twice := `{"Statement":[{"Sid":"A","Effect":"Allow","Action":"a:*","Resource":"*"},
		{"Sid":"A","Effect":"Deny","Action":"a:*","Resource":"*"}]}`
	for _, test := range []struct {
		name string
		conf map[string]any
		want string
	}{
		{"duplicate Sid", map[string]any{"statement": []any{map[string]any{"sid": "A"}, map[string]any{"sid": "A"}}},
			"duplicate Sid (A)"},
		{"duplicate Sid in a source", map[string]any{"source_policy_documents": []any{twice}},
			"merging source document 0: duplicate Sid (A)"},
		{"source that is not JSON", map[string]any{"source_policy_documents": []any{"{"}}, "merging source document 0: "},
		{"override with numbers", map[string]any{"override_policy_documents": []any{`{"Statement":[{"Action":[1]}]}`}},
			"unexpected float64"},
		{"variables in the old version", map[string]any{
			"version": "2008-10-17", "statement": []any{map[string]any{"resources": []any{"&{aws:username}"}}},
		}, "not supported in document version 2008-10-17"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := policyDocument(test.conf); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
