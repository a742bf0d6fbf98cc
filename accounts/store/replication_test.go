package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/guregu/dynamo/v2"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// replica is one Region's copy of the table.
type replica struct {
	store *Store
	// known maps a key to the last write of its item in this Region.
	known map[string]itemWrite
	// incoming are the other Region's writes that have not arrived yet, in order.
	// Writes of one item arrive in order, writes of several items in any order.
	incoming []itemWrite
}

// itemWrite is a write of one item. It is a deletion if item is nil.
type itemWrite struct {
	key  string
	item dynamo.Item
	at   int
}

// world is a global table in two Regions, with some users and addresses.
type world struct {
	regions          [2]*replica
	users, addresses []string
	clock            int // counts requests: of two writes of an item, the later one wins
	// skew is the number of milliseconds by which a Lambda's clock may be ahead of
	// the clock that orders DynamoDB's writes.
	skew   int
	opened map[string]bool
}

func (w *world) keys() []string {
	var keys []string
	for _, u := range w.users {
		keys = append(keys, accountKey(u))
	}
	for _, a := range w.addresses {
		keys = append(keys, claimKey(a))
	}
	return keys
}

// replicate finds the items that a request has written in a Region and adds them
// to the other Region's incoming writes.
func (w *world) replicate(ctx context.Context, t *rapid.T, here, there *replica) {
	w.clock++
	for _, key := range w.keys() {
		item := read(ctx, t, here.store, key)
		if reflect.DeepEqual(item, here.known[key].item) {
			continue
		}
		here.known[key] = itemWrite{key, item, w.clock}
		there.incoming = append(there.incoming, here.known[key])
	}
}

// arrive applies the first incoming write of an item.
func (r *replica) arrive(ctx context.Context, t *rapid.T, key string) {
	i := slices.IndexFunc(r.incoming, func(c itemWrite) bool { return c.key == key })
	c := r.incoming[i]
	r.incoming = slices.Delete(r.incoming, i, i+1)
	if c.at < r.known[key].at {
		return // the Region has a later write
	}
	r.known[key] = c
	var err error
	if c.item == nil {
		err = r.store.table.Delete(hashKey, key).Run(ctx)
	} else {
		err = r.store.table.Put(c.item).Run(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// settle applies all incoming writes.
func (w *world) settle(ctx context.Context, t *rapid.T) {
	for _, r := range w.regions {
		for len(r.incoming) > 0 {
			r.arrive(ctx, t, r.incoming[0].key)
		}
	}
}

func read(ctx context.Context, t *rapid.T, s *Store, key string) dynamo.Item {
	var item dynamo.Item
	err := s.table.Get(hashKey, key).Consistent(true).One(ctx, &item)
	if err != nil && !errors.Is(err, dynamo.ErrNotFound) {
		t.Fatal(err)
	}
	return item
}

// TestTwoRegions makes random requests in two Regions while replication is late
// and out of order. After all writes have arrived and the accounts have been
// reconciled, no account is lost and each address has at most one account.
func TestTwoRegions(t *testing.T) {
	west := tables.Accounts
	west.Name += "-west"
	dynamodbtest.Each(t, []resource.Table{tables.Accounts, west}, func(t *testing.T, env lambdaenv.Env) {
		ctx, run := context.Background(), 0
		stores := [2]*Store{Open(env), nil}
		stores[1] = &Store{stores[0].db, stores[0].db.Table(west.PhysicalName(env.Environment))}
		rapid.Check(t, func(t *rapid.T) {
			run++
			w := &world{opened: map[string]bool{}, skew: rapid.SampledFrom([]int{0, 0, 10}).Draw(t, "skew")}
			for i := range w.regions {
				w.regions[i] = &replica{store: stores[i], known: map[string]itemWrite{}}
			}
			for i := range 3 {
				w.users = append(w.users, fmt.Sprintf("user-%d-%d", run, i))
				w.addresses = append(w.addresses, fmt.Sprintf("address-%d-%d@example.com", run, i))
			}
			for range rapid.IntRange(1, 14).Draw(t, "steps") {
				w.step(ctx, t)
			}
			w.settle(ctx, t)
			w.reconcile(ctx, t)
			w.check(ctx, t)
		})
	})
}

// step makes a request in one of the Regions, or lets a write arrive.
func (w *world) step(ctx context.Context, t *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(t, "Region")
	here, there := w.regions[i], w.regions[1-i]
	now := time.Now().Add(time.Duration(rapid.IntRange(0, w.skew).Draw(t, "fast")) * time.Millisecond)
	user := rapid.SampledFrom(w.users).Draw(t, "user")
	email := rapid.SampledFrom(w.addresses).Draw(t, "email")
	var err error
	steps := []string{"create", "create", "update", "update", "close", "reconcile", "arrive", "arrive", "arrive"}
	switch rapid.SampledFrom(steps).Draw(t, "step") {
	case "create":
		if _, err = here.store.Create(ctx, accounts.New(user, email, accounts.Canada, now), ""); err == nil {
			w.opened[user] = true
		}
	case "update":
		_, err = here.store.Update(ctx, user, anyVersion, withEmail(email), now)
	case "close":
		_, err = here.store.Close(ctx, user, anyVersion, now)
	case "reconcile":
		_, err = here.store.Reconcile(ctx, 100, "", time.Minute) // skips what may still be replicated
	case "arrive":
		if len(here.incoming) > 0 {
			here.arrive(ctx, t, rapid.SampledFrom(here.incoming).Draw(t, "write").key)
		}
		return
	}
	for _, refusal := range []error{accounts.ErrExists, accounts.ErrClosed, accounts.ErrEmailTaken, accounts.ErrNotFound} {
		if errors.Is(err, refusal) {
			err = nil
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	w.replicate(ctx, t, here, there)
}

// reconcile repairs accounts in one Region until a pass repairs nothing.
func (w *world) reconcile(ctx context.Context, t *rapid.T) {
	for range 11 {
		repairs := 0
		for next, more := "", true; more; more = next != "" {
			r, err := w.regions[0].store.Reconcile(ctx, 100, next, 0)
			if err != nil {
				t.Fatal(err)
			}
			repairs += len(r.Restored) + len(r.Contested) + r.Waiting
			next = r.Next
		}
		w.replicate(ctx, t, w.regions[0], w.regions[1])
		w.settle(ctx, t)
		if repairs == 0 {
			return
		}
	}
	t.Fatal("the eleventh pass still made repairs")
}

// check checks the promises of the README in both Regions.
func (w *world) check(ctx context.Context, t *rapid.T) {
	for _, key := range w.keys() {
		east, west := read(ctx, t, w.regions[0].store, key), read(ctx, t, w.regions[1].store, key)
		if !reflect.DeepEqual(east, west) {
			t.Fatalf("%s is %v in one Region and %v in the other", key, east, west)
		}
	}
	s := w.regions[0].store
	holder := map[string]string{} // address to confirmed active account
	var active []accounts.Account
	for _, user := range w.users {
		a, err := s.Get(ctx, user)
		if w.opened[user] != (err == nil) {
			t.Fatalf("%s was opened: %v, and is read with the error %v", user, w.opened[user], err)
		}
		if err != nil || a.Status == accounts.Closed {
			continue
		}
		active = append(active, a)
		if a.Claims() {
			if other := holder[a.Email]; other != "" {
				t.Fatalf("%s and %s both have %s", other, user, a.Email)
			}
			holder[a.Email] = user
		}
	}
	for _, a := range active {
		if c := claimOn(t, s, a.Email); c.Owner != holder[a.Email] && !w.keptForADay(ctx, c, a.Email) {
			t.Fatalf("%+v: the address belongs to %q, and the claim is %+v", a, holder[a.Email], c)
		}
	}
	// An address without a holder is free, and an address with a holder is taken.
	for i, email := range w.addresses {
		c := claimOn(t, s, email)
		_, err := s.Create(ctx, accounts.New(fmt.Sprintf("%s-%d", w.users[0], i), email, accounts.Canada, time.Now()), "")
		if taken := errors.Is(err, accounts.ErrEmailTaken); taken == (holder[email] != "") && (err == nil || taken) {
			continue
		}
		if !w.keptForADay(ctx, c, email) {
			t.Fatalf("create with %s, held by %q and claimed by %+v: %v", email, holder[email], c, err)
		}
	}
}

// keptForADay reports whether the claim is newer than its owner. If clocks
// differ, a write with a higher version can be overwritten, and the claim it
// made stays. Like the claim of an account that is being replicated, it is void
// only after a day.
func (w *world) keptForADay(ctx context.Context, c accounts.Claim, email string) bool {
	owner, err := w.regions[0].store.owner(ctx, c)
	return err == nil && w.skew > 0 && owner.Version < c.Version && c.Void(email, owner, time.Now().Add(25*time.Hour))
}
