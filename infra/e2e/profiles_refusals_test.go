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

// refusal is a request and the kind of problem that it brings about.
type refusal struct {
	operation, kind string
	request
	says string // a part of the answer
}

// TestProfileProblems provokes every kind of problem that the specification
// tells of an operation.
func TestProfileProblems(t *testing.T) {
	cloud := start(t)
	ada, bob := profileOf(t, cloud, "ada"), profileOf(t, cloud, "bob") // bob has no profile
	stale := ifMatch(ada.do(t, ada.put(profileContent, onlyNew)))
	ada.do(t, ada.merge(`{"theme":{"text":"dark"}}`))
	_, idToken, err := cloud.Token("ada")
	if err != nil {
		t.Fatal(err)
	}
	provoked := map[string][]string{}
	for _, r := range slices.Concat(
		readRefusals(ada, bob, idToken), putRefusals(ada, bob, stale), mergeRefusals(ada, bob), deleteRefusals(ada, stale),
	) {
		provoked[r.operation] = append(provoked[r.operation], r.kind)
		a := call(t, cloud, r.request)
		problem := a.field("type") == "urn:meridian:problem:"+r.kind && a.header.Get("Content-Type") == "application/problem+json"
		if r.kind == "too-large" { // API Gateway's own answer, which cannot be customized
			problem = a.status == http.StatusRequestEntityTooLarge
		}
		if !problem || !strings.Contains(a.body, r.says) {
			t.Errorf("%s, of %.200q: want %s and %q, got %s", r.operation, r.body, r.kind, r.says, a)
		}
	}
	for operation, kinds := range specified(t, "../../profiles/openapi.json") {
		for _, kind := range kinds {
			if !slices.Contains(provoked[operation], kind) && !slices.Contains(everywhere, statusOf(kind)) {
				t.Errorf("no test provokes %s of %s", kind, operation)
			}
		}
	}

	ada.do(t, ada.merge(preferences(0, 25)))
	ada.do(t, ada.merge(preferences(25, 24))) // with theme, 50
	full := call(t, cloud, ada.merge(`{"more":{"number":1}}`))
	if full.status != http.StatusConflict || !strings.Contains(full.field("detail"), "at most 50") {
		t.Errorf("a 51st preference: %s", full)
	}
}

func readRefusals(ada, bob profile, idToken string) []refusal {
	public := func(p profile) request { return request{method: "GET", path: p.path + "/public"} }
	return []refusal{
		{"getProfile", "unauthenticated", ada.get().as(""), ""},
		{"getProfile", "unauthenticated", ada.get().with("Authorization", "Bearer "+idToken), ""},
		{"getProfile", "invalid", ada.get().misspelt(), "accountId"},
		{"getProfile", "not-found", ada.get().as("bob"), "not allowed to see"},
		{"getProfile", "not-found", bob.get(), "no such profile"},
		{"getProfile", "not-found", bob.get().as("root"), "no such profile"},

		{"getPublicProfile", "invalid", public(ada).misspelt(), "accountId"},
		{"getPublicProfile", "not-found", public(bob), "no such profile"},
	}
}

func putRefusals(ada, bob profile, stale map[string]string) []refusal {
	put, replace := ada.put(profileContent, onlyNew), ada.put(profileContent, stale)
	list := []refusal{
		{"putProfile", "unauthenticated", put.as(""), ""},
		{"putProfile", "not-found", put.as("bob"), "not allowed to see"},
		{"putProfile", "not-found", ada.put(profileContent, nil).as("bob"), "not allowed to see"},
		{"putProfile", "precondition-required", ada.put(profileContent, nil), "If-None-Match: * to create"},
		{"putProfile", "precondition-failed", put, "already"},
		{"putProfile", "precondition-failed", replace, "current version"},
		{"putProfile", "precondition-failed", replace.with("If-Match", `W/"1", "x"`), "current version"},
		{"putProfile", "precondition-failed", bob.put(profileContent, stale), "current version"},
		{"putProfile", "precondition-failed", bob.put(profileContent, nil).with("If-Match", "*"), "current version"},
		{"putProfile", "invalid", put.with("If-None-Match", `"1"`), "If-None-Match"},
		{"putProfile", "invalid", put.with("If-Match", "*"), "contradicts"},
		{"putProfile", "invalid", replace.with("If-Match", strings.Repeat(`"1",`, 100)), "If-Match"},
		{"putProfile", "invalid", put.misspelt(), "accountId"},
		{"putProfile", "invalid", put.sending(""), ""},
		{"putProfile", "invalid", put.sending("{"), ""},
		{"putProfile", "unsupported-media-type", put.with("Content-Type", "text/plain"), "application/json"},
		{"putProfile", "too-large", put.sending(tooLarge), ""},
	}
	for _, wrong := range []struct{ member, value, says string }{
		{"marketingConsent", `"yes"`, ""},
		{"displayName", `" Ada"`, "/displayName"},
		{"displayName", `"A\u202eda"`, "/displayName"},
		{"displayName", `"\u200b"`, "at least one visible character"},
		{"locale", `"en_CA"`, "such as fr-CA"},
		{"timeZone", `"America/Torotno"`, "/timeZone"},
		{"timeZone", `"../../etc/localtime"`, ""},
		{"links", "[" + strings.Repeat(`{"label":"a","url":"https://a.example"},`, 10) + `{"label":"a","url":"https://a.example"}]`, ""},
		{"links", `[{"label":"a","url":"http://a.example"}]`, ""},
		{"links", `[{"label":"a","url":"https://bank.example@a.example"}]`, ""},
		{"links", `[{"label":"a","url":"javascript:alert(1)"}]`, ""},
	} {
		// The member is there twice then, and the last one counts.
		body := strings.TrimSuffix(profileContent, "}") + `,"` + wrong.member + `":` + wrong.value + "}"
		list = append(list, refusal{"putProfile", "invalid", put.sending(body), wrong.says})
	}
	return list
}

func mergeRefusals(ada, bob profile) []refusal {
	merge := ada.merge(`{"a":{"number":1}}`)
	list := []refusal{
		{"mergePreferences", "unauthenticated", merge.as(""), ""},
		{"mergePreferences", "not-found", merge.as("bob"), "not allowed to see"},
		{"mergePreferences", "not-found", bob.merge(`{"a":{"number":1}}`), "no such profile"},
		{"mergePreferences", "conflict", merge.sending(`{"theme":{"boolean":true}}`), "theme is a text"},
		{"mergePreferences", "invalid", merge.misspelt(), "accountId"},
		{"mergePreferences", "unsupported-media-type", merge.with("Content-Type", "application/json-patch+json"), "application/merge-patch+json"},
		{"mergePreferences", "too-large", merge.sending(tooLarge), ""},
	}
	for body, says := range map[string]string{
		`[]`: "", `null`: "",
		`{"a":1}`:                       "/a",
		`{"a":{}}`:                      "/a",
		`{"a":{"text":null}}`:           "/a/text",
		`{"a":{"text":"x","number":1}}`: "/a",
		`{"a":{"number":1e300}}`:        "/a/number",
		`{"a":{"number":1e-300}}`:       "/a/number",
		`{"a b":{"number":1}}`:          "name of a preference",
		preferences(0, 26):              "at most 25",
	} {
		list = append(list, refusal{"mergePreferences", "invalid", merge.sending(body), says})
	}
	return list
}

func deleteRefusals(ada profile, stale map[string]string) []refusal {
	return []refusal{
		{"deleteProfile", "unauthenticated", ada.delete(nil).as(""), ""},
		{"deleteProfile", "not-found", ada.delete(nil).as("bob"), "not allowed to see"},
		{"deleteProfile", "invalid", ada.delete(nil).misspelt(), "accountId"},
		{"deleteProfile", "precondition-failed", ada.delete(stale), "current version"},
	}
}

// tooLarge is a body beyond what API Gateway takes.
var tooLarge = strings.Repeat(" ", 10<<20) + "{}"

// as is the request of another user.
func (r request) as(user string) request {
	r.user = user
	return r
}

// with is the request with another header.
func (r request) with(name, value string) request {
	r.header = maps.Clone(r.header)
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header[name] = value
	return r
}

// sending is the request with another body.
func (r request) sending(body string) request {
	r.body = body
	return r
}

// misspelt is the request with its identifier in upper case.
func (r request) misspelt() request {
	segments := strings.Split(r.path, "/")
	segments[2] = strings.ToUpper(segments[2])
	r.path = strings.Join(segments, "/")
	return r
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
