package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestIdentifiersInUpperCase uses the spelling of clients that write UUIDs in upper
// case, such as Swift's.
func TestIdentifiersInUpperCase(t *testing.T) {
	cloud := startCloud(t)
	upper := strings.ToUpper(subject(cloud, "ada"))
	created := openAccount(t, cloud, "ada", "ada@example.com", "")
	account := request{method: "GET", path: "/accounts/" + upper, user: "ada"}
	expectSame(t, "account", expectStatus(t, cloud, "account", account, http.StatusOK), created)
	patch := request{method: "PATCH", path: account.path, user: "ada", body: `{"country":"US"}`}
	patch.header = ifMatch(created.etag())
	expectStatus(t, cloud, "changed account", patch.with("Content-Type", "application/merge-patch+json"), http.StatusOK)

	lower := absentProfile(t, cloud, "ada")
	ada := lower
	ada.path = "/profiles/" + upper
	expectStatus(t, cloud, "profile", ada.put(profileContent, ifNoneExists), http.StatusCreated)
	read := expectStatus(t, cloud, "profile", ada.get(), http.StatusOK)
	expectSame(t, "profile", read, expectStatus(t, cloud, "profile in lower case", lower.get(), http.StatusOK))
	expectStatus(t, cloud, "public profile", ada.getPublic(), http.StatusOK)
	expectStatus(t, cloud, "preferences", ada.merge(`{"theme":{"text":"dark"}}`), http.StatusOK)
	expectStatus(t, cloud, "deleted profile", ada.delete(nil), http.StatusNoContent)
}

// TestConditionsInSeveralLines sends lists of entity tags in two header lines.
func TestConditionsInSeveralLines(t *testing.T) {
	cloud := startCloud(t)
	created := openAccount(t, cloud, "ada", "ada@example.com", "")
	read := request{method: "GET", path: "/accounts/" + subject(cloud, "ada"), user: "ada"}
	for name, test := range map[string]struct {
		value  string
		status int
	}{
		"the first line matches":  {created.etag() + "\n\"1\"", http.StatusNotModified},
		"the second line matches": {"\"1\"\n" + created.etag(), http.StatusNotModified},
		"no line matches":         {"\"1\"\n\"2\"", http.StatusOK},
	} {
		expectStatus(t, cloud, "If-None-Match, "+name, read.with("If-None-Match", test.value), test.status)
	}
	patch := request{method: "PATCH", path: read.path, user: "ada", body: `{"country":"CA"}`}
	patch = patch.with("Content-Type", "application/merge-patch+json")
	none, first := patch.with("If-Match", "\"1\"\n\"2\""), patch.with("If-Match", created.etag()+"\n\"1\"")
	expectStatus(t, cloud, "If-Match, no line matches", none, http.StatusPreconditionFailed)
	expectStatus(t, cloud, "If-Match, the first line matches", first, http.StatusOK)
}
