// Package running describes the embedded cloud that `go tool mage up` runs. The
// description is a file: tools and tests find the cloud by it.
package running

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/collection"
	"github.com/meridian-api/meridian/contract/workspace"
)

// File is the description's path from the monorepo's root. The file exists while
// the cloud runs.
var File = filepath.Join(workspace.Dist, "local.json")

// Data is the folder with the tables, from the monorepo's root. It outlives the cloud.
var Data = filepath.Join(workspace.Dist, "data")

// Cloud is the embedded cloud as its clients see it.
type Cloud struct {
	// Edge is the URL that clients call.
	Edge string `json:"edge"`
	// Console is the URL of the console; its API is at Console + "/api".
	Console string `json:"console"`
	// Issuer is the URL of the issuer of the users' tokens.
	Issuer  string   `json:"issuer"`
	Regions []Region `json:"regions"`
	Users   []User   `json:"users"`
}

// Region has the endpoints of one Region.
type Region struct {
	Name string `json:"name"`
	// URL is the endpoint of the Region's API Gateway.
	URL string `json:"url"`
	// DynamoDB is the endpoint of the Region's DynamoDB.
	DynamoDB string `json:"dynamodb"`
}

// User is a demo user with tokens.
type User struct {
	Name        string `json:"name"`
	Subject     string `json:"sub"`
	Email       string `json:"email"`
	AccessToken string `json:"accessToken"`
	IDToken     string `json:"idToken"`
}

// Write writes the description of c for the monorepo at root. Only the file's owner can read
// it, because it contains tokens. Write also writes the variables of the example requests
// in dist (package collection). The caller calls remove when the cloud ends.
func Write(root string, c Cloud) (remove func(), err error) {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, err
	}
	name := filepath.Join(root, File)
	removeEnvironment, err := collection.WriteEnvironment(filepath.Join(root, workspace.Dist), c.Examples())
	remove = func() {
		os.Remove(name)
		removeEnvironment()
	}
	if err != nil {
		return remove, err
	}
	return remove, writeFile(name, append(data, '\n'))
}

// Examples returns the variables of the example requests. They are sent as bob, who has
// no data when the cloud starts, and as root, who is an administrator.
func (c Cloud) Examples() collection.Environment {
	e := collection.Environment{BaseURL: c.Edge}
	for _, u := range c.Users {
		switch u.Name {
		case "bob":
			e.Token, e.Subject, e.Email = u.AccessToken, u.Subject, u.Email
		case "root":
			e.AdminToken = u.AccessToken
		}
	}
	return e
}

// writeFile replaces a file atomically, so that a reader never sees half of it.
func writeFile(name string, data []byte) error {
	temporary := name + ".new"
	if err := os.WriteFile(temporary, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}

// Read reads the description of the cloud that runs from the monorepo at root. The
// error wraps fs.ErrNotExist if none runs.
func Read(root string) (Cloud, error) {
	data, err := os.ReadFile(filepath.Join(root, File))
	if err != nil {
		return Cloud{}, err
	}
	var c Cloud
	if err := json.Unmarshal(data, &c); err != nil {
		return Cloud{}, fmt.Errorf("%s: %w", File, err)
	}
	return c, nil
}
