package issuer_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/recorded"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// recordedPool is the pool of TestRecorded. Its tokens are issued by Cognito's own URL,
// because nothing serves it.
var recordedPool = sync.OnceValue(func() *issuer.Issuer {
	cfg := config()
	cfg.Users = append(cfg.Users,
		issuer.User{Name: "carol", Subject: "5b3f1c2e-0000-4000-8000-000000000003", Groups: []string{"admin"}},
		issuer.User{Name: "dora", Subject: "5b3f1c2e-0000-4000-8000-000000000004", Email: "dora@example.com"},
	)
	i, err := issuer.New(cfg)
	if err != nil {
		panic(err)
	}
	return i
})

// TestRecorded compares the pool with the files below testdata/recorded. Their README has
// the format.
func TestRecorded(t *testing.T) {
	cases, err := recorded.Load("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			found := compareToken(t, c)
			if request, ok := c.Section("request"); ok {
				found = compareResponse(t, c, request)
			}
			c.Judge(t, found)
		})
	}
}

// compareToken compares a token of the pool with the sections of a recording.
func compareToken(t *testing.T, c recorded.Case) map[string]string {
	issue := map[string]func(string, ...issuer.Option) (string, error){
		"access": recordedPool().AccessToken, "id": recordedPool().IDToken,
	}[c.Field("token")]
	if issue == nil {
		return nil
	}
	token, err := issue(c.Field("user"))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts, want a header, a payload and a signature", len(parts))
	}
	header, claims := decodePart(t, parts[0]), decodePart(t, parts[1])

	found := make(map[string]string)
	if want, ok := c.Section("header"); ok {
		maps.Copy(found, recorded.Compare("", decodeObject(t, want), header, true))
	}
	if want, ok := c.Section("claims"); ok {
		maps.Copy(found, recorded.Compare("", decodeObject(t, want), claims, true))
	}
	if text, ok := c.Section("some claims"); ok {
		want := decodeObject(t, text)
		for name, value := range want {
			if value == "<absent>" {
				delete(want, name)
				if got, ok := claims[name]; ok {
					found[name] = fmt.Sprintf("got %v, want it absent", got)
				}
			}
		}
		maps.Copy(found, recorded.Compare("", want, claims, false))
	}
	if want := c.Field("lifetime"); want != "" {
		if got := fmt.Sprint(claims["exp"].(float64) - claims["iat"].(float64)); got != want {
			found["lifetime"] = fmt.Sprintf("got %s, want %s", got, want)
		}
	}
	return found
}

func decodePart(t *testing.T, part string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return decodeObject(t, string(text))
}

func decodeObject(t *testing.T, text string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return object
}

// compareResponse sends a recorded request to a pool and compares the response.
func compareResponse(t *testing.T, c recorded.Case, request string) map[string]string {
	base := serve(t, pool())
	head, body, _ := strings.Cut(strings.TrimSpace(request), "\n\n")
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	r, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	recording, _ := c.Section("response")
	status, want, _ := strings.Cut(recording, "\n")
	want = strings.ReplaceAll(want, "{base}", base)
	found := recorded.Compare("", decodeObject(t, want), decodeObject(t, string(got)), true)
	if gotStatus := fmt.Sprint(response.StatusCode); gotStatus != status {
		found["status"] = fmt.Sprintf("got %s, want %s", gotStatus, status)
	}
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		found["Content-Type"] = fmt.Sprintf("got %q, want application/json", kind)
	}
	return found
}
