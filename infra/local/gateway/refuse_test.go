package gateway_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/lint/linttest"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

const (
	integrationKey = "x-amazon-apigateway-integration"
	responsesKey   = "x-amazon-apigateway-gateway-responses"
)

// JSON pointers to the parts of the document that refusals edit.
const (
	getAt       = "/paths/~1accounts~1me/get"
	proxyAt     = getAt + "/" + integrationKey
	mockAt      = "/paths/~1accounts/options/" + integrationKey
	modelAt     = "/components/schemas/NewAccount"
	schemeAt    = "/components/securitySchemes/cognito"
	responsesAt = "/" + responsesKey
)

// uriOfMe is the URI of a function that can serve as authorizer.
const uriOfMe = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" +
	"arn:aws:lambda:eu-west-1:123456789012:function:me/invocations"

// The members that lead to them.
var (
	root       = []string{}
	get        = []string{"paths", "/accounts/me", "get"}
	options    = []string{"paths", "/accounts", "options"}
	put        = []string{"paths", "/files/index", "put"}
	model      = []string{"components", "schemas", "NewAccount"}
	scheme     = []string{"components", "securitySchemes", "cognito"}
	authorizer = slices.Concat(scheme, []string{"x-amazon-apigateway-authorizer"})
	proxy      = slices.Concat(get, []string{integrationKey})
	preflight  = slices.Concat(options, []string{integrationKey})
)

// refusal is an edit of a good document, and the error that New must return.
type refusal struct {
	edit func(doc object)
	// at is a JSON pointer.
	at string
	// rule is the lint's rule if AWS refuses the document, too.
	rule string
	// reason is part of the error's text if only the gateway refuses it.
	reason string
}

// The following functions return edits.

func in(path []string, field string, value any) func(object) {
	return func(doc object) { at(doc, path...)[field] = value }
}

func both(edits ...func(object)) func(object) {
	return func(doc object) {
		for _, edit := range edits {
			edit(doc)
		}
	}
}

func response(kind string, value any) func(object) {
	return func(doc object) { doc[responsesKey] = object{kind: value} }
}

func responseTemplate(text string) func(object) {
	return response("DEFAULT_4XX", object{"responseTemplates": object{"application/json": text}})
}

func header(name, value string) func(object) {
	return response("DEFAULT_4XX", object{"responseParameters": object{name: value}})
}

// mapped makes the preflight send a header that its operation declares.
func mapped(name, value string) func(object) {
	const status = "204"
	return both(
		in(append(options, "responses", status, "headers"), name, object{"schema": object{"type": "string"}}),
		in(append(preflight, "responses", "default", "responseParameters"), "method.response.header."+name, value),
	)
}

// move copies the GET of one path to another.
func move(from, to string) func(object) {
	return func(doc object) {
		get := maps.Clone(at(doc, "paths", from, "get"))
		get["operationId"] = "moved"
		at(doc, "paths")[to] = object{"get": get}
	}
}

func replaced(path []string, from, to string) func(object) {
	return func(doc object) {
		o := at(doc, path...)
		o["uri"] = strings.ReplaceAll(o["uri"].(string), from, to)
	}
}

func TestNewRefusesDocuments(t *testing.T) {
	for topic, refusals := range map[string]map[string]refusal{
		"document": documentRefusals, "paths": pathRefusals, "operations": operationRefusals,
		"validators": validatorRefusals, "security": securityRefusals, "integrations": integrationRefusals,
		"gateway responses": gatewayResponseRefusals, "schemas": schemaRefusals, "keywords": keywordRefusals(),
	} {
		t.Run(topic, func(t *testing.T) {
			for name, test := range refusals {
				t.Run(name, func(t *testing.T) { checkRefusal(t, test) })
			}
		})
	}
}

func checkRefusal(t *testing.T, want refusal) {
	t.Helper()
	_, err := gateway.New(config(t, want.edit, notInvoked(t)))
	if err == nil {
		t.Fatal("New accepts the document")
	}
	text := want.reason
	if want.rule != "" {
		text = "[" + want.rule + "]: "
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if strings.HasPrefix(line, "gateway: "+want.at+": ") && strings.Contains(line, text) {
			return
		}
	}
	t.Errorf("%v\nwant a line with %s and %q", err, want.at, text)
}

// keywordRefusals returns a document for each keyword that models cannot have.
func keywordRefusals() map[string]refusal {
	refusals := map[string]refusal{}
	for _, keyword := range []string{
		"discriminator", "example", "nullable", "exclusiveMinimum", "exclusiveMaximum", "readOnly", "writeOnly", "default",
		"deprecated", "xml", "externalDocs",
	} {
		refusals[keyword] = refusal{
			edit: in(append(model, "properties", "note"), keyword, true),
			at:   modelAt + "/properties/note/" + keyword, rule: "schema-keyword",
		}
	}
	return refusals
}

// newlyRefused are the documents of the lint's tests that this package accepted
// when it had rules of its own.
var newlyRefused = []string{
	"a binary type without a slash", "a header in two cases", "a header of the connection",
	"a parameter with brackets", "a pattern as version of OpenAPI", "a property twice",
	"a reference into a component", "a validator with one flag", "allOf with a reference",
	"an array as response", "an empty anyOf", "an empty enum", "an empty list of required properties",
	"an underscore in a model's name", "models that are too large", "null for an operation",
	"oneOf with a reference", "quotes around a quoted message", "text as additionalProperties",
}

// The gateway refuses every document that AWS refuses, as far as the lint's tests
// know. Documents of which AWS only drops a part may be accepted.
func TestNewRefusesWhatLintRefuses(t *testing.T) {
	documents := linttest.Imports()
	for _, name := range newlyRefused {
		if documents[name] == nil {
			t.Errorf("the lint's tests have no document %q", name)
		}
	}
	for name, data := range documents {
		t.Run(name, func(t *testing.T) {
			var wanted []string
			for _, f := range lintImport(t, data) {
				if f.Severity == lint.Error {
					wanted = append(wanted, fmt.Sprintf("gateway: %s: %s [%s]: ", pointerText(f), f.Message, f.Rule))
				}
			}
			_, err := gateway.New(lintConfig(t, data))
			if err == nil && slices.Contains(newlyRefused, name) {
				t.Error("the gateway accepts the document")
			}
			for _, want := range wanted {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v\nwant: %s", err, want)
				}
			}
		})
	}
}

// The documents of the lint's tests have nothing in common that the gateway does
// not support: otherwise it would refuse them for that.
func TestNewAcceptsTheBaseOfTheLintsDocuments(t *testing.T) {
	if _, err := gateway.New(lintConfig(t, linttest.JSON(linttest.Document(false)))); err != nil {
		t.Error(err)
	}
}

func lintImport(t *testing.T, data []byte) []lint.Finding {
	t.Helper()
	opts := lint.Options{Mode: lint.Import}
	doc, err := lint.Read("document.json", data, opts)
	if err != nil {
		t.Fatal(err)
	}
	return lint.Run(doc, opts)
}

func pointerText(f lint.Finding) string {
	if f.Pointer == "" {
		return "/"
	}
	return f.Pointer
}

// lintConfig returns the configuration for the documents of the lint's tests.
func lintConfig(t *testing.T, data []byte) gateway.Config {
	cfg := config(t, nil, notInvoked(t))
	cfg.Document, cfg.AccountID = data, "111122223333"
	cfg.Pools = map[string]gateway.Pool{linttest.PoolARN: shared().source()}
	return cfg
}

func TestNewReportsAllErrorsAtOnce(t *testing.T) {
	tests := map[string]struct {
		edit func(object)
		want int
	}{
		"that AWS reports, too": {
			edit: func(doc object) {
				doc["x-amazon-apigateway-policy"] = object{}
				at(doc, "paths", "/", "get", integrationKey)["type"] = "http"
				at(doc, "components", "schemas", "NewAccount", "properties", "note")["nullable"] = true
			},
			want: 3,
		},
		"that only the gateway reports": {
			edit: func(doc object) {
				at(doc, "paths", "/", "get", integrationKey)["type"] = "aws"
				at(doc, "paths", "/accounts/me", "get", integrationKey)["credentials"] = "arn"
				at(doc, "paths", "/accounts/me", "get", integrationKey)["cacheNamespace"] = "c"
			},
			want: 3,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := gateway.New(config(t, test.edit, notInvoked(t)))
			if err == nil {
				t.Fatal("New accepts the document")
			}
			if lines := strings.Split(err.Error(), "\n"); len(lines) != test.want {
				t.Errorf("%d errors, want %d:\n%v", len(lines), test.want, err)
			}
		})
	}
}

func TestNewAcceptsMembersWithoutEffect(t *testing.T) {
	newGateway(t, func(doc object) {
		doc["x-vendor"] = object{"x-amazon-apigateway-policy": 1}
		doc["x-amazon-apigateway-documentation"] = object{}
		doc["externalDocs"] = object{"url": "https://example.com"}
		at(doc, "paths", "/", "get")["deprecated"] = true
		at(doc, "paths", "/", "get")["tags"] = []any{"accounts"}
		at(doc, "paths", "/", "get", integrationKey)["timeoutInMillis"] = 29000
	}, notInvoked(t))
}

func TestNewRefusesConfig(t *testing.T) {
	for name, edit := range map[string]func(*gateway.Config){
		"no JSON":           func(c *gateway.Config) { c.Document = []byte("openapi: 3.0.3") },
		"too long":          func(c *gateway.Config) { c.Document = make([]byte, 6<<20+1) },
		"no object":         func(c *gateway.Config) { c.Document = []byte("[]") },
		"Region":            func(c *gateway.Config) { c.Region = "" },
		"account":           func(c *gateway.Config) { c.AccountID = "1" },
		"stage":             func(c *gateway.Config) { c.Stage = "a/b" },
		"domain":            func(c *gateway.Config) { c.DomainName = "" },
		"functions":         func(c *gateway.Config) { c.Functions = nil },
		"a variable":        func(c *gateway.Config) { c.Variables = map[string]string{"environment": "a b"} },
		"a variable's name": func(c *gateway.Config) { c.Variables = map[string]string{"environment": "dev", "a-b": "c"} },
		"a pool":            func(c *gateway.Config) { c.Pools = map[string]gateway.Pool{shared().ARN(): {Issuer: "x"}} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, nil, notInvoked(t))
			edit(&cfg)
			if _, err := gateway.New(cfg); err == nil {
				t.Error("New accepts it")
			}
		})
	}
}
