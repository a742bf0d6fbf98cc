package history

import (
	"fmt"
	"net/http"
	"slices"
)

// claimKind is what an operation of a user says about an address.
type claimKind int

const (
	acquires claimKind = iota // the user's account gets it, or has it already
	leaves                    // the user's account does not have it after the operation
	has                       // the user's account has it
	taken                     // the account of another user has it
)

// claimOp is an operation on the claims on an address.
type claimOp struct {
	claimKind
	certain bool // otherwise it has perhaps no effect
	op
}

// owner is the user whose active account has an address.
type owner int

const free owner = -1

// step returns the owner after an operation, and whether the operation is possible.
func (w owner) step(o claimOp) (bool, owner) {
	user := owner(o.user)
	switch o.claimKind {
	case acquires:
		if w == free || w == user {
			return true, user
		}
		return !o.certain, w
	case leaves:
		if w == user {
			return true, free
		}
		return true, w
	case has:
		return w == user, w
	}
	return w != free && w != user, w
}

// addressModel is the model of one address.
var addressModel = modelOf(free, owner.step)

// String returns the owner for pictures.
func (w owner) String() string {
	if w == free {
		return "free"
	}
	return fmt.Sprintf("user %d", int(w))
}

// claimOps returns what the operations on all accounts say about an address.
func (h *history) claimOps(email string) []claimOp {
	var list []claimOp
	for user := range usersOfSeed {
		ops := h.accountOps(user)
		wanted := slices.ContainsFunc(ops, func(o op) bool { return o.request.email == email })
		if wanted {
			list = append(list, openings(ops, email)...)
			list = append(list, changes(ops, email)...)
		}
	}
	return list
}

// openings returns what createAccount says about an address. All successful responses have
// one version, because a user opens one account; so they are one operation. It ends with the
// first of the responses, and begins with the first request with the same content.
func openings(ops []op, email string) []claimOp {
	var list []claimOp
	var opened *claimOp
	for _, o := range ops {
		if o.kind == createAccount && o.request.email == email && o.outcome() == done &&
			(opened == nil || o.ret < opened.ret) {
			opened = &claimOp{acquires, true, o}
		}
	}
	for _, o := range ops {
		if o.kind != createAccount || o.request.email != email {
			continue
		}
		same := opened != nil && o.key == opened.key && o.request.country == opened.request.country
		switch {
		case o.status == http.StatusConflict && o.detail == detailTaken:
			list = append(list, claimOp{taken, true, o})
		case same && o.outcome() != refused:
			opened.call = min(opened.call, o.call)
		case o.outcome() == unknown:
			list = append(list, claimOp{acquires, false, o})
		}
	}
	if opened != nil {
		list = append(list, *opened)
	}
	return list
}

// detailTaken is the detail of the 409 for an address that another account has.
const detailTaken = "Another account has the e-mail address."

// changes returns what reads and changes of a user's account say about an address.
func changes(ops []op, email string) []claimOp {
	var list []claimOp
	for _, o := range ops {
		wants, ok := o.request.email == email, o.outcome() == done
		switch {
		case o.outcome() == refused && !(o.status == http.StatusConflict && o.detail == detailTaken && wants && o.kind == updateAccount):
		case o.outcome() == refused:
			list = append(list, claimOp{taken, true, o})
		case o.kind == closeAccount, o.kind == updateAccount && !wants && o.request.email != "":
			list = append(list, claimOp{leaves, ok, o})
		case o.kind == updateAccount && wants:
			list = append(list, claimOp{acquires, ok, o})
		case o.kind != createAccount && ok && o.state == "active" && o.response.email == email:
			list = append(list, claimOp{has, true, o})
		}
	}
	return list
}
