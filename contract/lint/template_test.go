package lint

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/lint/linttest"
)

// modelsOf begins the address of the models of an API that exists.
const modelsOf = "https://apigateway.amazonaws.com/restapis/"

// uriPointer is the integration's uri in the document of linttest.
const uriPointer = "/paths/~1things~1{thingId}/get/x-amazon-apigateway-integration/uri"

func TestTemplate(t *testing.T) {
	const uri = `uri: "arn:${AWS::Partition}:apigateway:eu-west-1:lambda:path/2015-03-31/functions/` +
		`arn:aws:lambda:eu-west-1:111122223333:function:f/invocations"`
	const sub = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
	tests := map[string]struct {
		edits []string
		want  string // with Template
	}{
		"Fn::Sub":                       {edits: []string{uri, "uri: {Fn::Sub: '" + sub + "'}"}},
		"Fn::Sub with variables":        {edits: []string{uri, "uri: {Fn::Sub: ['" + sub + "', {A: b}]}"}},
		"!Sub":                          {edits: []string{uri, "uri: !Sub '" + sub + "'"}},
		"!Sub with variables":           {edits: []string{uri, "uri: !Sub ['" + sub + "', {A: b}]"}},
		"Fn::Join":                      {edits: []string{uri, "uri: {Fn::Join: ['', ['arn:', {Ref: X}, ':a']]}"}},
		"Fn::GetAtt":                    {edits: []string{uri, "uri: !GetAtt F.Arn"}},
		"an unknown function":           {edits: []string{uri, "uri: {Fn::ImportValue: a}"}},
		"a variable of Terraform":       {edits: []string{uri, `uri: "${lambda_uri}"`}},
		"a number":                      {edits: []string{"timeoutInMillis: 29000", `timeoutInMillis: "${timeout}"`}},
		"a condition":                   {edits: []string{"security: []", "security: {Fn::If: [A, [], []]}"}},
		"a file that is included":       {edits: []string{"#PATHS", "Fn::Transform: {Name: 'AWS::Include'}"}},
		"a path":                        {edits: []string{"#PATHS", `"/${stage}/a": ` + mockGet("a")}},
		"a model of an API that exists": {edits: []string{"#PROPERTY", "a: {$ref: '" + modelsOf + "${A}/models/M'}"}},
		"lines with directives":         {edits: []string{"#ROOT", "\n%{ if x }\nx-a: 1\n%{ endif }"}},
		"a variable of Jinja":           {edits: []string{uri, "uri: {{ lambda_uri }}"}},
		"a variable in a text":          {edits: []string{uri, `uri: "arn:aws:apigateway:{{ region }}:lambda:path/f"`}},
		"a place to fill in":            {edits: []string{uri, "uri: arn:aws:apigateway:<<region>>:lambda:path/f"}},
		"lines with tags of Jinja":      {edits: []string{"#ROOT", "\n{% if x %}\nx-a: 1\n{% endif %}"}},
		"lines with actions of Go":      {edits: []string{"#ROOT", "\n{{ if .x }}\nx-a: 1\n{{- end }}"}},
		"a stage variable of Terraform": {edits: []string{"function:f/", "function:$${stageVariables.f}/"}},
		// What remains is known now.
		"Fn::Sub with AWS variables only": {
			edits: []string{uri, "uri: {Fn::Sub: 'arn:${AWS::Partition}:lambda:f'}"},
			want:  "error " + uriPointer + " integration",
		},
		"a stage variable": {
			edits: []string{uri, `uri: "${stageVariables.uri}"`},
			want:  "error " + uriPointer + " integration",
		},
		"a fault beside a placeholder": {
			edits: []string{uri, `uri: "${uri}", contentHandling: TO_TEXT`},
			want:  "error " + strings.TrimSuffix(uriPointer, "uri") + "contentHandling integration",
		},
		// SAM adds the integration of the function whose event names the operation.
		"an operation without integration": {
			edits: []string{"#PATHS", "/a: {get: {security: [], responses: {}}}"},
			want:  "warning /paths/~1a/get integration-missing",
		},
		// SAM needs paths, and an object for each.
		"no paths":              {edits: []string{"paths:", "x-paths:"}, want: "error  missing-member"},
		"a path without object": {edits: []string{"#PATHS", "/a:"}, want: "error /paths/~1a wrong-type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			checkFindings(t, linttest.Document(false, test.edits...), Options{Mode: Import, Template: true}, test.want)
		})
	}
}

// TestTemplateInJSON reads placeholders outside of strings, which are no JSON.
func TestTemplateInJSON(t *testing.T) {
	const text = `{"openapi": "3.0.1", "info": {"title": "a \"${b}\"", "version": ${jsonencode({a = "b"})},
			"x-b": {{ b }}},
		"x-amazon-apigateway-policy": ${policy},
		"x-amazon-apigateway-minimum-compression-size": -1, "paths": {}}`
	checkFindings(t, text, Options{Mode: Import, Template: true},
		"error /x-amazon-apigateway-minimum-compression-size extension-value")
	if _, err := Read("d.json", []byte(text), Options{Mode: Import}); err == nil {
		t.Error("without Template the text is read")
	}
}

func TestOwnModel(t *testing.T) {
	text := linttest.Document(false, "#PROPERTY", "a: {$ref: '"+modelsOf+"a1b2c3/models/M'}")
	checkFindings(t, text, Options{Mode: Import}, "")
	checkFindings(t, text, Options{Mode: Import, Subset: &Subset{}},
		"error /components/schemas/Thing/properties/a/$ref unsupported")
}
