package provider

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/meridian-api/meridian/infra/provision/restapi"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// restAPI is what the account has of a REST API, under the API's type and id.
type restAPI struct {
	// Settings have the restapi.Settings.
	Settings map[string]any `json:"settings"`
	// Partial is set after an import that failed, until one succeeds.
	Partial bool `json:"partial"`
}

// findRestAPI returns the API with an id, the zero restAPI if it is not kept.
func (s *server) findRestAPI(id any) (restAPI, error) {
	var api restAPI
	r, exists, err := s.outside.account(&s.cfg).Read(restapi.Type, asString(id))
	if err != nil || !exists {
		return api, err
	}
	return api, json.Unmarshal(r.Attributes, &api)
}

func (s *server) writeRestAPI(id any, api restAPI) error {
	data, err := json.Marshal(api)
	if err != nil {
		return err
	}
	return s.outside.account(&s.cfg).Write(account.Resource{Type: restapi.Type, Key: asString(id), Attributes: data})
}

// readRestAPI returns the state of a resource, of an API with the settings that it has
// now.
func (s *server) readRestAPI(t *typeDef, state map[string]any) (map[string]any, error) {
	if s.outside.dir == "" || t.name != restapi.Type || state == nil {
		return state, nil
	}
	api, err := s.findRestAPI(state["id"])
	if err != nil {
		return nil, err
	}
	maps.Copy(state, api.Settings)
	return state, nil
}

// keepRestAPI keeps what the change of a resource does to an API. It returns the
// error with which AWS or a fault refuses the change. prior is nil for a creation.
func (s *server) keepRestAPI(t *typeDef, state, prior map[string]any) error {
	if s.outside.dir == "" {
		return nil
	}
	switch t.name {
	case restapi.Type:
		api, err := s.findRestAPI(state["id"])
		if err != nil {
			return err
		}
		api.Settings = map[string]any{}
		for _, name := range restapi.Settings {
			api.Settings[name] = state[name]
		}
		return s.writeRestAPI(state["id"], api)
	case restapi.ImportType:
		return s.importDocument(state)
	case "aws_api_gateway_deployment":
		api, err := s.findRestAPI(state["rest_api_id"])
		if err == nil && prior == nil && api.Partial {
			err = fmt.Errorf("the last import into the API %v failed: a deployment would serve a part of the document", state["rest_api_id"])
		}
		return err
	}
	return nil
}

// dropRestAPI forgets an API that is destroyed.
func (s *server) dropRestAPI(t *typeDef, state map[string]any) error {
	if s.outside.dir == "" || t.name != restapi.Type {
		return nil
	}
	return s.outside.account(&s.cfg).Remove(restapi.Type, asString(state["id"]))
}

// importDocument sets the settings of an API as a document says.
func (s *server) importDocument(state map[string]any) error {
	id := state["rest_api_id"]
	fails, err := s.outside.account(&s.cfg).TakeFault(restapi.ImportType, asString(state["region"]))
	if err != nil {
		return err
	}
	if !fails {
		settings, err := restapi.Imported(asString(state["body"]))
		if err != nil {
			return err
		}
		return s.writeRestAPI(id, restAPI{Settings: settings})
	}
	api, err := s.findRestAPI(id)
	if err != nil {
		return err
	}
	api.Partial = true
	if err := s.writeRestAPI(id, api); err != nil {
		return err
	}
	return fmt.Errorf("PutRestApi of %v fails, as it was asked to: the API has a part of the document", id)
}
