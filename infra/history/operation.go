package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"syscall"
	"time"
)

// atEdge is the place of a request that goes through the edge from a location.
const atEdge = "edge"

// kind is the kind of a request.
type kind string

// The kinds of requests.
const (
	createAccount kind = "createAccount"
	getAccount    kind = "getAccount"
	updateAccount kind = "updateAccount"
	closeAccount  kind = "closeAccount"

	createProfile    kind = "putProfile, new"
	replaceProfile   kind = "putProfile"
	mergePreferences kind = "mergePreferences"
	deleteProfile    kind = "deleteProfile"
	getProfile       kind = "getProfile"
)

// request is a request of a user. Its kind decides which fields it uses.
type request struct {
	kind     kind
	user     int
	at       string // a Region, or atEdge
	location string // of a client of the edge
	match    string // If-Match; empty sends none

	key, email, country string // of an account; an empty email or country stays as it is

	name    string // of a profile
	consent bool
	set     map[string]int // preferences
	remove  []string
}

// outcome says whether a request has taken effect.
type outcome int

const (
	done    outcome = iota // yes, or it is a read
	refused                // no, and it will not
	unknown                // perhaps, or it will later
)

// response is the response to a request. Status is 0 without one.
type response struct {
	status int
	unsent bool   // the connection was refused
	region string // that served the request, or "" if it is unknown
	etag   string
	detail string // of a problem

	email, country, state string // of an account

	name    string // of a profile
	consent bool
	prefs   string // "name=value" for each preference, sorted, with spaces between

	body string
}

// busy are details of a 503 that promise that the request was refused: the address is
// being claimed or was left a moment ago, or every attempt was overtaken.
var busy = []string{
	"Another request for the e-mail address is in progress.",
	"Another account has left the e-mail address a moment ago.",
	"Others are changing the account.",
}

func (r response) outcome() outcome {
	switch {
	case r.status/100 == 2:
		return done
	case r.unsent, r.status/100 == 4, r.status == http.StatusServiceUnavailable && slices.Contains(busy, r.detail):
		return refused
	}
	return unknown
}

// op is a request with its response.
type op struct {
	client int
	request
	response
	call, ret int64 // nanoseconds since the begin of the history
}

// String describes the operation for a person.
func (o op) String() string {
	text := fmt.Sprintf("%s of user %d at %s", o.kind, o.user, o.at)
	for name, value := range map[string]string{"key": o.key, "to": o.request.email, "country": o.request.country, "If-Match": o.match} {
		if value != "" {
			text += " " + name + "=" + value
		}
	}
	switch o.kind {
	case createProfile, replaceProfile:
		text += fmt.Sprintf(" name=%s consent=%t", o.request.name, o.request.consent)
	case mergePreferences:
		text += fmt.Sprintf(" set=%v remove=%v", o.set, o.remove)
	}
	text += fmt.Sprintf(" → %d %s", o.status, o.etag)
	switch {
	case o.detail != "":
		text += " " + o.detail
	case o.state != "":
		text += fmt.Sprintf(" %s %s %s", o.response.email, o.response.country, o.state)
	case o.response.name != "":
		text += fmt.Sprintf(" name=%s consent=%t %s", o.response.name, o.response.consent, o.prefs)
	}
	return text
}

// http returns the request's method, path and body.
func (r request) http(subject string) (method, path, body string) {
	account, profile := "/accounts/"+subject, "/profiles/"+subject
	switch r.kind {
	case createAccount:
		return http.MethodPost, "/accounts", object("email", r.email, "country", r.country)
	case updateAccount:
		return http.MethodPatch, account, object("email", r.email, "country", r.country)
	case closeAccount:
		return http.MethodDelete, account, ""
	case createProfile, replaceProfile:
		return http.MethodPut, profile, fmt.Sprintf(
			`{"displayName":%q,"locale":"en-CA","timeZone":"America/Toronto","marketingConsent":%t}`, r.name, r.consent)
	case mergePreferences:
		var members []string
		for _, name := range slices.Sorted(maps.Keys(r.set)) {
			members = append(members, fmt.Sprintf(`%q:{"number":%d}`, name, r.set[name]))
		}
		for _, name := range r.remove {
			members = append(members, fmt.Sprintf("%q:null", name))
		}
		return http.MethodPatch, profile + "/preferences", "{" + strings.Join(members, ",") + "}"
	case deleteProfile:
		return http.MethodDelete, profile, ""
	case getProfile:
		return http.MethodGet, profile, ""
	}
	return http.MethodGet, account, ""
}

// object returns a JSON object with the members that are not empty.
func object(namesAndValues ...string) string {
	var members []string
	for i := 0; i < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			members = append(members, fmt.Sprintf("%q:%q", namesAndValues[i], namesAndValues[i+1]))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// send sends a request. A failure to get the response is a response with the status 0.
func (w *world) send(ctx context.Context, r request, subject, token string) response {
	method, path, body := r.http(subject)
	out, err := http.NewRequestWithContext(ctx, method, w.urls[r.at]+path, strings.NewReader(body))
	if err != nil {
		return response{detail: err.Error()}
	}
	if body == "" {
		out.Body, out.ContentLength = http.NoBody, 0
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer " + token, "Content-Type": "application/json", "If-Match": r.match,
		"Idempotency-Key": r.key, "X-Client-Location": r.location,
	} {
		if value != "" {
			out.Header.Set(name, value)
		}
	}
	if r.kind == createProfile {
		out.Header.Set("If-None-Match", "*")
	}
	connected := false // net/http repeats some requests, and returns the error of the last attempt
	out = out.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	}))
	got, err := w.http.Do(out)
	if err != nil {
		return response{detail: err.Error(), unsent: !connected && errors.Is(err, syscall.ECONNREFUSED)}
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil {
		return response{detail: err.Error()}
	}
	parsed := parse(r.kind, got.StatusCode, got.Header.Get("ETag"), data)
	if parsed.region = r.at; r.at == atEdge {
		parsed.region = got.Header.Get("X-Edge-Region")
	}
	return parsed
}

// parse returns a response with what its body contains.
func parse(k kind, status int, etag string, data []byte) response {
	type preferences map[string]struct{ Number int }
	var body struct {
		Detail, Email, Country, Status string
		DisplayName                    string
		MarketingConsent               bool
		Preferences                    preferences
	}
	r := response{status: status, etag: etag, body: string(data)}
	if len(data) == 0 {
		return r
	}
	into := any(&body)
	if k == mergePreferences && status == http.StatusOK {
		into = &body.Preferences
	}
	if status/100 == 2 {
		if err := json.Unmarshal(data, into); err != nil {
			return response{detail: err.Error()}
		}
		r.email, r.country, r.state = body.Email, body.Country, body.Status
	} else {
		var p struct{ Detail string }
		_ = json.Unmarshal(data, &p) // a gateway's error may have another form
		r.detail = p.Detail
		return r
	}
	r.name, r.consent = body.DisplayName, body.MarketingConsent
	values := map[string]int{}
	for name, p := range body.Preferences {
		values[name] = p.Number
	}
	r.prefs = formatPrefs(values)
	return r
}

// formatPrefs returns preferences in the form of response.prefs.
func formatPrefs(prefs map[string]int) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(prefs)) {
		list = append(list, fmt.Sprintf("%s=%d", name, prefs[name]))
	}
	return strings.Join(list, " ")
}

// parsePrefs returns the preferences that formatPrefs has formatted.
func parsePrefs(text string) map[string]int {
	prefs := map[string]int{}
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		n := 0
		_, _ = fmt.Sscan(value, &n) // formatPrefs wrote a number
		prefs[name] = n
	}
	return prefs
}

// elapsed returns the nanoseconds since begin.
func elapsed(begin time.Time) int64 { return int64(time.Since(begin)) }
