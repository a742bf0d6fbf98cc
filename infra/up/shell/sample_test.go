package shell

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// TestEachFunctionHasASampleEvent checks the samples of this workspace's contexts.
func TestEachFunctionHasASampleEvent(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range contexts {
		service, err := c.Manifest()
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range service.Functions {
			n++
			var scopes []string
			data, err := sampleEvent(".", service.Name+"-"+name, func(asked []string) (string, error) {
				scopes = asked
				return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub": "ada", "exp": 1}`)) + ".x", nil
			})
			if err != nil {
				t.Error(err)
				continue
			}
			var event struct {
				HTTPMethod, Resource string
				Body                 *string
				RequestContext       struct {
					Authorizer *struct{ Claims map[string]string }
				}
			}
			if err := json.Unmarshal(data, &event); err != nil || event.HTTPMethod != f.Method || event.Resource != f.Path {
				t.Errorf("%s: event %+v, error %v", name, event, err)
			}
			authorized := event.RequestContext.Authorizer != nil
			if authorized != (len(scopes) > 0) || authorized && event.RequestContext.Authorizer.Claims["sub"] != "ada" {
				t.Errorf("%s: the scopes are %q and the authorizer %+v", name, scopes, event.RequestContext.Authorizer)
			}
			if event.Body != nil && (!json.Valid([]byte(*event.Body)) || *event.Body == "null") {
				t.Errorf("%s: the body is %s", name, *event.Body)
			}
		}
	}
	if n == 0 {
		t.Error("the workspace has no functions")
	}
}
