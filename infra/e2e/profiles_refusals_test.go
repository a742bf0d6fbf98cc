package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// everywhere are the kinds that no request of a client's brings about: the
// gateway, a crash or a lack of capacity does, for every operation alike.
var everywhere = []string{"forbidden", "too-many-requests", "internal", "bad-gateway", "unavailable", "timeout"}

// TestProfileProblems provokes every kind of problem that the specification
// tells of an operation.
func TestProfileProblems(t *testing.T) {
	cloud := start(t)
	ada, bob := profileOf(cloud, "ada"), profileOf(cloud, "bob")
	stale := ifMatch(ada.do(t, ada.put(profileContent, onlyNew)))
	ada.do(t, ada.merge(`{"theme":{"text":"dark"}}`))
	_, idToken, err := cloud.Token("ada")
	if err != nil {
		t.Fatal(err)
	}
	with := func(r request, change func(*request)) request {
		r.header = maps.Clone(r.header)
		if r.header == nil {
			r.header = map[string]string{}
		}
		change(&r)
		return r
	}
	as := func(user string, r request) request { return with(r, func(r *request) { r.user = user }) }
	header := func(name, value string, r request) request {
		return with(r, func(r *request) { r.header[name] = value })
	}
	body := func(body string, r request) request { return with(r, func(r *request) { r.body = body }) }
	malformed := func(r request) request {
		return with(r, func(r *request) {
			r.path = strings.Replace(r.path, subject(cloud, "ada"), strings.ToUpper(subject(cloud, "ada")), 1)
		})
	}
	get, put, replace, merge, del := ada.get(), ada.put(profileContent, onlyNew), ada.put(profileContent, stale), ada.merge(`{"a":{"number":1}}`), ada.delete(nil)
	public := request{method: "GET", path: ada.path + "/public"}
	content := func(member, value string) request {
		whole := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(profileContent), &whole); err != nil {
			t.Fatal(err)
		}
		whole[member] = json.RawMessage(value)
		data, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		return body(string(data), put)
	}
	provoked := map[string][]string{}
	tooLarge := strings.Repeat(" ", 10<<20) + "{}"

	for _, test := range []struct {
		operation, kind string
		request
		says string // a part of the answer
	}{
		{"getProfile", "unauthenticated", as("", get), ""},
		{"getProfile", "unauthenticated", header("Authorization", "Bearer "+idToken, get), ""},
		{"getProfile", "invalid", malformed(get), "accountId"},
		{"getProfile", "not-found", as("bob", get), "not yours"},
		{"getProfile", "not-found", bob.get(), "no such profile"},
		{"getProfile", "not-found", as("root", bob.get()), "no such profile"},

		{"getPublicProfile", "invalid", malformed(public), "accountId"},
		{"getPublicProfile", "not-found", request{method: "GET", path: bob.path + "/public"}, "no such profile"},

		{"putProfile", "unauthenticated", as("", put), ""},
		{"putProfile", "not-found", as("bob", put), "not yours"},
		{"putProfile", "not-found", as("bob", ada.put(profileContent, nil)), "not yours"},
		{"putProfile", "precondition-required", ada.put(profileContent, nil), "If-Match"},
		{"putProfile", "precondition-failed", put, "already"},
		{"putProfile", "precondition-failed", replace, "present version"},
		{"putProfile", "precondition-failed", header("If-Match", `W/"1", "x"`, replace), "present version"},
		{"putProfile", "precondition-failed", bob.put(profileContent, stale), "present version"},
		{"putProfile", "precondition-failed", bob.put(profileContent, map[string]string{"If-Match": "*"}), "present version"},
		{"putProfile", "invalid", header("If-None-Match", `"1"`, put), "If-None-Match"},
		{"putProfile", "invalid", header("If-Match", "*", put), "contradicts"},
		{"putProfile", "invalid", header("If-Match", strings.Repeat(`"1",`, 100), replace), "If-Match"},
		{"putProfile", "invalid", malformed(put), "accountId"},
		{"putProfile", "invalid", body("", put), ""},
		{"putProfile", "invalid", body("{", put), ""},
		{"putProfile", "invalid", content("marketingConsent", `"yes"`), ""},
		{"putProfile", "invalid", content("displayName", `" Ada"`), "/displayName"},
		{"putProfile", "invalid", content("displayName", `"A\u202eda"`), "/displayName"},
		{"putProfile", "invalid", content("locale", `"en_CA"`), "/locale"},
		{"putProfile", "invalid", content("timeZone", `"America/Torotno"`), "/timeZone"},
		{"putProfile", "invalid", content("timeZone", `"../../etc/localtime"`), ""},
		{"putProfile", "invalid", content("links", "["+strings.TrimSuffix(strings.Repeat(`{"label":"a","url":"https://a.example"},`, 11), ",")+"]"), ""},
		{"putProfile", "invalid", content("links", `[{"label":"a","url":"http://a.example"}]`), ""},
		{"putProfile", "invalid", content("links", `[{"label":"a","url":"https://bank.example@a.example"}]`), ""},
		{"putProfile", "invalid", content("links", `[{"label":"a","url":"javascript:alert(1)"}]`), ""},
		{"putProfile", "unsupported-media-type", header("Content-Type", "text/plain", put), "application/json"},
		{"putProfile", "too-large", body(tooLarge, put), ""},

		{"mergePreferences", "unauthenticated", as("", merge), ""},
		{"mergePreferences", "not-found", as("bob", merge), "not yours"},
		{"mergePreferences", "not-found", bob.merge(`{"a":{"number":1}}`), "no such profile"},
		{"mergePreferences", "conflict", body(`{"theme":{"boolean":true}}`, merge), "theme is a text"},
		{"mergePreferences", "invalid", malformed(merge), "accountId"},
		{"mergePreferences", "invalid", body(`[]`, merge), ""},
		{"mergePreferences", "invalid", body(`null`, merge), ""},
		{"mergePreferences", "invalid", body(`{"a":1}`, merge), "/a"},
		{"mergePreferences", "invalid", body(`{"a":{}}`, merge), "/a"},
		{"mergePreferences", "invalid", body(`{"a":{"text":null}}`, merge), "/a/text"},
		{"mergePreferences", "invalid", body(`{"a":{"text":"x","number":1}}`, merge), "/a"},
		{"mergePreferences", "invalid", body(`{"a":{"number":1e300}}`, merge), "/a/number"},
		{"mergePreferences", "invalid", body(`{"a":{"number":1e-300}}`, merge), "/a/number"},
		{"mergePreferences", "invalid", body(`{"a b":{"number":1}}`, merge), "name of a preference"},
		{"mergePreferences", "invalid", body(preferences(0, 26), merge), "at most 25"},
		{"mergePreferences", "unsupported-media-type", header("Content-Type", "application/json-patch+json", merge), "application/merge-patch+json"},
		{"mergePreferences", "too-large", body(tooLarge, merge), ""},

		{"deleteProfile", "unauthenticated", as("", del), ""},
		{"deleteProfile", "not-found", as("bob", del), "not yours"},
		{"deleteProfile", "invalid", malformed(del), "accountId"},
		{"deleteProfile", "precondition-failed", ada.delete(stale), "present version"},
	} {
		a := call(t, cloud, test.request)
		problem := a.field("type") == "urn:meridian:problem:"+test.kind && a.header.Get("Content-Type") == "application/problem+json"
		if test.kind == "too-large" { // API Gateway's own answer, which cannot be customized
			problem = a.status == http.StatusRequestEntityTooLarge
		}
		if !problem || !strings.Contains(a.body, test.says) {
			t.Errorf("%s, of %.200q: want %s and %q, got %s", test.operation, test.body, test.kind, test.says, a)
		}
		provoked[test.operation] = append(provoked[test.operation], test.kind)
	}
	for operation, kinds := range specified(t, "../../profiles/openapi.json") {
		for _, kind := range kinds {
			if !slices.Contains(provoked[operation], kind) && !slices.Contains(everywhere, kind) {
				t.Errorf("no test provokes %s of %s", kind, operation)
			}
		}
	}

	ada.do(t, ada.merge(preferences(0, 25)))
	ada.do(t, ada.merge(preferences(25, 24))) // with theme, 50
	full := call(t, cloud, merge)
	if full.status != http.StatusConflict || !strings.Contains(full.field("detail"), "at most 50") {
		t.Errorf("a 51st preference: %s", full)
	}
}

// preferences is a patch that sets n of them.
func preferences(first, n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"p%d":{"boolean":true}`, first+i))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// specified are the kinds of problem of each operation that needs a client's
// mistake, by operation, as a context's specification tells.
func specified(t *testing.T, file string) map[string][]string {
	t.Helper()
	type response struct {
		Ref     string `json:"$ref"`
		Content map[string]struct {
			Examples map[string]json.RawMessage
		}
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Responses   map[string]response
		}
		Components struct{ Responses map[string]response }
	}
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string][]string{}
	for _, path := range doc.Paths {
		for _, o := range path {
			for _, r := range o.Responses {
				if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
					r = doc.Components.Responses[name]
				}
				for kind := range r.Content["application/problem+json"].Examples {
					kinds[o.OperationID] = append(kinds[o.OperationID], kind)
				}
			}
		}
	}
	if len(kinds) == 0 {
		t.Fatalf("%s tells of no problem", file)
	}
	return kinds
}
