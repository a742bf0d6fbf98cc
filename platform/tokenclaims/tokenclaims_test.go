package tokenclaims_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/tokenclaims"
)

// handle returns the response that the trigger sends for an event of a user.
func handle(t *testing.T, version, attributes string) (string, error) {
	t.Helper()
	var event tokenclaims.Event
	text := `{"version":"` + version + `","triggerSource":"TokenGeneration_HostedAuth","userName":"ada",
		"request":{"userAttributes":` + attributes + `,
			"groupConfiguration":{"groupsToOverride":["staff"]},"scopes":["openid"]},
		"response":{"claimsAndScopeOverrideDetails":null}}`
	if err := json.Unmarshal([]byte(text), &event); err != nil {
		t.Fatal(err)
	}
	before := map[string]string{}
	for name, value := range event {
		before[name] = string(value)
	}
	got, err := tokenclaims.Handle(t.Context(), event)
	for name, value := range got {
		if name != "response" && string(value) != before[name] {
			t.Errorf("the member %s became %s", name, value)
		}
	}
	return string(got["response"]), err
}

func TestVerifiedAddressIsInTheAccessToken(t *testing.T) {
	const unchanged = `{"claimsAndScopeOverrideDetails":null}`
	for _, test := range []struct{ name, attributes, want string }{
		{
			name: "verified", attributes: `{"sub":"s","email":"ada@example.com","email_verified":"true"}`,
			want: `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":` +
				`{"claimsToAddOrOverride":{"email":"ada@example.com","email_verified":"true"}}}}`,
		},
		{name: "not verified", attributes: `{"sub":"s","email":"ada@example.com","email_verified":"false"}`, want: unchanged},
		{name: "no statement", attributes: `{"sub":"s","email":"ada@example.com"}`, want: unchanged},
		{name: "no address", attributes: `{"sub":"s","email_verified":"true"}`, want: unchanged},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := handle(t, "2", test.attributes)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("got the error %v and the response (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestEventsOfAnotherVersionAreRefused(t *testing.T) {
	if _, err := handle(t, "1", `{}`); err == nil || !strings.Contains(err.Error(), "V2_0") {
		t.Errorf("got %v, want an error that names the version to set", err)
	}
}
