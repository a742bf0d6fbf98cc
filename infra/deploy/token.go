package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
)

// globalState is the part of the state of the stack global that smoke tests need.
type globalState struct {
	Outputs struct {
		SignIn struct{ Value string } `json:"sign_in_url"`
	}
	Resources []struct {
		Type, Name string
		Instances  []struct {
			Attributes json.RawMessage
		}
	}
}

// machineToken gets an access token of the environment's machine client, whose
// secret is in the state of global (client credentials, RFC 6749, section 4.4).
func (s *session) machineToken(ctx context.Context) (string, error) {
	data, err := s.states.Read(ctx, provision.Stack{Root: "global"}.Key()+provision.StateSuffix)
	if err != nil {
		return "", err
	}
	var state globalState
	if err := json.Unmarshal(data, &state); err != nil {
		return "", fmt.Errorf("the state of global: %w", err)
	}
	for _, r := range state.Resources {
		if r.Type != "aws_cognito_user_pool_client" || r.Name != "machine" || len(r.Instances) == 0 {
			continue
		}
		var client struct {
			ID     string
			Secret string `json:"client_secret"`
		}
		if err := json.Unmarshal(r.Instances[0].Attributes, &client); err != nil {
			return "", fmt.Errorf("the state of global: %w", err)
		}
		return clientToken(ctx, state.Outputs.SignIn.Value+"/oauth2/token", client.ID, client.Secret)
	}
	return "", errors.New("the environment has no machine client, which exists if a context declares a scope that ends in /admin")
}

func clientToken(ctx context.Context, endpoint, id, secret string) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s has status %d", endpoint, response.StatusCode)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil {
		return "", fmt.Errorf("%s: %w", endpoint, err)
	}
	if token.AccessToken == "" {
		return "", fmt.Errorf("%s returned no access token", endpoint)
	}
	return token.AccessToken, nil
}
