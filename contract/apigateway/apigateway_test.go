package apigateway

import (
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkReports compares what a predicate reports for each text with the wanted value.
func checkReports(t *testing.T, name string, predicate func(string) bool, want map[string]bool) {
	t.Helper()
	for _, text := range slices.Sorted(maps.Keys(want)) {
		if got := predicate(text); got != want[text] {
			t.Errorf("%s(%q) = %t, want %t", name, text, got, want[text])
		}
	}
}

func TestPredicates(t *testing.T) {
	t.Run("OpenAPI versions", func(t *testing.T) {
		checkReports(t, "IsOpenAPIVersion", IsOpenAPIVersion, map[string]bool{
			"3.0.0": true, "3.0.10": true, "3.0": false, "3.0.x": false, "3.1.0": false, "13.0.1": false, "3.0.1 ": false,
		})
	})
	t.Run("status codes", func(t *testing.T) {
		checkReports(t, "IsStatusCode", IsStatusCode, map[string]bool{
			"100": true, "204": true, "599": true, "600": false, "099": false, "2000": false, "4XX": false, "default": false,
		})
	})
	t.Run("literal segments", func(t *testing.T) {
		checkReports(t, "IsLiteral", IsLiteral, map[string]bool{
			"a": true, "a-b_c.d,e:f": true, "Z09": true,
			"": false, "a b": false, "{a}": false, "a~": false, "a*": false, "a$": false,
		})
	})
	t.Run("reserved paths", func(t *testing.T) {
		checkReports(t, "IsReserved", IsReserved, map[string]bool{
			"/ping": true, "/sping": true, "/a/ping": false, "/ping/a": false, "/pings": false,
		})
	})
	t.Run("model names", func(t *testing.T) {
		checkReports(t, "IsModelName", IsModelName, map[string]bool{
			"Thing2": true, "": false, "Thing_2": false, "Ä": false, "a b": false,
		})
	})
	t.Run("model keywords", func(t *testing.T) {
		checkReports(t, "IsModelKeyword", IsModelKeyword, map[string]bool{
			"type": true, "allOf": true, "nullable": false, "xml": false, "x-order": false, "example": false,
		})
	})
	t.Run("formats of numbers", func(t *testing.T) {
		checkReports(t, "IsNumberFormat", IsNumberFormat, map[string]bool{
			"": true, "double": true, "float": true, "int32": false, "int64": false,
		})
	})
	t.Run("parameter names", func(t *testing.T) {
		checkReports(t, "IsParameterName", IsParameterName, map[string]bool{
			"filter.a": true, "a$b:c_d-e": true, "": false, "filter[a]": false, "a b": false, "a,b": false,
		})
	})
	t.Run("parameter locations", func(t *testing.T) {
		checkReports(t, "IsParameterLocation", IsParameterLocation, map[string]bool{
			"path": true, "query": true, "header": true, "cookie": false, "body": false, "": false,
		})
	})
	t.Run("parameter members", func(t *testing.T) {
		checkReports(t, "IsParameterMember", IsParameterMember, map[string]bool{
			"name": true, "in": true, "required": true, "description": true, "schema": true, "style": false, "example": false,
		})
		checkReports(t, "IsParameterSchemaMember", IsParameterSchemaMember, map[string]bool{
			"type": true, "items": true, "maxLength": false,
		})
	})
	t.Run("extensions of HTTP APIs", func(t *testing.T) {
		checkReports(t, "IsHTTPAPIExtension", IsHTTPAPIExtension, map[string]bool{
			"x-amazon-apigateway-cors": true, "x-amazon-apigateway-integrations": true, IntegrationExtension: false,
		})
	})
	t.Run("URIs of HTTP integrations", func(t *testing.T) {
		checkReports(t, "IsHTTPURI", IsHTTPURI, map[string]bool{
			"https://example.org": true, "HTTP://a": true, "https://${stageVariables.host}/a": true,
			"${stageVariables.host}/a": false, "https://": false, "example.org": false, "ftp://a": false,
		})
	})
	t.Run("request mappings", func(t *testing.T) {
		checkReports(t, "IsRequestMapping", IsRequestMapping, map[string]bool{
			"'a'": true, "''": true, "method.request.body": true, "context.requestId": true, "stageVariables.a": true,
			"'": false, "a": false, "'a": false, "a'": false, "integration.response.header.A": false,
		})
	})
	t.Run("response mappings", func(t *testing.T) {
		checkReports(t, "IsResponseMapping", IsResponseMapping, map[string]bool{
			"'*'": true, "integration.response.header.A": true, "context.requestId": true,
			"*": false, "method.request.path.a": false,
		})
	})
}

func TestHeaders(t *testing.T) {
	tests := map[string]struct {
		header                              string
		dropsRequest, remaps, dropsResponse bool
	}{
		"passes":                 {header: "if-match"},
		"belongs to one hop":     {header: "connection", dropsRequest: true, remaps: true},
		"never returns":          {header: "Via", dropsResponse: true},
		"upgrades":               {header: "UPGRADE", dropsRequest: true, dropsResponse: true},
		"authorizes":             {header: "Authorization", remaps: true},
		"challenges":             {header: "www-authenticate", dropsRequest: true, remaps: true},
		"states the length":      {header: "Content-Length", dropsRequest: true, remaps: true},
		"identifies the request": {header: "x-amzn-requestid", remaps: true},
		"names the host":         {header: "Host", dropsResponse: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := []bool{
				DropsRequestHeader(test.header), RemapsResponseHeader(test.header), DropsResponseHeader(test.header),
			}
			want := []bool{test.dropsRequest, test.remaps, test.dropsResponse}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (drops request, remaps, drops response):\n%s", test.header, diff)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	tests := map[string]struct {
		path string
		want []Variable
	}{
		"the root":          {path: "/"},
		"literals only":     {path: "/a/b"},
		"in order":          {path: "/a/{x}/b/{y.z}", want: []Variable{{Name: "x"}, {Name: "y.z"}}},
		"greedy":            {path: "/{proxy+}/", want: []Variable{{Name: "proxy", Greedy: true}}},
		"part of a segment": {path: "/a{x}/{}/{+}/{a b}/{a,b}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Variables(test.path)); diff != "" {
				t.Errorf("Variables(%q):\n%s", test.path, diff)
			}
		})
	}
}

func TestModelName(t *testing.T) {
	for component, want := range map[string]string{
		"Thing2": "Thing2", "a_B-9.Z": "aB9Z", "__": "", "Größe": "Gre", "azAZ09": "azAZ09", "@[`{/:": "",
	} {
		if got := ModelName(component); got != want {
			t.Errorf("ModelName(%q) = %q, want %q", component, got, want)
		}
	}
}

func TestIntegrationService(t *testing.T) {
	tests := map[string]struct{ uri, want string }{
		"a function": {
			uri:  FunctionURI("arn:aws:lambda:eu-west-1:111122223333:function:f"),
			want: "lambda",
		},
		"a queue":            {uri: "arn:aws-cn:apigateway:cn-north-1:sqs:path/111122223333/queue", want: "sqs"},
		"an action":          {uri: "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", want: "dynamodb"},
		"a function's ARN":   {uri: "arn:aws:lambda:eu-west-1:111122223333:function:f"},
		"an unknown pseudo":  {uri: "arn:aws:apigateway:${AWS::Home}:sqs:path/a"},
		"nothing at the end": {uri: "arn:aws:apigateway:eu-west-1:sqs:path/"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, ok := IntegrationService(test.uri); got != test.want || ok != (test.want != "") {
				t.Errorf("IntegrationService(%q) = %q, %t, want %q", test.uri, got, ok, test.want)
			}
		})
	}
}

func TestParseFunctionURI(t *testing.T) {
	const (
		prefix   = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
		function = "arn:aws:lambda:us-east-1:111122223333:function:"
	)
	f := Function{Partition: "aws", Region: "eu-west-1", FunctionPartition: "aws", FunctionRegion: "us-east-1",
		Account: "111122223333", Name: "dev-f_1", Qualifier: "live"}
	unqualified := f
	unqualified.Qualifier = ""
	tests := map[string]struct {
		uri  string
		want Function
	}{
		"an alias":       {uri: prefix + function + "dev-f_1:live/invocations", want: f},
		"no qualifier":   {uri: prefix + function + "dev-f_1/invocations", want: unqualified},
		"a variable":     {uri: FunctionURI("arn:aws:lambda:us-east-1:111122223333:function:f")},
		"no name":        {uri: prefix + function + "/invocations"},
		"no invocations": {uri: prefix + function + "f"},
		"a long name": {
			uri: prefix + function + strings.Repeat("f", 65) + "/invocations",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseFunctionURI(test.uri)
			if diff := cmp.Diff(test.want, got); diff != "" || ok != (test.want.Name != "") {
				t.Errorf("ParseFunctionURI(%q), %t:\n%s", test.uri, ok, diff)
			}
		})
	}
}

func TestPoolPartition(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a":                       "aws",
		"arn:aws-us-gov:cognito-idp:us-gov-west-1:111122223333:userpool/b":                      "aws-us-gov",
		"arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/eu-west-1": PartitionVariable,
		"arn:aws:cognito-idp:${AWS::Home}:111122223333:userpool/a":                              "",
		"arn:aws:cognito-idp:eu-west-1:1:userpool/a":                                            "",
		"eu-west-1_a": "",
	} {
		if got, ok := PoolPartition(arn); got != want || ok != (want != "") {
			t.Errorf("PoolPartition(%q) = %q, %t, want %q", arn, got, ok, want)
		}
	}
}

func TestRequestMapping(t *testing.T) {
	tests := map[string]struct{ expression, in, name string }{
		"the path":          {expression: "method.request.path.id", in: "path", name: "id"},
		"the query":         {expression: "method.request.querystring.a.b", in: "query", name: "a.b"},
		"several in query":  {expression: "method.request.multivaluequerystring.a", in: "query", name: "a"},
		"a header":          {expression: "method.request.header.X-A", in: "header", name: "X-A"},
		"several headers":   {expression: "method.request.multivalueheader.X-A", in: "header", name: "X-A"},
		"the body":          {expression: "method.request.body.a", name: "a"},
		"a literal":         {expression: "'a'"},
		"the other message": {expression: "integration.response.header.A"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in, parameter, ok := RequestMapping(test.expression)
			if in != test.in || parameter != test.name || ok != (test.in != "") {
				t.Errorf("RequestMapping(%q) = %q, %q, %t", test.expression, in, parameter, ok)
			}
		})
	}
}

// Lambda code and tools with few dependencies may import this package.
func TestImportsStandardLibraryOnly(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
