package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local"
)

// keyed opens ada's account with an Idempotency-Key.
func keyed(key, body string) request {
	return request{method: "POST", path: "/accounts", user: "ada", from: vancouver, body: body, header: map[string]string{"Idempotency-Key": key}}
}

func TestAccountIdempotency(t *testing.T) {
	cloud := start(t)
	first := call(t, cloud, keyed("one", newAccount))
	if first.status != http.StatusCreated {
		t.Fatal(first)
	}
	same := func(when string, r request) {
		t.Helper()
		a := call(t, cloud, r)
		if a.status != http.StatusCreated || a.body != first.body ||
			a.header.Get("ETag") != first.header.Get("ETag") || a.header.Get("Location") != first.header.Get("Location") {
			t.Errorf("%s: %s, want %s", when, a, first)
		}
	}
	same("at once", keyed("one", newAccount))
	same("written otherwise", keyed("one", `{"country": "CA", "email": "ada@example.com"}`))
	for name, body := range map[string]string{"country": `{"email":"ada@example.com","country":"US"}`, "address": `{"email":"eve@example.com","country":"CA"}`} {
		if a := call(t, cloud, keyed("one", body)); a.status != http.StatusUnprocessableEntity || a.field("type") != "urn:meridian:problem:unprocessable" {
			t.Errorf("another %s: %s", name, a)
		}
	}
	if a := call(t, cloud, keyed("two", newAccount)); a.status != http.StatusConflict {
		t.Errorf("another key: %s", a)
	}

	// The Region comes back with processes that have seen nothing of it.
	if err := cloud.StopRegion(west); err != nil {
		t.Fatal(err)
	}
	if err := cloud.StartRegion(west); err != nil {
		t.Fatal(err)
	}
	mine := request{method: "GET", path: "/accounts/me", user: "ada", from: vancouver}
	comesBack(t, cloud, mine, west)
	same("from another process", keyed("one", newAccount))
	settled(t, cloud)
	elsewhere := keyed("one", newAccount)
	elsewhere.from = montreal
	same("in the other Region, after replication", elsewhere)

	patch := request{method: "PATCH", path: first.header.Get("Location"), user: "ada", from: vancouver, body: `{"country":"US"}`, header: matching("*")}
	if a := call(t, cloud, patch); a.status != http.StatusOK {
		t.Fatal(a)
	}
	same("after a change", keyed("one", newAccount))
}

// TestAccountLostResponse takes the connection away when the account is there
// and its answer has not been read.
func TestAccountLostResponse(t *testing.T) {
	cloud := start(t)
	conn := send(t, cloud, keyed("one", newAccount))
	mine := request{method: "GET", path: "/accounts/me", user: "ada", from: vancouver}
	for deadline := time.Now().Add(20 * time.Second); call(t, cloud, mine).status != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the account did not come to be")
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	read := call(t, cloud, mine)
	again := call(t, cloud, keyed("one", newAccount))
	if again.status != http.StatusCreated || again.body != read.body || again.header.Get("ETag") != read.header.Get("ETag") {
		t.Errorf("repeated: %s, want %s", again, read)
	}
}

// send writes a request and leaves the answer to the connection.
func send(t *testing.T, cloud *local.Cloud, r request) net.Conn {
	t.Helper()
	edge, err := url.Parse(cloud.URL())
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := cloud.Token(r.user)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", edge.Host)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(conn)
	fmt.Fprintf(w, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nX-Client-Location: %s\r\n", r.method, r.path, edge.Host, token, r.from)
	for name, value := range r.header {
		fmt.Fprintf(w, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(w, "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(r.body), r.body)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestAccountKeysThatAreNone(t *testing.T) {
	cloud := start(t)
	for name, key := range map[string]string{"empty": "", "too long": strings.Repeat("k", 256), "not ASCII": "clé"} {
		if a := call(t, cloud, keyed(key, newAccount)); a.status != http.StatusBadRequest || !strings.Contains(a.body, "Idempotency-Key") {
			t.Errorf("%s: %s", name, a)
		}
	}
	if a := call(t, cloud, keyed(strings.Repeat("k", 255), newAccount)); a.status != http.StatusCreated {
		t.Errorf("the longest: %s", a)
	}
}
