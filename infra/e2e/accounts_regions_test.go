package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local"
)

const sharedAddress = "shared@example.com"

// startWithSharedAddress starts a cloud in which ada in the west and bob in the east
// have opened accounts with one address while the replication was cut, bob last.
func startWithSharedAddress(t *testing.T) *local.Cloud {
	t.Helper()
	cloud := startCloud(t, withUsers("late", 1, "accounts/read", "accounts/write"))
	cut(t, cloud)
	openAccount(t, cloud, "ada", sharedAddress, vancouver)
	openAccount(t, cloud, "bob", sharedAddress, montreal)
	heal(t, cloud)
	return cloud
}

// emailStatus returns the emailStatus of the user's account. It fails the test unless
// both Regions return the same account.
func emailStatus(t *testing.T, cloud *local.Cloud, user string) string {
	t.Helper()
	waitForReplication(t, cloud)
	inWest := call(t, cloud, getMyAccount(user).at(vancouver))
	inEast := call(t, cloud, getMyAccount(user).at(montreal))
	if inWest.status != http.StatusOK || inEast.body != inWest.body {
		t.Fatalf("%s's account is %s in the west and %s in the east", user, inWest, inEast)
	}
	return inWest.field("emailStatus")
}

// expectEmailStatus checks the emailStatus of the user's account.
func expectEmailStatus(t *testing.T, cloud *local.Cloud, when, user, want string) {
	t.Helper()
	if got := emailStatus(t, cloud, user); got != want {
		t.Errorf("%s: the emailStatus of %s is %s, want %s", when, user, got, want)
	}
}

// reconciliation is the response of reconcileEmails.
type reconciliation struct {
	Checked, Waiting    int
	Restored, Contested []string
}

// expectReconciliation calls reconcileEmails in a Region and checks the response.
func expectReconciliation(t *testing.T, cloud *local.Cloud, when, from, query string, want reconciliation) {
	t.Helper()
	waitForReplication(t, cloud)
	a := call(t, cloud, request{method: "POST", path: "/accounts/reconciliations" + query, user: "root", from: from})
	var got reconciliation
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: %s, %v", when, a, err)
	}
	if want.Restored == nil {
		want.Restored = []string{}
	}
	if want.Contested == nil {
		want.Contested = []string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: reconciliation (-want +got):\n%s", when, diff)
	}
}

// patchMine returns the request that changes the user's account, whatever its version.
func patchMine(cloud *local.Cloud, user, from, body string) request {
	return request{
		method: "PATCH", path: "/accounts/" + subject(cloud, user), user: user, from: from, body: body, header: ifMatch("*"),
	}
}

// closeMine returns the request that closes the user's account.
func closeMine(cloud *local.Cloud, user, from string) request {
	return request{method: "DELETE", path: "/accounts/" + subject(cloud, user), user: user, from: from}
}

// TestOneAddressInTwoRegions checks the promise of accounts/README.md: no account is
// lost, a reconciliation finds the one that lost the address, and its owner can take
// another address.
func TestOneAddressInTwoRegions(t *testing.T) {
	cloud := startWithSharedAddress(t)
	for _, user := range []string{"ada", "bob"} {
		expectEmailStatus(t, cloud, "before a reconciliation", user, "confirmed")
	}
	late := createAccount().as("late-0").sending(`{"email":"` + sharedAddress + `","country":"CA"}`)
	expectStatus(t, cloud, "third account with the address", late, http.StatusConflict)
	expectReconciliation(t, cloud, "before the accounts have settled", montreal, "",
		reconciliation{Checked: 2, Waiting: 1})
	expectReconciliation(t, cloud, "after they have settled", montreal, "?settleSeconds=0",
		reconciliation{Checked: 2, Contested: []string{subject(cloud, "ada")}})
	expectEmailStatus(t, cloud, "after the reconciliation", "ada", "contested")
	expectEmailStatus(t, cloud, "after the reconciliation", "bob", "confirmed")
	expectReconciliation(t, cloud, "again, in the other Region", vancouver, "?settleSeconds=0", reconciliation{Checked: 2})

	same := patchMine(cloud, "ada", vancouver, `{"email":"`+sharedAddress+`"}`)
	expectStatus(t, cloud, "ada keeps the address", same, http.StatusConflict)
	another := patchMine(cloud, "ada", vancouver, `{"email":"ada@example.com"}`)
	a := expectStatus(t, cloud, "ada takes another address", another, http.StatusOK)
	if a.field("emailStatus") != "confirmed" {
		t.Errorf("ada takes another address: %s, want it confirmed", a)
	}
	for _, user := range []string{"ada", "bob"} {
		expectEmailStatus(t, cloud, "with two addresses", user, "confirmed")
	}
}

func TestLoserOfAnAddressIsToldByAnyChange(t *testing.T) {
	cloud := startWithSharedAddress(t)
	patch := patchMine(cloud, "ada", vancouver, `{"country":"US"}`)
	changed := expectStatus(t, cloud, "ada changes the country", patch, http.StatusOK)
	if changed.field("country") != "US" || changed.field("emailStatus") != "contested" {
		t.Errorf("ada changes the country: %s, want US and contested", changed)
	}
	expectStatus(t, cloud, "ada closes", closeMine(cloud, "ada", vancouver), http.StatusOK)
	expectEmailStatus(t, cloud, "after ada has closed", "bob", "confirmed")
	late := createAccount().as("late-0").at("").sending(`{"email":"` + sharedAddress + `","country":"CA"}`)
	expectStatus(t, cloud, "bob has the address", late, http.StatusConflict)
	expectStatus(t, cloud, "bob closes", closeMine(cloud, "bob", vancouver), http.StatusOK)
	waitForReplication(t, cloud)
	expectStatus(t, cloud, "the address is free", late, http.StatusCreated)
}

// TestOneUserInTwoRegions opens one user's account in both Regions at the same time.
// The last writer wins, and there is one account.
func TestOneUserInTwoRegions(t *testing.T) {
	cloud := startCloud(t)
	cut(t, cloud)
	first := openAccount(t, cloud, "ada", "west@example.com", vancouver)
	second := openAccount(t, cloud, "ada", "east@example.com", montreal)
	if first.etag() == second.etag() {
		t.Errorf("both accounts have the ETag %s", first.etag())
	}
	heal(t, cloud)
	expectEmailStatus(t, cloud, "after replication", "ada", "confirmed")
	if mine := call(t, cloud, getMyAccount("ada")); mine.body != second.body {
		t.Errorf("got %s, want the last writer's %s", mine, second)
	}
	stale := patchMine(cloud, "ada", "", `{"country":"US"}`).with("If-Match", first.etag())
	expectStatus(t, cloud, "change of the version that lost", stale, http.StatusPreconditionFailed)
	openAccount(t, cloud, "bob", "west@example.com", montreal) // the version that lost does not block its address
}

// TestRepetitionInTheOtherRegion sends one request with its key to both Regions while
// the replication is cut. Both open the account. Afterwards there is one, and the key
// returns it.
func TestRepetitionInTheOtherRegion(t *testing.T) {
	cloud := startCloud(t)
	cut(t, cloud)
	inWest := createWithKey("one", newAccount)
	inEast := inWest.at(montreal)
	first := mustCall(t, cloud, inWest, http.StatusCreated)
	expectStatus(t, cloud, "read in the east before replication", getMyAccount("ada").at(montreal), http.StatusNotFound)
	second := mustCall(t, cloud, inEast, http.StatusCreated)
	if first.etag() == second.etag() {
		t.Fatalf("the accounts %s and %s have one ETag", first, second)
	}
	heal(t, cloud)
	expectEmailStatus(t, cloud, "after replication", "ada", "confirmed")
	expectSame(t, "read", call(t, cloud, getMyAccount("ada")), second)
	expectSame(t, "repeated in the west", call(t, cloud, inWest), second)
	expectSame(t, "repeated in the east", call(t, cloud, inEast), second)
	expectReconciliation(t, cloud, "after replication", montreal, "?settleSeconds=0", reconciliation{Checked: 1})
}

// TestChangesOfOneVersionInBothRegions changes one version in both Regions while the
// replication is cut: both accept the If-Match, and the last writer wins.
func TestChangesOfOneVersionInBothRegions(t *testing.T) {
	cloud := startCloud(t)
	created := openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	waitForReplication(t, cloud)
	cut(t, cloud)
	patch := func(from, etag, email string) request {
		return patchMine(cloud, "ada", from, `{"email":"`+email+`"}`).with("If-Match", etag)
	}
	lost := mustCall(t, cloud, patch(vancouver, created.etag(), "west@example.com"), http.StatusOK)
	if a := call(t, cloud, getMyAccount("ada").at(montreal)); a.body != created.body {
		t.Errorf("read in the east before replication: %s, want %s", a, created)
	}
	list := request{method: "GET", path: "/accounts", user: "root", from: montreal}
	if a := call(t, cloud, list); !strings.Contains(a.body, created.body) {
		t.Errorf("listed in the east before replication: %s, want %s in it", a, created)
	}
	kept := mustCall(t, cloud, patch(montreal, created.etag(), "east@example.com"), http.StatusOK)
	heal(t, cloud)
	expectEmailStatus(t, cloud, "after replication", "ada", "confirmed")
	if mine := call(t, cloud, getMyAccount("ada")); mine.body != kept.body {
		t.Errorf("got %s, want the later version %s", mine, kept)
	}
	stale := patch(vancouver, lost.etag(), "again@example.com")
	expectStatus(t, cloud, "change of the version that lost", stale, http.StatusPreconditionFailed)
	openAccount(t, cloud, "bob", "west@example.com", vancouver) // the version that lost does not block its address
}

// TestCloseAgainstAChangeInTheOtherRegion shows a cost of last writer wins: a change at
// the same time in the other Region can undo a close. A reconciliation then restores
// the address.
func TestCloseAgainstAChangeInTheOtherRegion(t *testing.T) {
	cloud := startCloud(t)
	openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	waitForReplication(t, cloud)
	cut(t, cloud)
	closing := closeMine(cloud, "ada", vancouver)
	if a := call(t, cloud, closing); a.field("status") != "closed" {
		t.Fatalf("close: %s, want the status closed", a)
	}
	mustCall(t, cloud, patchMine(cloud, "ada", montreal, `{"country":"US"}`), http.StatusOK)
	heal(t, cloud)
	expectEmailStatus(t, cloud, "after replication", "ada", "confirmed")
	if a := call(t, cloud, getMyAccount("ada")); a.field("status") != "active" || a.field("country") != "US" {
		t.Errorf("got %s, want the last writer's active account in US", a)
	}
	expectReconciliation(t, cloud, "after replication", vancouver, "?settleSeconds=0",
		reconciliation{Checked: 1, Restored: []string{subject(cloud, "ada")}})
	waitForReplication(t, cloud)
	expectStatus(t, cloud, "bob uses ada's address", createAccount().as("bob").at(montreal), http.StatusConflict)
	if a := call(t, cloud, closing); a.field("status") != "closed" {
		t.Errorf("close again: %s, want the status closed", a)
	}
}
