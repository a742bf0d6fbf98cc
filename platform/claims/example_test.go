package claims_test

import (
	"fmt"

	"github.com/meridian-api/meridian/platform/claims"
)

// The adapter fills a field of type claims.Caller. A handler of one's own parses the map
// of the proxy event, requestContext.authorizer.claims.
func ExampleParse() {
	authorizer := map[string]string{
		"sub": "ada", "token_use": "access", "client_id": "app", "scope": "orders/read orders/write",
	}
	caller, err := claims.Parse(func(name string) string { return authorizer[name] })
	fmt.Println(caller.Subject, caller.Scopes, err)
	fmt.Println(caller.HasScope("orders/read"), caller.OwnerOr("orders/admin", "ada"))
	fmt.Println(caller.OwnerOr("orders/admin", "bob"))
	_, err = claims.Parse(func(string) string { return "" })
	fmt.Println(err)
	// Output:
	// ada [orders/read orders/write] <nil>
	// true <nil>
	// not-found: The resource does not exist, or you are not allowed to see it.
	// no caller: the claim sub is missing
}
