// Package tables declares the DynamoDB table of the accounts context. Package
// store reads and writes the table; the operations in package api take rights
// on it.
package tables

import "github.com/meridian-api/meridian/platform/resource"

// Accounts is the context's only table. Package store documents its items.
//
// It is strongly consistent, because two accounts must not have one address and a
// closed account must stay closed, in every Region. An eventually consistent table of
// accounts beside a strong one of claims would need a repair: a late write in one
// Region replaces the newer item of another. The price is that each write waits for
// another Region. Reads stay in the Region.
var Accounts = resource.Table{
	Name:    "accounts",
	HashKey: resource.Key{Name: "pk", Type: resource.String},
	Indexes: []resource.Index{ByStatus},

	Consistency: resource.Strong,
}

// The prefixes of the hash key. An account and a claim on an e-mail address have
// different ones, so that rights can end at one of them.
const (
	AccountPrefix = "account#"
	ClaimPrefix   = "email#"
)

// Health is the account that the health operation reads. It is not a subject.
const Health = "health"

// AccountAttributes are the attributes of an account, without the ones that only writers need.
var AccountAttributes = []string{"pk", "email", "country", "status", "createdAt", "updatedAt", "version"}

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
	Include:  []string{"email", "country", "updatedAt", "version"},
}
