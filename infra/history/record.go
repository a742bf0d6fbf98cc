package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// The users of a seed: two whose requests all go to each Region, and three who roam.
const (
	usersOfSeed    = 7
	homeUsers      = 4 // of each two, the first one's is regions[0]
	addressesOf    = 3
	clientsPerUser = 4 // every second one uses the profile, the others the account; see keepsProfile
	clientsOfSeed  = usersOfSeed * clientsPerUser
)

// home returns the Region of a user's requests, or "" if the user roams.
func home(user int) string {
	if user < homeUsers {
		return regions[user%len(regions)]
	}
	return ""
}

// keepsProfile reports whether no request of the user deletes the profile or removes a
// preference, so that every acknowledged preference must be there in the end. All clients of
// the user use the profile, so that decisions meet.
func keepsProfile(user int) bool { return user == homeUsers }

// history is the record of one seed.
type history struct {
	seed   int
	begin  time.Time
	tokens [usersOfSeed][addressesOf]string

	events []event // of one goroutine

	mu        sync.Mutex
	ops       []op
	sightings map[string][]op // reads of all accounts, by Region
	known     [usersOfSeed]memory
	names     int // drawn by unique
}

// memory is what a user's clients know. They use it in later requests.
type memory struct{ account, profile string } // ETags

// event is a disturbance.
type event struct {
	begin, end int64 // of the change, as in op
	text       string
}

// history runs one seed and returns its record.
func (w *world) history(ctx context.Context, seed, ops int) (*history, error) {
	h := &history{seed: seed, begin: time.Now(), sightings: map[string][]op{}}
	if err := h.mint(w); err != nil {
		return nil, err
	}
	random := func(stream int) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), uint64(stream))) }
	working, stop := context.WithCancel(ctx)
	defer stop()
	var clients, others sync.WaitGroup
	for n := range clientsOfSeed {
		r := random(n)
		clients.Go(func() {
			for range max(1, ops/clientsOfSeed) {
				pause := time.Duration(r.IntN(20)) * time.Millisecond
				if h.do(ctx, w, n, h.next(r, n)).outcome() == unknown {
					pause *= 10
				}
				time.Sleep(pause)
			}
		})
	}
	for _, region := range regions {
		others.Go(func() { h.watch(working, w, region) })
	}
	var disturbed error
	others.Go(func() { disturbed = h.disturb(working, w, random(clientsOfSeed)) })
	clients.Wait()
	stop()
	others.Wait()
	if disturbed != nil {
		return nil, fmt.Errorf("disturb: %w", disturbed)
	}
	return h, h.finish(ctx, w)
}

// mint makes the tokens of all users, each with each verified address.
func (h *history) mint(w *world) error {
	for user := range usersOfSeed {
		for n := range addressesOf {
			token, err := w.token(userName(h.seed, user), address(h.seed, n))
			if err != nil {
				return err
			}
			h.tokens[user][n] = token
		}
	}
	return nil
}

// do sends a request, records it, and returns the response.
func (h *history) do(ctx context.Context, w *world, client int, r request) op {
	token := h.tokens[r.user][0]
	for n := range addressesOf {
		if address(h.seed, n) == r.email {
			token = h.tokens[r.user][n]
		}
	}
	o := op{client: client, request: r, call: elapsed(h.begin)}
	o.response = w.send(ctx, r, subject(h.seed, r.user), token)
	o.ret = elapsed(h.begin)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, o)
	if o.etag != "" && (o.kind != getAccount || home(o.user) != "") {
		switch o.kind {
		case createAccount, getAccount, updateAccount, closeAccount:
			h.known[o.user].account = o.etag
		default:
			h.known[o.user].profile = o.etag
		}
	}
	return o
}

// next returns a client's next request.
func (h *history) next(r *rand.Rand, client int) request {
	user := client / clientsPerUser
	out := request{user: user, at: home(user)}
	if out.at == "" {
		if out.at = regions[r.IntN(len(regions))]; r.IntN(3) == 0 {
			out.at, out.location = atEdge, locations[r.IntN(len(locations))]
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if client%2 == 1 || keepsProfile(user) {
		h.nextOfProfile(r, &out)
	} else {
		h.nextOfAccount(r, &out)
	}
	return out
}

// nextOfAccount chooses a request about the account. The caller holds h.mu.
func (h *history) nextOfAccount(r *rand.Rand, out *request) {
	known := h.known[out.user].account
	country := []string{"CA", "US"}[r.IntN(2)]
	email := address(h.seed, r.IntN(addressesOf))
	switch n := r.IntN(100); {
	case n < 20 || known == "" && n < 80:
		out.kind, out.email, out.country = createAccount, email, country
		out.key = []string{"", "one", "two"}[r.IntN(3)]
		if out.key == "one" { // often repeated with the same content
			out.email, out.country = address(h.seed, out.user%addressesOf), "CA"
		}
	case n < 50:
		out.kind = getAccount
	case n < 97:
		out.kind, out.match = updateAccount, matchOf(r, known)
		switch r.IntN(4) {
		case 0:
			out.country = country
		case 1:
			out.email, out.country = email, country
		default:
			out.email = email
		}
	default:
		out.kind = closeAccount
		if r.IntN(2) == 0 {
			out.match = matchOf(r, known)
		}
	}
}

// nextOfProfile chooses a request about the profile. The caller holds h.mu.
func (h *history) nextOfProfile(r *rand.Rand, out *request) {
	known := h.known[out.user].profile
	h.names++
	deletes, replacements := 12, 18
	if keepsProfile(out.user) {
		deletes, replacements = 0, 50
	}
	out.name, out.consent = fmt.Sprintf("n%d", h.names), r.IntN(2) == 0
	switch n := r.IntN(100); {
	case n < 10 || known == "" && n < 80:
		out.kind = createProfile
	case n < 10+deletes:
		out.kind = deleteProfile
		if r.IntN(2) == 0 {
			out.match = matchOf(r, known)
		}
	case n < 10+deletes+replacements:
		out.kind, out.match = replaceProfile, matchOf(r, known)
	case n < 80:
		out.kind, out.set = mergePreferences, map[string]int{fmt.Sprintf("own%d", h.names): h.names}
		switch {
		case r.IntN(3) == 0:
			out.set[fmt.Sprintf("shared%d", r.IntN(2))] = h.names
		case deletes > 0 && r.IntN(3) == 0:
			out.remove = []string{fmt.Sprintf("shared%d", r.IntN(2))}
		}
	default:
		out.kind = getProfile
	}
}

// matchOf returns an If-Match: the version that the user knows, or any.
func matchOf(r *rand.Rand, known string) string {
	if known == "" || r.IntN(3) == 0 {
		return "*"
	}
	return known
}
