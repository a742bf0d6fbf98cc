package rest

import "strings"

// adminSuffix ends the scopes of administrators, and of machines that act for the company.
// Cognito grants them to the machine client, and no other scope (infra/terraform/global).
const adminSuffix = "/admin"

// IsAdminScope reports whether an OAuth scope is for administrators and machines, and not
// for users.
func IsAdminScope(scope string) bool { return strings.HasSuffix(scope, adminSuffix) }
