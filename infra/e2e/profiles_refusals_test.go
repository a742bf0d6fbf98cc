package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// refusal is a request and the problem that it provokes.
type refusal struct {
	operation, kind string
	request
	text string // a part of the response
}

// TestProfileProblems provokes every kind of problem that the specification of the
// profiles context declares, in every operation. The tests of failures_test.go provoke
// the ones of everywhere.
func TestProfileProblems(t *testing.T) {
	cloud := startCloud(t)
	ada, bob := absentProfile(t, cloud, "ada"), absentProfile(t, cloud, "bob") // bob's stays absent
	stale := ifMatch(ada.do(t, ada.put(profileContent, ifNoneExists)).etag())
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
		t.Run(r.operation+" "+r.kind, func(t *testing.T) {
			a := call(t, cloud, r.request)
			ok := a.problem() == r.kind
			if r.kind == "too-large" { // API Gateway's response, which cannot be customized
				ok = a.status == http.StatusRequestEntityTooLarge
			}
			if !ok || !strings.Contains(a.body, r.text) {
				t.Errorf("%s %s %.200q: got %s, want the problem %s with %q", r.method, r.path, r.body, a, r.kind, r.text)
			}
		})
	}
	for operation, kinds := range declaredProblems(t, "../../profiles/openapi.json") {
		for _, kind := range kinds {
			if !slices.Contains(provoked[operation], kind) && !slices.Contains(everywhere, statusOf(kind)) {
				t.Errorf("no test provokes %s of %s", kind, operation)
			}
		}
	}
}

func TestProfileHasAtMost50Preferences(t *testing.T) {
	cloud := startCloud(t)
	ada := absentProfile(t, cloud, "ada")
	ada.do(t, ada.put(profileContent, ifNoneExists))
	ada.do(t, ada.merge(preferences(0, 25)))
	ada.do(t, ada.merge(preferences(25, 25)))
	full := expectStatus(t, cloud, "51st preference", ada.merge(`{"more":{"number":1}}`), http.StatusConflict)
	if !strings.Contains(full.field("detail"), "at most 50") {
		t.Errorf("51st preference: %s, want a detail with the maximum", full)
	}
}

func readRefusals(ada, bob profile, idToken string) []refusal {
	return []refusal{
		{"getProfile", "unauthenticated", ada.get().as(""), ""},
		{"getProfile", "unauthenticated", ada.get().with("Authorization", "Bearer "+idToken), ""},
		{"getProfile", "invalid", withMalformedID(ada.get()), "accountId"},
		{"getProfile", "not-found", ada.get().as("bob"), "not allowed to see"},
		{"getProfile", "not-found", bob.get(), "no such profile"},
		{"getProfile", "not-found", bob.get().as("root"), "no such profile"},

		{"getPublicProfile", "invalid", withMalformedID(ada.getPublic()), "accountId"},
		{"getPublicProfile", "not-found", bob.getPublic(), "no such profile"},
	}
}

func putRefusals(ada, bob profile, stale map[string]string) []refusal {
	put, replace := ada.put(profileContent, ifNoneExists), ada.put(profileContent, stale)
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
		{"putProfile", "invalid", withMalformedID(put), "accountId"},
		{"putProfile", "invalid", put.sending(""), ""},
		{"putProfile", "invalid", put.sending("{"), ""},
		{"putProfile", "invalid", put.sending(
			strings.TrimSuffix(profileContent, "}") + `,"displayName":"Bob"}`), "must not be repeated"},
		{"putProfile", "unsupported-media-type", put.with("Content-Type", "text/plain"), "application/json"},
		{"putProfile", "too-large", put.sending(tooLarge), ""},
	}
	for _, wrong := range []struct{ member, value, text string }{
		{"marketingConsent", `"yes"`, ""},
		{"displayName", `" Ada"`, "/displayName"},
		{"displayName", `"A\u202eda"`, "/displayName"},
		{"displayName", `"\u200b"`, "a visible character at the start"},
		{"locale", `"en_CA"`, "such as fr-CA"},
		{"timeZone", `"America/Torotno"`, "/timeZone"},
		{"timeZone", `"../../etc/localtime"`, ""},
		{"links", "[" + strings.Repeat(`{"label":"a","url":"https://a.example"},`, 10) +
			`{"label":"a","url":"https://a.example"}]`, ""},
		{"links", `[{"label":"a","url":"http://a.example"}]`, ""},
		{"links", `[{"label":"a","url":"https://bank.example@a.example"}]`, ""},
		{"links", `[{"label":"a","url":"javascript:alert(1)"}]`, ""},
	} {
		body := withMember(profileContent, wrong.member, wrong.value)
		list = append(list, refusal{"putProfile", "invalid", put.sending(body), wrong.text})
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
		{"mergePreferences", "invalid", withMalformedID(merge), "accountId"},
		{
			"mergePreferences", "unsupported-media-type", merge.with("Content-Type", "application/json-patch+json"),
			"application/merge-patch+json",
		},
		{"mergePreferences", "too-large", merge.sending(tooLarge), ""},
	}
	for body, text := range map[string]string{
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
		list = append(list, refusal{"mergePreferences", "invalid", merge.sending(body), text})
	}
	return list
}

func deleteRefusals(ada profile, stale map[string]string) []refusal {
	return []refusal{
		{"deleteProfile", "unauthenticated", ada.delete(nil).as(""), ""},
		{"deleteProfile", "not-found", ada.delete(nil).as("bob"), "not allowed to see"},
		{"deleteProfile", "invalid", withMalformedID(ada.delete(nil)), "accountId"},
		{"deleteProfile", "precondition-failed", ada.delete(stale), "current version"},
	}
}

// tooLarge is a body above API Gateway's limit of 10 MB.
var tooLarge = strings.Repeat(" ", 10<<20) + "{}"

// withMalformedID returns the request with an account ID that is not a UUID.
func withMalformedID(r request) request {
	segments := strings.Split(r.path, "/")
	segments[2] = segments[2][1:] + "g"
	r.path = strings.Join(segments, "/")
	return r
}

// preferences returns a patch that sets n preferences, p<first> and the following.
func preferences(first, n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"p%d":{"boolean":true}`, first+i))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// declaredProblems returns the kinds of problems that a specification declares, by
// operation.
func declaredProblems(t *testing.T, file string) map[string][]string {
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
		t.Fatalf("%s declares no problems", file)
	}
	return kinds
}

// withMember returns the JSON object with the member, in place of an earlier one of the
// name.
func withMember(object, name, value string) string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		panic(err) // the object is a constant
	}
	members[name] = json.RawMessage(value)
	body, err := json.Marshal(members)
	if err != nil {
		panic(err) // so is the value
	}
	return string(body)
}
