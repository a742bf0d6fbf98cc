// Package tables declares the DynamoDB table of the profiles context. Package
// store reads and writes the table; the operations in package api take rights
// on it.
package tables

import "github.com/meridian-api/meridian/platform/resource"

// Profiles has the items of a profile under the account's identifier, so that one
// Query reads the profile. Package store documents the items.
var Profiles = resource.Table{
	Name:     "profiles",
	HashKey:  resource.Key{Name: "accountId", Type: resource.String},
	RangeKey: resource.Key{Name: "part", Type: resource.String},
}

// Health is the hash key that health operations read. It is not an account's identifier.
const Health = "health"

// PublicAttributes are the attributes that are read for a public profile: the display
// name, and the ones that say which display name is current.
var PublicAttributes = []string{"accountId", "part", "deleted", "displayName", "contentAt"}
