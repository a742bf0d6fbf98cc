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

// createWithKey returns the request that opens ada's account with an Idempotency-Key.
func createWithKey(key, body string) request {
	return createAccount().sending(body).with("Idempotency-Key", key)
}

// TestARepeatedRequestGetsTheFirstResponse repeats a request with its key, in other spellings,
// processes and Regions, and after the account has changed.
func TestARepeatedRequestGetsTheFirstResponse(t *testing.T) {
	cloud := startCloud(t)
	create := createWithKey("one", newAccount)
	first := mustCall(t, cloud, create, http.StatusCreated)
	expectFirst := func(when string, r request) {
		t.Helper()
		a := expectStatus(t, cloud, when, r, http.StatusCreated)
		if a.body != first.body || a.etag() != first.etag() || a.header.Get("Location") != first.header.Get("Location") {
			t.Errorf("%s: %s, want %s", when, a, first)
		}
	}
	expectFirst("repeated", create)
	expectFirst("equivalent body", createWithKey("one", `{"country": "CA", "email": "ada@example.com"}`))
	for what, body := range map[string]string{
		"another country": `{"email":"ada@example.com","country":"US"}`,
		"another address": `{"email":"eve@example.com","country":"CA"}`,
	} {
		r := createWithKey("one", body).proving("eve@example.com")
		a := expectStatus(t, cloud, what, r, http.StatusUnprocessableEntity)
		if a.problem() != "unprocessable" {
			t.Errorf("%s: %s, want the problem unprocessable", what, a)
		}
	}
	expectStatus(t, cloud, "another key", createWithKey("two", newAccount), http.StatusConflict)

	// The started Region has new processes, which have not seen the first request.
	if err := cloud.StopRegion(west); err != nil {
		t.Fatal(err)
	}
	if err := cloud.StartRegion(west); err != nil {
		t.Fatal(err)
	}
	waitForRegion(t, cloud, getMyAccount("ada").at(vancouver), west)
	expectFirst("from another process", create)
	waitForReplication(t, cloud)
	expectFirst("in the other Region, after replication", create.at(montreal))

	mustCall(t, cloud, request{
		method: "PATCH", path: first.header.Get("Location"), user: "ada", from: vancouver,
		body: `{"country":"US"}`, header: ifMatch("*"),
	}, http.StatusOK)
	expectFirst("after a change", create)
}

// TestAccountLostResponse closes the connection after the account is created and
// before the response is read. The repeated request must return the account.
func TestAccountLostResponse(t *testing.T) {
	cloud := startCloud(t)
	create, mine := createWithKey("one", newAccount), getMyAccount("ada").at(vancouver)
	conn := writeRequest(t, cloud, create)
	deadline := time.Now().Add(20 * time.Second)
	for ; call(t, cloud, mine).status != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no account 20 s after the request")
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	read := call(t, cloud, mine)
	again := expectStatus(t, cloud, "repeated", create, http.StatusCreated)
	if again.body != read.body || again.etag() != read.etag() {
		t.Errorf("repeated: %s, want %s", again, read)
	}
}

// writeRequest writes a request to a new connection and does not read the response.
func writeRequest(t *testing.T, cloud *local.Cloud, r request) net.Conn {
	t.Helper()
	edge, err := url.Parse(cloud.URL())
	if err != nil {
		t.Fatal(err)
	}
	token, err := r.token(cloud)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", edge.Host)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(conn)
	fmt.Fprintf(w, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.path, edge.Host)
	fmt.Fprintf(w, "Authorization: Bearer %s\r\nX-Client-Location: %s\r\n", token, r.from)
	for name, value := range r.header {
		fmt.Fprintf(w, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(w, "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(r.body), r.body)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestMalformedIdempotencyKeys(t *testing.T) {
	cloud := startCloud(t)
	for _, test := range []struct{ name, key string }{
		{"empty", ""},
		{"too long", strings.Repeat("k", 256)},
		{"not ASCII", "clé"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := expectStatus(t, cloud, "create", createWithKey(test.key, newAccount), http.StatusBadRequest)
			if !strings.Contains(a.body, "Idempotency-Key") {
				t.Errorf("got %s, want a response that names the header", a)
			}
		})
	}
	expectStatus(t, cloud, "the longest key", createWithKey(strings.Repeat("k", 255), newAccount), http.StatusCreated)
}
