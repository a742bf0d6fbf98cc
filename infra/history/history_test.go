package history

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// at returns an operation in an interval of the history.
func at(call, ret int64, user int, r request, got response) op {
	r.user, r.at, got.region = user, regions[0], regions[0]
	return op{request: r, response: got, call: call, ret: ret}
}

func create(email, key string) request {
	return request{kind: createAccount, email: email, country: "CA", key: key}
}

func opened(status int, email, etag string) response {
	return response{status: status, email: email, country: "CA", state: "active", etag: etag}
}

func update(match, email string) request {
	return request{kind: updateAccount, match: match, email: email}
}

var (
	read      = request{kind: getAccount}
	noAccount = response{status: 404}
	lost      = response{status: 502}
	conflict  = response{status: 409, detail: detailTaken}
	closed    = response{status: 200, email: "a", country: "CA", state: "closed", etag: "2"}
)

// TestAccountModel checks histories of one user's account.
func TestAccountModel(t *testing.T) {
	for _, test := range []struct {
		name string
		ops  []op
		want bool
	}{
		{"read what was written", []op{
			at(1, 2, 0, create("a", ""), opened(201, "a", "1")),
			at(3, 4, 0, read, opened(200, "a", "1")),
		}, true},
		{"an acknowledged account is gone", []op{
			at(1, 2, 0, create("a", ""), opened(201, "a", "1")),
			at(3, 4, 0, read, noAccount),
		}, false},
		{"a lost response took effect", []op{
			at(1, 2, 0, create("a", ""), lost),
			at(3, 4, 0, read, opened(200, "a", "1")),
		}, true},
		{"a lost response took effect later", []op{
			at(1, 2, 0, create("a", ""), lost), at(3, 4, 0, read, noAccount), at(5, 6, 0, read, opened(200, "a", "1")),
		}, true},
		{"an account that nobody created", []op{at(3, 4, 0, read, opened(200, "a", "1"))}, false},
		{"two writers with one ETag", []op{
			at(1, 2, 0, create("a", ""), opened(201, "a", "1")),
			at(3, 6, 0, update("1", "b"), opened(200, "b", "2")), at(3, 6, 0, update("1", "c"), opened(200, "c", "3")),
		}, false},
		{"the same request again", []op{
			at(1, 2, 0, create("a", "k"), opened(201, "a", "1")), at(3, 4, 0, update("*", "b"), opened(200, "b", "2")),
			at(5, 6, 0, create("a", "k"), opened(201, "a", "1")),
		}, true},
		{"the same request again is a conflict", []op{
			at(1, 2, 0, create("a", "k"), opened(201, "a", "1")), at(3, 4, 0, create("a", "k"), conflict),
		}, false},
		{"a busy address promises no effect", []op{
			at(1, 2, 0, create("a", ""), response{status: 503, detail: busy[0]}), at(3, 4, 0, read, opened(200, "a", "1")),
		}, false},
		{"a closed account is active again", []op{
			at(1, 2, 0, create("a", ""), opened(201, "a", "1")),
			at(3, 4, 0, request{kind: closeAccount}, closed),
			at(5, 6, 0, update("*", "b"), opened(200, "b", "3")),
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &history{ops: test.ops}
			if got := porcupine.CheckOperations(accountModel, operations(h.accountOps(0))); got != test.want {
				t.Errorf("possible: %t, want %t", got, test.want)
			}
		})
	}
}

// TestAddressModel checks histories of the claims on one address.
func TestAddressModel(t *testing.T) {
	a := address(1, 0)
	owner := at(1, 2, 0, create(a, ""), opened(201, a, "1"))
	for _, test := range []struct {
		name string
		ops  []op
		want bool
	}{
		{"two owners", []op{owner, at(3, 4, 1, create(a, ""), opened(201, a, "2"))}, false},
		{"taken", []op{owner, at(3, 4, 1, create(a, ""), conflict)}, true},
		{"taken, although nobody has it", []op{at(3, 4, 1, create(a, ""), conflict)}, false},
		{"left", []op{
			owner, at(3, 4, 0, update("*", "b"), opened(200, "b", "2")), at(5, 6, 1, create(a, ""), opened(201, a, "3")),
		}, true},
		{"left, perhaps", []op{
			owner,
			at(3, 4, 0, update("*", "b"), lost),
			at(5, 6, 1, create(a, ""), opened(201, a, "3")),
		}, true},
		{"left, and shown again", []op{
			owner, at(3, 4, 0, update("*", "b"), opened(200, "b", "2")), at(5, 6, 1, create(a, ""), opened(201, a, "3")),
			at(7, 8, 0, read, opened(200, a, "1")),
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &history{ops: test.ops}
			var ops []porcupine.Operation
			for _, c := range h.claimOps(a) {
				ops = append(ops, operation(c.op, c))
			}
			if got := porcupine.CheckOperations(addressModel, ops); got != test.want {
				t.Errorf("possible: %t, want %t", got, test.want)
			}
		})
	}
}
