// Package local is the embedded cloud: the system on one machine, in one process and
// a process for each instance of a function.
//
//	client → edge (latency routing, health checks)
//	       → a Region: gateway (the deployable document) → function (a process) → dynamodb (a replica)
//
// All Regions share one issuer of tokens, and their DynamoDBs replicate to each other.
// Each part is a package below this one. This package connects them, as Terraform
// connects the services of AWS.
package local
