// Package tables declares the DynamoDB table of the accounts context. Package
// store reads and writes the table; the operations in package api take rights
// on it.
package tables

import "github.com/meridian-api/meridian/platform/resource"

// Accounts is the context's only table. Package store documents its items.
var Accounts = resource.Table{
	Name:    "accounts",
	HashKey: resource.Key{Name: "pk", Type: resource.String},
	Indexes: []resource.Index{ByStatus},
	TTL:     "expiresAt",
}

// ByStatus lists the accounts of a status by the time they were opened, with
// the attributes that a list shows.
//
// All accounts of a status share one partition of the index, so at most 1,000
// accounts a second can be opened, changed or closed. To exceed that, the status
// would have to be spread over several keys, and each list would read them all.
var ByStatus = resource.Index{
	Name:     "by-status",
	HashKey:  resource.Key{Name: "status", Type: resource.String},
	RangeKey: resource.Key{Name: "createdAt", Type: resource.String},
	Include:  []string{"email", "emailStatus", "country", "updatedAt", "version"},
}
