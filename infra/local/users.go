package local

import "github.com/meridian-api/meridian/infra/local/issuer"

// users are the demo users of the embedded cloud: ada owns a seeded account and
// profile, bob has none yet, root has every scope. scopes are all that the
// contexts declare; those ending in /admin are root's.
func users(scopes []string) []issuer.User {
	var own []string
	for _, s := range scopes {
		if !admin(s) {
			own = append(own, s)
		}
	}
	return []issuer.User{
		{Name: "ada", Subject: "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", Email: "ada@example.com", Scopes: own},
		{Name: "bob", Subject: "b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02", Email: "bob@example.com", Scopes: own},
		{Name: "root", Subject: "0a7e0f1c-9c1b-4a55-8a43-2b8f3c9d0c03", Email: "root@example.com", Groups: []string{"admins"}, Scopes: scopes},
	}
}

func admin(scope string) bool { return len(scope) > 6 && scope[len(scope)-6:] == "/admin" }
