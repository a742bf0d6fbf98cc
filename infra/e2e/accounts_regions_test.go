package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
)

const sharedAddress = "shared@example.com"

// takeAddress returns the request of a user who has verified the shared address.
func takeAddress(user, from string) request {
	return createAccount().as(user).at(from).proving(sharedAddress).sending(`{"email":"` + sharedAddress +
		`","country":"CA"}`)
}

// isolate cuts a Region from the other one and from the witness, or reconnects it.
func isolate(t *testing.T, cloud *local.Cloud, region string, change func(a, b string) error) {
	t.Helper()
	for _, other := range []string{east, west, dynamodb.Witness} {
		if other == region {
			continue
		}
		if err := change(region, other); err != nil {
			t.Fatal(err)
		}
	}
}

// expectRefusedForNow checks a response of a Region that cannot be sure.
func expectRefusedForNow(t *testing.T, what string, a response) {
	t.Helper()
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("%s: got %s, want 503 with Retry-After", what, a)
	}
}

// holders returns the users who see their account active with the shared address in a
// Region.
func holders(t *testing.T, cloud *local.Cloud, from string, users ...string) (list []string) {
	t.Helper()
	for _, user := range users {
		mine := call(t, cloud, getMyAccount(user).at(from))
		if mine.field("status") == "active" && mine.field("email") == sharedAddress {
			list = append(list, user)
		}
	}
	return list
}

// TestOneAddressTwoRegionsAtOnce opens an account in each Region at once, with one address:
// with the Regions connected, and with the link between them cut.
func TestOneAddressTwoRegionsAtOnce(t *testing.T) {
	for _, test := range []struct {
		name string
		cut  bool
	}{{"connected", false}, {"link cut", true}} {
		t.Run(test.name, func(t *testing.T) {
			cloud := startCloud(t)
			if test.cut {
				cut(t, cloud)
			}
			var all sync.WaitGroup
			var inWest, inEast response
			all.Go(func() { inWest = call(t, cloud, takeAddress("ada", vancouver)) })
			all.Go(func() { inEast = call(t, cloud, takeAddress("bob", montreal)) })
			all.Wait()
			opened := 0
			for user, a := range map[string]response{"ada": inWest, "bob": inEast} {
				switch a.status {
				case http.StatusCreated:
					opened++
				case http.StatusConflict:
				default:
					expectRefusedForNow(t, user, a)
				}
			}
			if opened > 1 {
				t.Errorf("ada: %s, bob: %s, want at most one account", inWest, inEast)
			}
			if test.cut {
				heal(t, cloud)
			}
			waitForReplication(t, cloud)
			for _, from := range []string{vancouver, montreal} {
				if list := holders(t, cloud, from, "ada", "bob"); len(list) != opened {
					t.Errorf("the address belongs to %v in the Region of %s, want %d account", list, from, opened)
				}
			}
		})
	}
}

// TestAnAddressThatWasLeftInTheOtherRegion leaves an address in one Region. Both refuse it
// to another account until the replicas of both show that it was left, so that no read shows
// two accounts with one address.
func TestAnAddressThatWasLeftInTheOtherRegion(t *testing.T) {
	cloud := startCloud(t)
	mustCall(t, cloud, takeAddress("ada", vancouver), http.StatusCreated)
	waitForReplication(t, cloud)
	expectStatus(t, cloud, "bob, while it belongs to ada", takeAddress("bob", montreal), http.StatusConflict)
	cut(t, cloud)
	mustCall(t, cloud, closeMine(cloud, "ada", vancouver), http.StatusOK)
	expectRefusedForNow(t, "bob, before the east shows it", call(t, cloud, takeAddress("bob", montreal)))
	expectRefusedForNow(t, "bob in the west, before the east shows it", call(t, cloud, takeAddress("bob", vancouver)))
	heal(t, cloud)
	waitForReplication(t, cloud)
	expectStatus(t, cloud, "bob, afterwards", takeAddress("bob", montreal), http.StatusCreated)
	for _, from := range []string{vancouver, montreal} {
		if list := holders(t, cloud, from, "ada", "bob"); len(list) > 1 {
			t.Errorf("from %s, the address belongs to %v", from, list)
		}
	}
}

// TestAnIsolatedRegionRefusesWritesAndServesReads cuts a Region from all others.
func TestAnIsolatedRegionRefusesWritesAndServesReads(t *testing.T) {
	cloud := startCloud(t)
	created := openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	waitForReplication(t, cloud)
	isolate(t, cloud, west, cloud.Cut)
	for name, r := range map[string]request{
		"create": takeAddress("bob", vancouver),
		"patch":  patchMine(cloud, "ada", vancouver, `{"country":"US"}`),
		"close":  closeMine(cloud, "ada", vancouver),
	} {
		expectRefusedForNow(t, name, call(t, cloud, r))
	}
	expectSame(t, "read", call(t, cloud, getMyAccount("ada").at(vancouver)), created)
	mustCall(t, cloud, patchMine(cloud, "ada", montreal, `{"country":"US"}`), http.StatusOK)
	isolate(t, cloud, west, cloud.Heal)
	waitForReplication(t, cloud)
	changed := mustCall(t, cloud, getMyAccount("ada").at(vancouver), http.StatusOK)
	if changed.field("country") != "US" {
		t.Errorf("after the reconnection: %s, want the change of the east", changed)
	}
}

// TestAcknowledgedChangesAreNotLost changes one version in both Regions while the link
// between them is cut. One is acknowledged, and stays.
func TestAcknowledgedChangesAreNotLost(t *testing.T) {
	cloud := startCloud(t)
	created := openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	waitForReplication(t, cloud)
	cut(t, cloud)
	patch := func(from, email string) request {
		return patchMine(cloud, "ada", from, `{"email":"`+email+`"}`).proving(email).with("If-Match", created.etag())
	}
	kept := mustCall(t, cloud, patch(vancouver, "west@example.com"), http.StatusOK)
	expectStatus(t, cloud, "the same version in the east", patch(montreal, "east@example.com"),
		http.StatusPreconditionFailed)
	if a := call(t, cloud, getMyAccount("ada").at(montreal)); a.body != created.body {
		t.Errorf("read in the east before replication: %s, want %s", a, created)
	}
	heal(t, cloud)
	waitForReplication(t, cloud)
	for _, from := range []string{vancouver, montreal} {
		expectSame(t, "after replication, from "+from, call(t, cloud, getMyAccount("ada").at(from)), kept)
	}
	openAccount(t, cloud, "bob", "east@example.com", montreal) // the refused change claimed nothing
	openAccount(t, cloud, "root", "ada@example.com", montreal) // and the accepted one has left its own
}

// TestAClosedAccountStaysClosed closes an account in one Region and changes it in the
// other one, whose replica still shows it active.
func TestAClosedAccountStaysClosed(t *testing.T) {
	cloud := startCloud(t)
	openAccount(t, cloud, "ada", "ada@example.com", vancouver)
	waitForReplication(t, cloud)
	cut(t, cloud)
	closed := mustCall(t, cloud, closeMine(cloud, "ada", vancouver), http.StatusOK)
	expectStatus(t, cloud, "change", patchMine(cloud, "ada", montreal, `{"country":"US"}`), http.StatusConflict)
	expectSame(t, "close again in the east", call(t, cloud, closeMine(cloud, "ada", montreal)), closed)
	heal(t, cloud)
	waitForReplication(t, cloud)
	for _, from := range []string{vancouver, montreal} {
		expectSame(t, "read from "+from, call(t, cloud, getMyAccount("ada").at(from)), closed)
	}
}

// TestALateRepetitionDoesNotReviveAClosedAccount repeats the request that opened an account
// in the other Region, after the account was closed and before anything is replicated.
func TestALateRepetitionDoesNotReviveAClosedAccount(t *testing.T) {
	cloud := startCloud(t)
	cut(t, cloud)
	create := createWithKey("one", newAccount)
	first := mustCall(t, cloud, create, http.StatusCreated)
	closed := mustCall(t, cloud, closeMine(cloud, "ada", vancouver), http.StatusOK)
	expectSame(t, "repeated in the east", mustCall(t, cloud, create.at(montreal), http.StatusCreated), first)
	heal(t, cloud)
	waitForReplication(t, cloud)
	for _, from := range []string{vancouver, montreal} {
		expectSame(t, "read from "+from, call(t, cloud, getMyAccount("ada").at(from)), closed)
	}
	expectStatus(t, cloud, "another key", createWithKey("two", newAccount).at(montreal), http.StatusConflict)
}

// TestTheFirstRequestWithAKeyIsKept sends two requests with one key, one in each Region,
// before anything is replicated. The first client gets its own response again, in both
// Regions, and the second one 422.
func TestTheFirstRequestWithAKeyIsKept(t *testing.T) {
	cloud := startCloud(t)
	cut(t, cloud)
	create := createWithKey("one", newAccount)
	other := createWithKey("one", strings.Replace(newAccount, "CA", "US", 1)).at(montreal)
	first := mustCall(t, cloud, create, http.StatusCreated)
	expectStatus(t, cloud, "the other request", other, http.StatusUnprocessableEntity)
	expectSame(t, "repeated in the west", mustCall(t, cloud, create, http.StatusCreated), first)
	expectSame(t, "repeated in the east", mustCall(t, cloud, create.at(montreal), http.StatusCreated), first)
	heal(t, cloud)
	waitForReplication(t, cloud)
	expectSame(t, "repeated in the west", mustCall(t, cloud, create, http.StatusCreated), first)
	expectSame(t, "repeated in the east", mustCall(t, cloud, create.at(montreal), http.StatusCreated), first)
	expectStatus(t, cloud, "the other request", other, http.StatusUnprocessableEntity)
}

// TestARegionAddedLaterCallsTheNearestMember opens an account in a fourth Region. The nearest
// of the three members has it at once, and another one after replication only.
func TestARegionAddedLaterCallsTheNearestMember(t *testing.T) {
	const calgary = "51.04,-114.07"
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Regions = []string{east, west, "ca-central-1", "ca-west-1"}
		cfg.ReplicationLag = time.Hour
	})
	created := openAccount(t, cloud, "ada", "ada@example.com", calgary)
	if created.region() != "ca-west-1" {
		t.Fatalf("opened in %s, want ca-west-1", created.region())
	}
	expectSame(t, "read where it was opened", mustCall(t, cloud, getMyAccount("ada").at(calgary), http.StatusOK), created)
	expectSame(t, "read in the nearest member", mustCall(t, cloud, getMyAccount("ada").at(vancouver), http.StatusOK),
		created)
	expectStatus(t, cloud, "in the member of the same country", getMyAccount("ada").at(montreal), http.StatusNotFound)
}

// TestHeldWritesAreRefused runs the functions as deploy:claims does while it copies accounts
// and claims: they refuse writes, and read.
func TestHeldWritesAreRefused(t *testing.T) {
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Services = slices.Clone(cfg.Services)
		for i, s := range cfg.Services {
			held := *s
			held.Functions = map[string]manifest.Function{}
			for name, f := range s.Functions {
				f.Environment = maps.Clone(f.Environment)
				f.Environment["STRONG_HELD"] = "true"
				held.Functions[name] = f
			}
			cfg.Services[i] = &held
		}
	})
	refused := expectStatus(t, cloud, "create", createWithKey("one", newAccount), http.StatusServiceUnavailable)
	if after := refused.header.Get("Retry-After"); after != "10" {
		t.Errorf("Retry-After is %q, want 10", after)
	}
	expectStatus(t, cloud, "read", getMyAccount("ada"), http.StatusNotFound)
}

// patchMine returns the request that changes the user's own account in any version.
func patchMine(cloud *local.Cloud, user, from, body string) request {
	path := "/accounts/" + subject(cloud, user)
	return request{method: "PATCH", path: path, user: user, from: from, body: body, header: ifMatch("*")}
}

// closeMine returns the request that closes the user's own account.
func closeMine(cloud *local.Cloud, user, from string) request {
	return request{method: "DELETE", path: "/accounts/" + subject(cloud, user), user: user, from: from}
}
