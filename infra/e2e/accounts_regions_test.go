package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local"
)

const shared = "shared@example.com"

// bothRegions lets ada in the west and bob in the east open an account with one
// address while the link is cut, bob last, and heals it.
func bothRegions(t *testing.T) *local.Cloud {
	t.Helper()
	cloud := start(t, withUsers("late", 1, "accounts/read", "accounts/write"))
	cut(t, cloud)
	openAccount(t, cloud, "ada", shared, vancouver)
	openAccount(t, cloud, "bob", shared, montreal)
	heal(t, cloud)
	return cloud
}

func cut(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Cut(east, west); err != nil {
		t.Fatal(err)
	}
}

func heal(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Heal(east, west); err != nil {
		t.Fatal(err)
	}
	settled(t, cloud)
}

// emailStatus is what both Regions tell of the user's account, once they agree.
func emailStatus(t *testing.T, cloud *local.Cloud, user string) string {
	t.Helper()
	settled(t, cloud)
	mine := request{method: "GET", path: "/accounts/me", user: user, from: vancouver}
	a := call(t, cloud, mine)
	mine.from = montreal
	if b := call(t, cloud, mine); a.status != http.StatusOK || b.body != a.body {
		t.Fatalf("%s's account is %s in the west and %s in the east", user, a, b)
	}
	return a.field("emailStatus")
}

// reconciliation is what reconcileEmails answers.
type reconciliation struct {
	Checked, Waiting    int
	Restored, Contested []string
}

func reconcile(t *testing.T, cloud *local.Cloud, from, query string) reconciliation {
	t.Helper()
	settled(t, cloud)
	a := call(t, cloud, request{method: "POST", path: "/accounts/reconciliations" + query, user: "root", from: from})
	var r reconciliation
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != http.StatusOK || r.Restored == nil || r.Contested == nil {
		t.Fatalf("reconcile: %s", a)
	}
	return r
}

// patchMine changes the user's account, whatever its version.
func patchMine(t *testing.T, cloud *local.Cloud, user, from, body string) answer {
	t.Helper()
	return call(t, cloud, request{method: "PATCH", path: "/accounts/" + subject(cloud, user), user: user, from: from, body: body, header: matching("*")})
}

// TestOneAddressInTwoRegions is the promise of accounts/README.md: no account is
// lost, reconciling finds the loser, and the loser can mend it.
func TestOneAddressInTwoRegions(t *testing.T) {
	cloud := bothRegions(t)
	for _, user := range []string{"ada", "bob"} {
		if s := emailStatus(t, cloud, user); s != "confirmed" {
			t.Errorf("%s before anybody has looked: %s", user, s)
		}
	}
	if a := call(t, cloud, request{method: "POST", path: "/accounts", user: "late-0", body: `{"email":"` + shared + `","country":"CA"}`}); a.status != http.StatusConflict {
		t.Errorf("a third account: %s", a)
	}
	if r := reconcile(t, cloud, montreal, ""); r.Checked != 2 || r.Waiting != 1 || len(r.Contested)+len(r.Restored) != 0 {
		t.Errorf("before it has settled: %+v", r)
	}
	if r := reconcile(t, cloud, montreal, "?settleSeconds=0"); r.Checked != 2 || !slices.Equal(r.Contested, []string{subject(cloud, "ada")}) || len(r.Restored) != 0 {
		t.Errorf("reconciled: %+v", r)
	}
	if ada, bob := emailStatus(t, cloud, "ada"), emailStatus(t, cloud, "bob"); ada != "contested" || bob != "confirmed" {
		t.Errorf("after that ada is %s, bob %s", ada, bob)
	}
	if r := reconcile(t, cloud, vancouver, "?settleSeconds=0"); r.Checked != 2 || len(r.Contested)+len(r.Restored)+r.Waiting != 0 {
		t.Errorf("reconciled again, in the other Region: %+v", r)
	}
	if a := patchMine(t, cloud, "ada", vancouver, `{"email":"`+shared+`"}`); a.status != http.StatusConflict {
		t.Errorf("ada insists: %s", a)
	}
	if a := patchMine(t, cloud, "ada", vancouver, `{"email":"ada@example.com"}`); a.status != http.StatusOK || a.field("emailStatus") != "confirmed" {
		t.Errorf("ada takes another address: %s", a)
	}
	if ada, bob := emailStatus(t, cloud, "ada"), emailStatus(t, cloud, "bob"); ada != "confirmed" || bob != "confirmed" {
		t.Errorf("in the end ada is %s, bob %s", ada, bob)
	}
}

func TestTheLoserOfAnAddressFindsOutByAnyChange(t *testing.T) {
	cloud := bothRegions(t)
	if a := patchMine(t, cloud, "ada", vancouver, `{"country":"US"}`); a.status != http.StatusOK || a.field("country") != "US" || a.field("emailStatus") != "contested" {
		t.Errorf("ada changes something else: %s", a)
	}
	if a := call(t, cloud, request{method: "DELETE", path: "/accounts/" + subject(cloud, "ada"), user: "ada", from: vancouver}); a.status != http.StatusOK {
		t.Errorf("ada closes: %s", a)
	}
	if s := emailStatus(t, cloud, "bob"); s != "confirmed" {
		t.Errorf("bob is %s", s)
	}
	late := request{method: "POST", path: "/accounts", user: "late-0", body: `{"email":"` + shared + `","country":"CA"}`}
	if a := call(t, cloud, late); a.status != http.StatusConflict {
		t.Errorf("the address is bob's still: %s", a)
	}
	if a := call(t, cloud, request{method: "DELETE", path: "/accounts/" + subject(cloud, "bob"), user: "bob", from: vancouver}); a.status != http.StatusOK {
		t.Errorf("bob closes: %s", a)
	}
	settled(t, cloud)
	if a := call(t, cloud, late); a.status != http.StatusCreated {
		t.Errorf("the address is free: %s", a)
	}
}

// TestOneUserInTwoRegions writes one account in both Regions at once: the last
// writer wins, as a whole, and there is one account.
func TestOneUserInTwoRegions(t *testing.T) {
	cloud := start(t)
	cut(t, cloud)
	first := openAccount(t, cloud, "ada", "west@example.com", vancouver)
	second := openAccount(t, cloud, "ada", "east@example.com", montreal)
	if first.header.Get("ETag") == second.header.Get("ETag") {
		t.Error("two contents have one ETag")
	}
	heal(t, cloud)
	if s := emailStatus(t, cloud, "ada"); s != "confirmed" {
		t.Error(s)
	}
	mine := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada"})
	if mine.body != second.body {
		t.Errorf("the last writer's: %s", mine)
	}
	stale := request{method: "PATCH", path: "/accounts/" + subject(cloud, "ada"), user: "ada", body: `{"country":"US"}`, header: matching(first.header.Get("ETag"))}
	if a := call(t, cloud, stale); a.status != http.StatusPreconditionFailed {
		t.Errorf("a change of what has lost: %s", a)
	}
	openAccount(t, cloud, "bob", "west@example.com", montreal) // left behind by what has lost
}

// TestARepetitionInTheOtherRegion sends one request, with its key, to both
// Regions before they know of each other: the Region that has seen nothing opens
// the account, and one account is left, whose answer the key gets from then on.
func TestARepetitionInTheOtherRegion(t *testing.T) {
	cloud := start(t)
	cut(t, cloud)
	inEast := keyed("one", newAccount)
	inEast.from = montreal
	first := call(t, cloud, keyed("one", newAccount))
	if a := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada", from: montreal}); a.status != http.StatusNotFound {
		t.Errorf("in the east, before it is told: %s", a)
	}
	second := call(t, cloud, inEast)
	if first.status != http.StatusCreated || second.status != http.StatusCreated || first.header.Get("ETag") == second.header.Get("ETag") {
		t.Fatalf("opened: %s and %s", first, second)
	}
	heal(t, cloud)
	if s := emailStatus(t, cloud, "ada"); s != "confirmed" {
		t.Error(s)
	}
	mine := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada"})
	for _, again := range []answer{mine, call(t, cloud, keyed("one", newAccount)), call(t, cloud, inEast)} {
		if again.body != second.body || again.header.Get("ETag") != second.header.Get("ETag") {
			t.Errorf("got %s, want the later answer, %s", again, second)
		}
	}
	if r := reconcile(t, cloud, montreal, "?settleSeconds=0"); r.Checked != 1 || len(r.Contested)+len(r.Restored)+r.Waiting != 0 {
		t.Errorf("reconciled: %+v", r)
	}
}

// TestChangesOfOneVersionInBothRegions lets both Regions accept one If-Match.
func TestChangesOfOneVersionInBothRegions(t *testing.T) {
	cloud := start(t)
	created := openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	settled(t, cloud)
	cut(t, cloud)
	patch := func(from, etag, email string) answer {
		return call(t, cloud, request{method: "PATCH", path: created.header.Get("Location"), user: "ada", from: from,
			body: `{"email":"` + email + `"}`, header: matching(etag)})
	}
	lost := patch(vancouver, created.header.Get("ETag"), "west@example.com")
	if a := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada", from: montreal}); a.body != created.body {
		t.Errorf("in the east, before it is told: %s", a)
	}
	if a := call(t, cloud, request{method: "GET", path: "/accounts", user: "root", from: montreal}); !strings.Contains(a.body, created.body) {
		t.Errorf("listed in the east, before it is told: %s", a)
	}
	kept := patch(montreal, created.header.Get("ETag"), "east@example.com")
	if lost.status != http.StatusOK || kept.status != http.StatusOK {
		t.Fatalf("patched: %s and %s", lost, kept)
	}
	heal(t, cloud)
	if s := emailStatus(t, cloud, "ada"); s != "confirmed" {
		t.Error(s)
	}
	if mine := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada"}); mine.body != kept.body {
		t.Errorf("got %s, want the later one, %s", mine, kept)
	}
	if a := patch(vancouver, lost.header.Get("ETag"), "again@example.com"); a.status != http.StatusPreconditionFailed {
		t.Errorf("a change of what has lost: %s", a)
	}
	openAccount(t, cloud, "bob", "west@example.com", vancouver) // left behind by what has lost
}

// TestCloseAgainstAChangeInTheOtherRegion is the price of last writer wins: a
// change elsewhere at the same moment can undo a close, and the address is put
// back.
func TestCloseAgainstAChangeInTheOtherRegion(t *testing.T) {
	cloud := start(t)
	openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	settled(t, cloud)
	cut(t, cloud)
	closing := request{method: "DELETE", path: "/accounts/" + subject(cloud, "ada"), user: "ada", from: vancouver}
	if a := call(t, cloud, closing); a.field("status") != "closed" {
		t.Fatal(a)
	}
	if a := patchMine(t, cloud, "ada", montreal, `{"country":"US"}`); a.status != http.StatusOK {
		t.Fatal(a)
	}
	heal(t, cloud)
	if s := emailStatus(t, cloud, "ada"); s != "confirmed" {
		t.Error(s)
	}
	mine := request{method: "GET", path: "/accounts/me", user: "ada"}
	if a := call(t, cloud, mine); a.field("status") != "active" || a.field("country") != "US" {
		t.Errorf("the last writer's: %s", a)
	}
	if r := reconcile(t, cloud, vancouver, "?settleSeconds=0"); !slices.Equal(r.Restored, []string{subject(cloud, "ada")}) {
		t.Errorf("reconciled: %+v", r)
	}
	settled(t, cloud)
	if a := call(t, cloud, request{method: "POST", path: "/accounts", user: "bob", body: newAccount, from: montreal}); a.status != http.StatusConflict {
		t.Errorf("the address is hers: %s", a)
	}
	if a := call(t, cloud, closing); a.field("status") != "closed" {
		t.Errorf("closed once more: %s", a)
	}
}
