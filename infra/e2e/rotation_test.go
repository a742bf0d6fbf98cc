package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestCursorsSurviveARotation rotates the key of the cursors between the requests of
// concurrent clients, so that functions with the former key and new functions sign and
// open the cursors of each other, in both Regions.
func TestCursorsSurviveARotation(t *testing.T) {
	cloud := startCloud(t, withUsers("customer", 4, "accounts/write"))
	for i := range 4 {
		openAccount(t, cloud, fmt.Sprintf("customer-%d", i), fmt.Sprintf("c%d@example.com", i), "")
	}
	waitForReplication(t, cloud)
	locations := []string{"39.0,-77.5", "45.5,-122.7"} // at us-east-1 and us-west-2
	list := func(what, query, location string) (cursor string) {
		r := request{method: "GET", path: "/accounts?limit=1" + query, user: "root"}.at(location)
		a := expectStatus(t, cloud, what, r, http.StatusOK)
		var p accountPage
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.NextCursor == "" {
			t.Errorf("%s: %v, want a cursor: %s", what, err, a)
		}
		return p.NextCursor
	}
	var cursors []string
	sign := func(what string, clients int) {
		var group sync.WaitGroup
		signed := make([]string, clients) // concurrent requests need an instance each
		for n := range signed {
			group.Go(func() { signed[n] = list(what, "", locations[n%2]) })
		}
		group.Wait()
		cursors = append(cursors, signed...)
	}
	sign("before the rotation", 6)
	if err := cloud.RotateSecret("accounts-cursor-key"); err != nil {
		t.Fatal(err)
	}
	sign("after the rotation", 24)
	for n, cursor := range cursors {
		for _, location := range locations {
			list(fmt.Sprintf("cursor %d at %s", n, location), "&cursor="+cursor, location)
		}
	}
}
