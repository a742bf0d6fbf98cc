// Package tokenclaims adds claims to the access tokens of a Cognito user pool. It is the
// pool's trigger before token generation, with events of version V2_0, which the feature
// plans Essentials and Plus have.
// Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
package tokenclaims

import (
	"context"
	"encoding/json"
	"fmt"
)

// Event is the event of the trigger. Its members pass through unchanged, except the response.
type Event map[string]json.RawMessage

// request is the part of an event that the trigger reads. All attributes are text.
type request struct {
	UserAttributes struct {
		Email         string `json:"email"`
		EmailVerified string `json:"email_verified"`
	} `json:"userAttributes"`
}

// response is what the trigger changes. Members that are absent stay as they are.
type response struct {
	Details struct {
		AccessToken struct {
			Claims map[string]string `json:"claimsToAddOrOverride"`
		} `json:"accessTokenGeneration"`
	} `json:"claimsAndScopeOverrideDetails"`
}

// Handle adds the user's verified e-mail address to the access token, as the claims
// email and email_verified, which an ID token has. Another token stays unchanged: a
// client must not rely on an address that its owner has not proved.
func Handle(_ context.Context, event Event) (Event, error) {
	var version string
	if err := json.Unmarshal(event["version"], &version); err != nil || version != "2" {
		return nil, fmt.Errorf("the event has the version %s, want \"2\": set the trigger's version to V2_0", event["version"])
	}
	var req request
	if err := json.Unmarshal(event["request"], &req); err != nil {
		return nil, fmt.Errorf("decode the request: %w", err)
	}
	user := req.UserAttributes
	if user.Email == "" || user.EmailVerified != "true" {
		return event, nil
	}
	var r response
	r.Details.AccessToken.Claims = map[string]string{"email": user.Email, "email_verified": "true"}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	event["response"] = text
	return event, nil
}
