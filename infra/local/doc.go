// Package local is the embedded cloud: the whole system on one machine, in one
// process and the functions' own.
//
//	client → edge (latency routing, health checks)
//	       → a Region: gateway (the deployable document) → function (a process) → dynamodb (a replica)
//
// with one issuer of tokens for all Regions, and replication between their
// DynamoDBs. Each part is a package below this one; this package wires them,
// as Terraform wires the real ones.
package local
