package history

import (
	"fmt"
	"net/http"
	"strings"
)

// profile is the state of a profile that one Region writes. As for account, a version can
// be unseen.
type profile struct {
	exists      bool
	name        string
	consent     bool
	prefs, etag string
}

// matches reports whether an If-Match contains the version.
func (p profile) matches(match string) bool { return match == "" || match == "*" || match == p.etag }

// shows reports whether a response has the version, and returns the state with it.
func (p profile) shows(etag string) (bool, profile) {
	ok := etag != "" && (p.etag == etag || strings.HasPrefix(p.etag, unseen))
	p.etag = etag
	return ok && p.exists, p
}

// step returns the state after an operation, and whether the response is possible.
func (p profile) step(o op) (bool, profile) {
	if o.outcome() == unknown {
		if p.accepts(o) {
			return true, p.after(o, fmt.Sprint(unseen, o.call))
		}
		return true, p
	}
	switch o.status {
	case http.StatusNotFound:
		return !p.exists && o.kind != createProfile, p
	case http.StatusPreconditionFailed:
		return !p.accepts(o) && (o.kind != deleteProfile || p.exists), p
	case http.StatusNoContent:
		return !p.exists || p.matches(o.match), profile{}
	case http.StatusOK, http.StatusCreated:
	default:
		return false, p
	}
	if o.kind == getProfile {
		ok, after := p.shows(o.etag)
		return ok && p.name == o.response.name && p.consent == o.response.consent && p.prefs == o.prefs, after
	}
	after := p.after(o, o.etag)
	return p.accepts(o) && o.etag != p.etag && after.prefs == o.prefs &&
		(o.kind == mergePreferences || after.name == o.response.name && after.consent == o.response.consent), after
}

// accepts reports whether the precondition of a write holds.
func (p profile) accepts(o op) bool {
	if o.kind == createProfile {
		return !p.exists
	}
	return p.exists && p.matches(o.match)
}

// after returns the state after a write.
func (p profile) after(o op, etag string) profile {
	switch o.kind {
	case createProfile:
		return profile{exists: true, name: o.request.name, consent: o.request.consent, etag: etag}
	case replaceProfile:
		p.name, p.consent = o.request.name, o.request.consent
	case mergePreferences:
		prefs := parsePrefs(p.prefs)
		for name, value := range o.set {
			prefs[name] = value
		}
		for _, name := range o.remove {
			if _, set := o.set[name]; !set {
				delete(prefs, name)
			}
		}
		p.prefs = formatPrefs(prefs)
	case deleteProfile:
		return profile{}
	default:
		return p // a read
	}
	p.etag = etag
	return p
}

// profileModel is the model of a profile in one Region.
var profileModel = modelOf(profile{}, profile.step)

// profileOps returns the operations on a user's profile without reads that failed.
func (h *history) profileOps(user int) []op {
	var list []op
	for _, o := range h.ops {
		switch o.kind {
		case createProfile, replaceProfile, mergePreferences, deleteProfile, getProfile:
			if o.user == user && !o.unsent && (o.kind != getProfile || o.outcome() != unknown) {
				list = append(list, o)
			}
		}
	}
	return list
}
