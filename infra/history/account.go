package history

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// account is the state of a user's account. A version that no response has shown yet is
// unseen followed by the operation that wrote it, and becomes known with the first
// response that shows it.
type account struct {
	exists, closed       bool
	email, country, etag string
	// The request that opened the account, and its response.
	key, openEmail, openCountry, openETag string
}

const unseen = "written by "

// is reports whether the state can have the version, and the state with that version.
func (a account) is(etag string) (account, bool) {
	if a.etag != etag && !strings.HasPrefix(a.etag, unseen) || etag == "" {
		return a, false
	}
	return a.bind(a.etag, etag), true
}

// bind replaces an unseen version.
func (a account) bind(from, to string) account {
	if a.etag == from {
		a.etag = to
	}
	if a.openETag == from {
		a.openETag = to
	}
	return a
}

// matches reports whether an If-Match contains the version.
func (a account) matches(match string) bool { return match == "" || match == "*" || match == a.etag }

// step returns the state after an operation, and whether the response is possible. o.ret
// is not used: the checker has ordered the operations.
func (a account) step(o op) (bool, account) {
	if o.outcome() == unknown {
		return true, a.attempt(o)
	}
	if o.unsent || o.status == http.StatusServiceUnavailable {
		return true, a
	}
	switch o.kind {
	case createAccount:
		return a.create(o)
	case getAccount:
		return a.get(o)
	case updateAccount:
		return a.update(o)
	}
	return a.close(o)
}

// attempt returns the state if an operation without a response takes effect.
func (a account) attempt(o op) account {
	version := fmt.Sprint(unseen, o.call)
	switch {
	case o.kind == createAccount && !a.exists:
		return account{
			exists: true, email: o.request.email, country: o.request.country, etag: version,
			key: o.key, openEmail: o.request.email, openCountry: o.request.country, openETag: version,
		}
	case o.kind == updateAccount && a.exists && !a.closed && a.matches(o.match) && a.patched(o) != a:
		a = a.patched(o)
		a.etag = version
	case o.kind == closeAccount && a.exists && !a.closed && a.matches(o.match):
		a.closed, a.etag = true, version
	}
	return a
}

// patched returns the state with the fields of an update.
func (a account) patched(o op) account {
	if o.request.email != "" {
		a.email = o.request.email
	}
	if o.request.country != "" {
		a.country = o.request.country
	}
	return a
}

func (a account) create(o op) (bool, account) {
	repeated := a.exists && o.key != "" && o.key == a.key
	same := repeated && o.request.email == a.openEmail && o.request.country == a.openCountry
	switch o.status {
	case http.StatusCreated:
		if o.state != "active" || o.response.email != o.request.email || o.response.country != o.request.country {
			return false, a
		}
		if !a.exists {
			return true, account{
				exists: true, email: o.request.email, country: o.request.country, etag: o.etag,
				key: o.key, openEmail: o.request.email, openCountry: o.request.country, openETag: o.etag,
			}
		}
		if same && strings.HasPrefix(a.openETag, unseen) {
			a = a.bind(a.openETag, o.etag)
		}
		return same && a.openETag == o.etag, a
	case http.StatusConflict:
		if o.detail == detailTaken {
			return !a.exists, a
		}
		return a.exists && !repeated, a
	case http.StatusUnprocessableEntity:
		return repeated && !same, a
	}
	return false, a
}

func (a account) get(o op) (bool, account) {
	if o.status == http.StatusNotFound {
		return !a.exists, a
	}
	return a.shows(o)
}

// shows reports whether a successful response has the state.
func (a account) shows(o op) (bool, account) {
	a, ok := a.is(o.etag)
	return ok && a.exists && a.email == o.response.email && a.country == o.response.country && a.closed == (o.state == "closed"), a
}

func (a account) update(o op) (bool, account) {
	switch o.status {
	case http.StatusNotFound:
		return !a.exists, a
	case http.StatusPreconditionFailed:
		return a.exists && !a.matches(o.match), a
	case http.StatusConflict:
		return a.exists && a.matches(o.match) && (a.closed || o.request.email != "" && o.request.email != a.email), a
	}
	if !a.exists || a.closed || !a.matches(o.match) {
		return false, a
	}
	after := a.patched(o)
	if after != a {
		if o.etag == a.etag {
			return false, a
		}
		after.etag = o.etag
	}
	return after.shows(o)
}

func (a account) close(o op) (bool, account) {
	switch o.status {
	case http.StatusNotFound:
		return !a.exists, a
	case http.StatusPreconditionFailed:
		return a.exists && !a.closed && !a.matches(o.match), a
	}
	if !a.exists || !a.closed && !a.matches(o.match) {
		return false, a
	}
	if !a.closed {
		a.closed, a.etag = true, o.etag
	}
	return a.shows(o)
}

// accountModel is the model of one user's account.
var accountModel = modelOf(account{}, account.step)

// accountOps returns the operations on a user's account that must be linearizable. Reads
// of a user who roams show earlier states. It leaves out operations without a response that
// had no effect, because each of them doubles the number of possible orders.
func (h *history) accountOps(user int) []op {
	var all []op
	for _, o := range h.ops {
		switch o.kind {
		case createAccount, updateAccount, closeAccount, getAccount:
			if o.user == user && !o.unsent {
				all = append(all, o)
			}
		}
	}
	k := knowledgeOf(all)
	return slices.DeleteFunc(all, func(o op) bool {
		if o.kind == getAccount {
			return o.outcome() == unknown || home(user) == "" && o.client != finalClient
		}
		return o.outcome() == unknown && k.excludes(o)
	})
}

// knowledge is what the responses about an account say about later operations.
type knowledge struct {
	exists, closed int64            // the end of the first response that shows it
	seen           map[string]int64 // the end of the first response that shows a version
	changes        []op             // successful updates and closings
}

func knowledgeOf(ops []op) knowledge {
	k := knowledge{exists: never, closed: never, seen: map[string]int64{}}
	for _, o := range ops {
		if o.outcome() != done {
			continue
		}
		k.exists = min(k.exists, o.ret)
		if o.state == "closed" {
			k.closed = min(k.closed, o.ret)
		}
		if first, ok := k.seen[o.etag]; !ok || o.ret < first {
			k.seen[o.etag] = o.ret
		}
		if o.kind == updateAccount || o.kind == closeAccount {
			k.changes = append(k.changes, o)
		}
	}
	return k
}

// excludes reports whether an operation without a response surely had no effect: it creates
// an account that exists, changes a closed one, or expects a version that has been replaced.
func (k knowledge) excludes(o op) bool {
	if o.kind == createAccount {
		return o.call > k.exists
	}
	first, seen := k.seen[o.match]
	return o.call > k.closed || seen && slices.ContainsFunc(k.changes, func(later op) bool {
		return later.etag != o.match && later.call > first && later.ret < o.call
	})
}
