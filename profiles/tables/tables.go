// Package tables declares the DynamoDB table of the profiles context. Package
// store reads and writes the table; the operations in package api take rights
// on it.
package tables

import "github.com/meridian-api/meridian/platform/resource"

// Profiles has one item for each profile, under the account's identifier.
var Profiles = resource.Table{
	Name:    "profiles",
	HashKey: resource.Key{Name: "accountId", Type: resource.String},
}
