package portal

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/compat"
)

func catalogOf(t *testing.T, document []byte) *catalog {
	t.Helper()
	c, err := newCatalog(document, reports)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCatalog(t *testing.T) {
	c := catalogOf(t, sample)
	if c.Title != "Sample API" || c.Operations != 8 || len(c.Contexts) != 2 || !slices.Equal(c.BearerSchemes, []string{"cognito"}) {
		t.Fatalf("got %+v", c)
	}
	orders := c.Contexts[0]
	if orders.Title != "Orders" || orders.Name != "orders" || orders.Owner != "team-orders" || orders.Version != "1.2.0" ||
		orders.Description != "What customers have ordered." || orders.Report == nil || orders.Report.Context != "orders" {
		t.Errorf("got %+v", orders)
	}
	if len(orders.Scopes) != 3 || orders.Scopes[0] != (scope{"orders/admin", "Change every order."}) {
		t.Errorf("scopes %+v", orders.Scopes)
	}
	var rows []string
	for _, o := range orders.Operations {
		rows = append(rows, fmt.Sprintf("%s %s %v%v%v%s", o.Method, o.Path, o.Takes, o.Answers, o.Scopes, o.Access))
	}
	want := []string{
		"GET /orders [][Order][orders/read orders/admin]",
		"POST /orders [NewOrder][Order][orders/write]",
		"GET /orders/health [][][]No token",
		"GET /orders/me [][Order][orders/read]",
		"PUT /orders/{orderId} [NewOrder][Order][orders/write orders/admin]",
		"PATCH /orders/{orderId} [NewOrder][Order][orders/write]",
		"DELETE /orders/{orderId} [][][orders/write]",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s", strings.Join(rows, "\n"))
	}
	if parcel := c.Contexts[1].Operations[0]; parcel.Access != "ID token" || !strings.Contains(parcel.Search, "line") {
		t.Errorf("nested schemas are searched, too: %+v", parcel)
	}
}

func TestCatalogOfUnusualDocuments(t *testing.T) {
	minimal := object{"200": object{"description": "OK"}}
	c := catalogOf(t, edited(t, func(v object) {
		delete(v, "tags")
		v["components"] = object{}
		v["security"] = []any{object{"cognito": []any{}}}
		v["paths"] = object{
			"/a":   object{"get": object{"responses": minimal}},
			"/b/c": object{"get": object{"tags": []any{"B", "A"}, "responses": minimal, "security": []any{}}, "trace": object{"tags": []any{"B"}, "responses": minimal}},
		}
	}))
	if len(c.Contexts) != 2 || c.Contexts[0].Title != untagged || c.Contexts[1].Title != "B" || len(c.BearerSchemes) != 0 {
		t.Fatalf("got %+v", c)
	}
	if access := c.Contexts[0].Operations[0].Access; access != "ID token" {
		t.Errorf("the document's security holds for an operation without its own: %q", access)
	}
	if o := c.Contexts[1].Operations[0]; o.Access != "No token" || o.ID != "" {
		t.Errorf("got %+v", o)
	}
	if h := serve(t, Config{Document: edited(t, func(v object) { v["paths"] = object{} })}); get(h, "/").Code != 200 {
		t.Error("a document without operations")
	}
}

var quotedValue = regexp.MustCompile(`"[^"]*"`)

const attack = "<script>attack()</script><img src=x onerror=attack()>\"'`><a href=\"javascript:attack()\">"

// Whatever people can write into a document, and into a change, stays text.
func TestHostileText(t *testing.T) {
	document := edited(t, func(v object) {
		info := v["info"].(object)
		info["title"], info["version"], info["description"] = attack, attack, attack
		tag := v["tags"].([]any)[0].(object)
		tag["name"], tag["description"], tag["x-owner"], tag["x-version"], tag["x-scopes"] = attack, attack, attack, attack, object{attack: attack}
		get := v["paths"].(object)["/orders"].(object)["get"].(object)
		get["summary"], get["operationId"], get["tags"], get["x-scopes"] = attack, attack, []any{attack}, []any{attack}
		v["paths"].(object)["/"+attack] = object{"get": get}
		v["components"].(object)["securitySchemes"].(object)[attack] = object{"type": "http", "scheme": "bearer"}
	})
	h := serve(t, Config{Document: document, Changes: []compat.Report{{
		Context: attack, Base: attack, Current: attack, Next: attack, Level: compat.Breaking, Changes: []compat.Change{
			{Level: compat.Breaking, Operation: attack, Text: attack, Location: attack}, {Level: compat.None, Operation: attack, Text: attack, Location: attack}}}}})
	for _, p := range pages {
		page := get(h, "/"+p.File).Body.String()
		markup := quotedValue.ReplaceAllString(page, `""`)
		for _, bad := range []string{"attack()</script>", "<img src=x", "onerror=attack()>", "<script>"} {
			if strings.Contains(markup, bad) {
				t.Errorf("%s has %s in its markup", p.File, bad)
			}
		}
		if strings.Contains(page, `="javascript:`) {
			t.Errorf("%s has a link that runs", p.File)
		}
		if p.File != "problems.html" && !strings.Contains(page, "&lt;script&gt;attack()") {
			t.Errorf("%s does not show the text", p.File)
		}
	}
}

func TestSpans(t *testing.T) {
	for text, want := range map[string]string{
		"":                "",
		"plain":           "plain",
		"a `b` c":         "a [b] c",
		"`a``b`":          "[a][b]",
		"a ` b":           "a ` b",
		"`a` b `":         "[a] b `",
		"``":              "",
		"**a** [b](c) <d": "**a** [b](c) <d",
	} {
		var got strings.Builder
		for _, s := range spans(text) {
			if s.Code {
				fmt.Fprintf(&got, "[%s]", s.Text)
			} else {
				got.WriteString(s.Text)
			}
		}
		if got.String() != want {
			t.Errorf("%q: got %q, want %q", text, &got, want)
		}
	}
}
