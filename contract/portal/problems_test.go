package portal

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// operationsOf returns the operations that return a problem, such as "GET /orders".
func operationsOf(c *catalog, slug string) (list []string, everywhere bool) {
	for _, p := range c.problemTypes() {
		if p.Slug != slug {
			continue
		}
		for _, b := range p.Contexts {
			for _, o := range b.Operations {
				list = append(list, b.Title+": "+o.Method+" "+o.Path)
			}
		}
		return list, p.Everywhere
	}
	return nil, false
}

func TestProblemTypes(t *testing.T) {
	t.Run("from examples", func(t *testing.T) {
		got, everywhere := operationsOf(catalogOf(t, sample), "not-found")
		want := []string{"Orders: GET /orders/me", "Orders: DELETE /orders/{orderId}", "Parcels: GET /parcels/{parcelId}"}
		if diff := cmp.Diff(want, got); diff != "" || everywhere {
			t.Errorf("everywhere %t; operations (-want +got):\n%s", everywhere, diff)
		}
	})
	// The schemas of the generator: a list of problems, each with an enum for type.
	problem := func(slug string) object {
		return object{"allOf": []any{
			object{"$ref": "#/components/schemas/Problem"},
			object{"type": "object", "properties": object{"type": object{
				"type": "string", "enum": []any{"urn:meridian:problem:" + slug},
			}}},
		}}
	}
	c := catalogOf(t, edited(t, func(v object) {
		both := []any{problem("conflict"), problem("unprocessable")}
		v["components"].(object)["schemas"].(object)["Both"] = object{"oneOf": both}
		v["paths"] = object{"/parcels": object{"get": object{"tags": []any{"Parcels"}, "responses": object{
			"409": object{"description": "x", "content": object{"application/problem+json": object{
				"schema": object{"$ref": "#/components/schemas/Both"},
			}}},
		}}}}
	}))
	for _, slug := range []string{"conflict", "unprocessable"} {
		t.Run("from schemas: "+slug, func(t *testing.T) {
			got, everywhere := operationsOf(c, slug)
			if diff := cmp.Diff([]string{"Parcels: GET /parcels"}, got); diff != "" || !everywhere {
				t.Errorf("everywhere %t; operations (-want +got):\n%s", everywhere, diff)
			}
		})
	}
	if got, _ := operationsOf(c, "timeout"); got != nil {
		t.Errorf("timeout is returned by %v, want no operation", got)
	}
}

// TestDeprecatedParts checks parts with and without dates, and their order.
func TestDeprecatedParts(t *testing.T) {
	document := edited(t, func(v object) {
		get := v["paths"].(object)["/orders"].(object)["get"].(object)
		limit := get["parameters"].([]any)[1].(object)
		limit["deprecated"] = true
		limit["x-deprecated-since"], limit["x-sunset"] = "2026-12-01", "2027-06-30"
		limit["x-deprecated-reason"] = "use `pageSize`"
		order := v["components"].(object)["schemas"].(object)["Order"].(object)
		order["properties"].(object)["total"].(object)["deprecated"] = true
	})
	dates := []Deprecation{{
		Part: "property total of Order", Tag: "orders/v1.2.0", Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}}
	page := get(newHandler(t, Config{Document: document, Deprecations: dates}), "/deprecations.html").Body.String()
	var at int
	for _, want := range []string{
		"property total of Order", ">2026-03-01</time>, in orders/v1.2.0", ">2026-08-28</time>",
		"query parameter limit", "use <code>pageSize</code>", "Announced for", ">2026-12-01</time>", ">2027-06-30</time>",
		"/orders/{orderId}", "In no release with a known date",
	} {
		i := strings.Index(page[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow on the page:\n%s", want, page[at:])
		}
		at += i
	}
}

func TestDeprecations(t *testing.T) {
	const deprecated = "DELETE /orders/{orderId}"
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dates := []Deprecation{
		{Operation: "GET /orders", Tag: "orders/v1.0.0", Time: at}, // the document does not deprecate it
		{Operation: deprecated, Tag: "orders/v1.2.0", Time: at},
	}
	h := newHandler(t, Config{Deprecations: dates})
	page := get(h, "/deprecations.html")
	for _, want := range []string{"/orders/{orderId}", ">2026-03-01</time>, in orders/v1.2.0", ">2026-08-28</time>"} {
		checkContains(t, page, want)
	}
	checkContains(t, get(h, "/"), "Deprecated since 2026-03-01")
	c, err := newCatalog(sample, nil, dates)
	if err != nil {
		t.Fatal(err)
	}
	var list []string // of what is deprecated, the first to end first
	for _, d := range c.Deprecated() {
		if d.Operation != nil {
			d.Part = d.Operation.Method + " " + d.Operation.Path
		}
		list = append(list, d.Part)
	}
	if diff := cmp.Diff([]string{deprecated, "property note of NewOrder"}, list); diff != "" {
		t.Errorf("what is deprecated (-want +got):\n%s", diff)
	}
	checkContains(t, get(newHandler(t, Config{}), "/deprecations.html"), "In no release with a known date")
}
