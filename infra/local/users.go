package local

import (
	"slices"

	"github.com/meridian-api/meridian/contract/collection"
	"github.com/meridian-api/meridian/infra/local/issuer"
	"github.com/meridian-api/meridian/platform/rest"
)

// demoUsers returns the demo users of the embedded cloud: ada has an account and a
// profile from the seed data, bob has neither, and root is an administrator with all
// scopes. scopes are the scopes that the contexts declare.
func demoUsers(scopes []string) []issuer.User {
	own := slices.DeleteFunc(slices.Clone(scopes), rest.IsAdminScope)
	return []issuer.User{
		{Name: "ada", Subject: collection.ExampleSubject, Email: collection.ExampleEmail, Scopes: own},
		{Name: "bob", Subject: "b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02", Email: "bob@example.com", Scopes: own},
		{
			Name: "root", Subject: "0a7e0f1c-9c1b-4a55-8a43-2b8f3c9d0c03", Email: "root@example.com",
			Groups: []string{"admins"}, Scopes: scopes,
		},
	}
}
